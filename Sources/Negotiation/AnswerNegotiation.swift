import MediaCore
import NGProtocol
import SDP
import Wire

/// One answer on its way through; `Negotiator.answer` names the steps.
struct AnswerNegotiation {
    private let request: NegotiationRequest
    private let options: MediaOptions
    private let resources: any MediaResources
    private let description: SessionDescription
    private let offerer, answerer: Int
    private var dialogue: Dialogue
    private var peer: PeerMedia?
    private var removedSlots: [Int] = []
    /// The first audio codec of both sides is the same.
    private var passesThrough = true

    private var place: Int { dialogue.exchange.place }

    init(_ request: NegotiationRequest, dialogue: Dialogue, resources: any MediaResources) throws(NegotiationError) {
        self.request = request
        options = request.options
        self.resources = resources
        description = try SessionDescription(of: request.sdp)
        guard let toTag = request.toTag else { throw .invalidDialogue }
        var current = dialogue
        (offerer, answerer) = try current.answerParties(from: request.fromTag, to: toTag)
        current.participants[answerer].viaBranch = request.viaBranch ?? current.participants[answerer].viaBranch
        self.dialogue = current
    }

    // MARK: - 3: what the answerer says

    mutating func readAnswerer() throws(NegotiationError) {
        guard description.media.indices.contains(place), description.media[place].kind == "audio" else {
            throw .incompleteSDP(detail: "the answer lacks the audio m-line")
        }
        let sipSource = options.addressing.usesSIPSource ?? request.defaults.usesSIPSource
        peer = try PeerMedia(description, at: place, addressing: options.addressing, sipSource: sipSource)
    }

    // MARK: - 4: our end toward the answerer is settled

    mutating func closeAnswererSide() throws(NegotiationError) {
        guard let peer else { return }
        var leg = dialogue.participants[answerer].leg
        leg.isRejected = peer.isRejected
        leg.peer = peer
        leg.applySource(options.addressing, defaults: request.defaults)
        if !peer.isRejected {
            leg.transport = peer.transport
            leg.keying = try KeyingChoice.answered(leg.keying, by: peer)
            closeTransport(&leg, peer)
        }
        dialogue.participants[answerer].leg = leg
    }

    /// What our offer said, and not what an earlier answer to it made of that: 183 and 200, or two branches, may differ.
    private mutating func closeTransport(_ leg: inout Leg, _ peer: PeerMedia) {
        leg.ice = dialogue.exchange.ice
        leg.mux = dialogue.exchange.mux
        if peer.ice == nil {
            leg.ice = nil
            removedSlots += leg.dropOtherFamilies()
        } else if peer.ice?.isLite == true {
            leg.ice?.isControlling = true
        }
        if leg.mux == .offered { leg.mux = peer.rtcpMux ? .agreed : .none }
        if leg.mux == .agreed { removedSlots += leg.dropRTCPSocket() }
    }

    // MARK: - 5: what the answer decides toward the offerer

    mutating func closeOffererSide() throws(NegotiationError) {
        guard let peer else { return }
        var leg = dialogue.participants[offerer].leg
        // Each answer decides anew, so a branch that takes what another one refused gets it.
        leg.isRejected = (leg.peer?.isRejected ?? false) || peer.isRejected
        leg.mediaAddress = options.addressing.mediaAddress.flatMap { IPAddress($0) }
        leg.packetTime = dialogue.exchange.packetTimeReverse ?? leg.packetTime
        if options.ice.mode == .remove, leg.ice != nil, !leg.keying.isDTLS {
            leg.ice = nil
            removedSlots += leg.dropOtherFamilies()
        }
        if !leg.isRejected { try moveFamily(&leg) }
        dialogue.participants[offerer].leg = leg
        if !leg.isRejected { try closeCodecs(peer) }
    }

    /// `address-family` in an answer: the family of `m=` and `c=` toward the offerer.
    private mutating func moveFamily(_ leg: inout Leg) throws(NegotiationError) {
        guard let wanted = options.addressing.family else { return }
        let need = SocketNeed(
            interface: leg.interface, preferred: wanted == .v4 ? .v4 : .v6, bothFamilies: leg.ice != nil,
            rtcp: leg.rtcpSocket != nil, resources: resources)
        removedSlots += try need.satisfy(&leg, resources: resources)
    }

    private mutating func closeCodecs(_ peer: PeerMedia) throws(NegotiationError) {
        var own = dialogue.participants[offerer].leg
        var other = dialogue.participants[answerer].leg
        let answer = try CodecAnswer(
            peer.codecs, offered: other.announced, context: dialogue.exchange, options: options.codecs,
            onlyOne: own.peer?.isLikeWhatsApp ?? false)
        other.accepted = answer.accepted
        own.announce(answer.announced)
        own.accepted = answer.announced.map { codec in
            own.peer?.codecs.first { $0.payloadType == codec.payloadType } ?? codec
        }
        passesThrough = own.accepted.first.map { first in other.accepted.contains(where: first.isSame) } ?? true
        dialogue.participants[offerer].leg = own
        dialogue.participants[answerer].leg = other
    }

    // MARK: - 6, 7: description and plan

    func result() throws(NegotiationError) -> NegotiationResult {
        guard let peer else { throw .cannotRewrite(detail: "the answer was not read") }
        var dialogue = dialogue
        var rewriter = SDPRewriter(
            description: description, place: place, leg: dialogue.participants[offerer].leg, isOffer: false, options: options,
            certificate: resources.certificate, speaker: peer, passesThrough: passesThrough, sections: dialogue.exchange.sections)
        let text = rewriter.text(remembering: &dialogue.participants[offerer].written)
        let plan = dialogue.plan(certificate: resources.certificate, defaults: request.defaults)
        return NegotiationResult(sdp: text, plan: plan, dialogue: dialogue, removedSlots: removedSlots)
    }
}
