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
    private var remarks: [String] = []
    /// The first audio codec of both sides is the same.
    private var passesThrough = true

    private var place: Int { dialogue.exchange.answererPlace }

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
        let peer = try PeerMedia(description, at: place, addressing: options.addressing, sipSource: sipSource)
        let offererLooksLikeMeta = dialogue.participants[offerer].leg.peer?.looksLikeMeta == true
        dialogue.settleProfile(offerer: offerer, request: request) { [offerer] in $0 == offerer && offererLooksLikeMeta }
        dialogue.applyParts(request, offerer: offerer)
        if !peer.isRejected { dialogue.passGate(offerer: offerer, options: options.whatsApp) }
        self.peer = peer
    }

    // MARK: - 4: our end toward the answerer is settled

    mutating func closeAnswererSide() throws(NegotiationError) {
        guard let peer else { return }
        var leg = dialogue.participants[answerer].leg
        leg.isRejected = peer.isRejected
        leg.peer = peer
        leg.applySource(options.addressing, defaults: request.defaults)
        remarks += try leg.applyAllowedSources(options.addressing.allowedSources, sets: request.defaults.sourceSets)
        if !peer.isRejected {
            leg.transport = peer.transport
            leg.keying = try KeyingChoice.answered(leg.keying, by: peer)
            closeTransport(&leg, peer)
            removedSlots += try leg.settleSockets(resources)
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
        } else if peer.ice?.isLite == true || leg.profile == .whatsApp {
            leg.ice?.isControlling = true
        }
        if leg.mux == .offered { leg.mux = peer.rtcpMux ? .agreed : .none }
        if leg.mux == .agreed { removedSlots += leg.dropRTCPSocket() }
    }

    // MARK: - 5: what the answer decides toward the offerer

    mutating func closeOffererSide() throws(NegotiationError) {
        guard let peer else { return }
        // Nothing, where the offerer has its answer already; what differs is converted.
        if dialogue.exchange.earlyAnswer != nil { return try closeBehindEarlyAnswer(peer) }
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

    private mutating func closeBehindEarlyAnswer(_ peer: PeerMedia) throws(NegotiationError) {
        guard !peer.isRejected else { return }
        let own = dialogue.participants[offerer].leg.accepted.first { $0.format.isAudio }
        var other = dialogue.participants[answerer].leg
        other.accepted = try CodecAnswer.accepted(answered(peer, by: other), offered: other.announced).filter { codec in
            !codec.format.isAudio || codec.format.isTranscodable || own?.isSame(as: codec) == true
        }
        guard other.accepted.contains(where: \.format.isAudio) else {
            throw .incompleteSDP(detail: "no codec that can be converted to that of the early answer")
        }
        dialogue.participants[answerer].leg = other
    }

    /// `address-family` in an answer: the family of `m=` and `c=` toward the offerer.
    private mutating func moveFamily(_ leg: inout Leg) throws(NegotiationError) {
        guard let wanted = options.addressing.family else { return }
        let need = SocketNeed(
            interface: leg.interface, preferred: wanted == .v4 ? .v4 : .v6, bothFamilies: leg.ice != nil,
            rtcp: leg.rtcpSocket != nil, resources: resources)
        removedSlots += try need.satisfy(&leg, resources: resources)
    }

    /// The answerer's codecs. G.711 is offered to Meta behind Opus and only where the request asks for it; if Meta has it too, it
    /// goes first.
    private func answered(_ peer: PeerMedia, by leg: Leg) -> [Codec] {
        let codecs = leg.codecs(of: peer)
        guard leg.profile == .whatsApp, leg.announced.contains(where: \.isG711) else { return codecs }
        return codecs.filter(\.isG711) + codecs.filter { !$0.isG711 }
    }

    private mutating func closeCodecs(_ peer: PeerMedia) throws(NegotiationError) {
        var own = dialogue.participants[offerer].leg
        var other = dialogue.participants[answerer].leg
        let answer = try CodecAnswer(
            answered(peer, by: other), offered: other.announced, context: dialogue.exchange, options: options.codecs,
            onlyOne: own.isLikeWhatsApp)
        other.accepted = answer.accepted
        own.announce(own.profile == .whatsApp
            ? WhatsAppCodecs.answer(answer.announced, usable: dialogue.exchange.usable, bitrate: own.bitrate) : answer.announced)
        own.accepted = own.announced.map { codec in
            own.peer?.codecs.first { $0.payloadType == codec.payloadType } ?? codec
        }
        passesThrough = own.accepted.first.map { first in other.accepted.contains(where: first.isSame) } ?? true
        dialogue.participants[offerer].leg = own
        dialogue.participants[answerer].leg = other
    }

    // MARK: - 6, 7: description and plan

    mutating func result() throws(NegotiationError) -> NegotiationResult {
        guard let peer else { throw .cannotRewrite(detail: "the answer was not read") }
        let text: String
        if let early = dialogue.exchange.earlyAnswer {
            text = early
        } else if dialogue.meta == offerer {
            text = dialogue.compose(for: offerer, isOffer: false, options: options, resources: resources)
        } else {
            var rewriter = SDPRewriter(
                description: placed, place: dialogue.exchange.place, leg: dialogue.participants[offerer].leg, isOffer: false,
                options: options, certificate: resources.certificate, speaker: peer, passesThrough: passesThrough,
                sections: dialogue.exchange.sections)
            text = rewriter.text(remembering: &dialogue.participants[offerer].written)
        }
        var report = DescriptionReport(dialogue)
        report.check(request.sdp, from: answerer, isOffer: false, counterpart: dialogue.exchange.sent)
        // An early answer was checked when it was given.
        if dialogue.exchange.earlyAnswer == nil { report.check(text, to: offerer, isOffer: false, counterpart: dialogue.exchange.heard) }
        if !peer.isRejected { report.checkConversion() }
        let plan = dialogue.plan(certificate: resources.certificate, defaults: request.defaults)
        return NegotiationResult(
            sdp: text, findings: report.findings, plan: plan, dialogue: dialogue, removedSlots: removedSlots, remarks: remarks)
    }

    /// The answer with its audio where the offerer's was.
    private var placed: SessionDescription {
        guard dialogue.exchange.place != place else { return description }
        var result = description
        result.media = Array(repeating: description.media[place], count: dialogue.exchange.sections.count)
        return result
    }
}
