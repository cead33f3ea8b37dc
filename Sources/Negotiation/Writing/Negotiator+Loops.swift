import NGProtocol
import SDP

extension Negotiator {
    /// `loop-protect`: a description that has been here before goes on as it is, and nothing of the call changes; a call that begins with
    /// one has no media of its own.
    /// - Returns: `nil` for any other.
    static func looped(
        _ request: NegotiationRequest, dialogue: Dialogue?, resources: some MediaResources
    ) throws(NegotiationError) -> NegotiationResult? {
        guard request.options.text.protectsFromLoops,
              LoopMarker.isOurs(try SessionDescription(of: request.sdp), resources.certificate) else { return nil }
        var call: Dialogue
        if let dialogue {
            call = dialogue
        } else {
            call = try OfferNegotiation(request, dialogue: nil, resources: resources).dialogue
            for index in call.participants.indices { call.participants[index].updateLegs { $0.isRejected = true } }
        }
        let plan = call.plan(certificate: resources.certificate, defaults: request.defaults)
        return NegotiationResult(sdp: request.sdp, plan: plan, dialogue: call)
    }
}
