import NGProtocol
import SDP

/// What is known of a party beforehand (`--profile`, the flag `whatsapp`): its leg's defaults come from it.
public enum LegProfile: String, Sendable, Equatable, CaseIterable {
    /// Meta's media relay: one audio stream, never renegotiated, ended when it hears nothing.
    case whatsApp = "whatsapp"
}

extension SessionDescription {
    /// Whether Meta wrote it. Its samples differ: those for DTLS say `ice-lite`, most name WhatsApp in `a=msid` and `a=ssrc`; what is
    /// left is the 20 ms and nothing longer of a WebRTC-like description.
    func looksLikeMeta(_ media: MediaDescription) -> Bool {
        if isICELite(media) { return true }
        if (media.attributes("msid") + media.attributes("ssrc")).contains(where: { $0.holds("WhatsApp") }) { return true }
        return media.maximumPacketTime == 20 && hasAttribute("msid-semantic") && media.offersRTCPMux
    }
}

extension Dialogue {
    /// Whether a participant is known to be Meta.
    public func isMeta(_ participant: Int) -> Bool { meta == participant }

    /// The participant that is Meta; `nil` while none is known to be.
    var meta: Int? { participants.firstIndex { $0.leg.profile == .whatsApp } }

    /// Finds out which party is Meta, once for the whole call: a re-offer from the other side says nothing else.
    ///
    /// An option that names it comes first, then the one interface whose profile it is, then the descriptions, the offer's before
    /// the answer's; where none of them knows it is the answerer, since our offers to Meta are like anybody's.
    mutating func settleProfile(offerer: Int, request: NegotiationRequest, looksLikeMeta: (Int) -> Bool) {
        guard meta == nil else { return }
        let answerer = offerer == 0 ? 1 : 0
        let options = request.options.whatsApp
        let named = participants.indices.filter { request.defaults.profiles[participants[$0].leg.interface ?? ""] == .whatsApp }
        let found: Int
        switch options.side {
        case .from: found = offerer
        case .to: found = answerer
        case nil:
            guard options.isOn || !named.isEmpty else { return }
            found = named.count == 1 ? named[0] : looksLikeMeta(offerer) ? offerer : answerer
        }
        participants[found].leg.profile = .whatsApp
        participants[found].leg.parts = .whatsApp
        participants[found == 0 ? 1 : 0].leg.facesMeta = true
    }

    /// Takes over what a request says of the parts: they are the Meta leg's, or without one those of the answerer's leg.
    mutating func applyParts(_ request: NegotiationRequest, offerer: Int) {
        let index = meta ?? (offerer == 0 ? 1 : 0)
        participants[index].leg.parts.apply(request.options.whatsApp)
        holdAudio = request.holdAudio ?? holdAudio
    }
}
