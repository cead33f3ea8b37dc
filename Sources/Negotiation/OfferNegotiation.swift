import MediaCore
import NGProtocol
import SDP
import SRTP
import Wire

/// One offer on its way through; `Negotiator.offer` names the steps.
struct OfferNegotiation {
    let request: NegotiationRequest
    let options: MediaOptions
    let resources: any MediaResources
    let secrets: SecretSource
    let description: SessionDescription
    /// Which m-line is the call's audio.
    let place: Int
    let offerer, answerer: Int
    var dialogue: Dialogue
    /// What the offerer's m-line said in its last description.
    private let former: PeerMedia?
    /// The early answer that this very offer has had already. It stands, whatever the options say by now: it may have been sent.
    let givenAnswer: String?
    private var peer: PeerMedia?
    private var removedSlots: [Int] = []
    var remarks: [String] = []

    init(_ request: NegotiationRequest, dialogue: Dialogue?, resources: any MediaResources) throws(NegotiationError) {
        self.request = request
        options = request.options
        self.resources = resources
        secrets = SecretSource(resources: resources)
        description = try SessionDescription(of: request.sdp)
        guard !description.media.isEmpty else { throw .cannotRewrite(detail: "no m-line") }
        guard let place = description.audioPlace(dialogue?.exchange.place) else { throw .incompleteSDP(detail: "no audio over RTP") }
        self.place = place
        var current = dialogue ?? Self.newDialogue(request, secrets: secrets)
        (offerer, answerer) = try current.offerParties(from: request.fromTag, to: request.toTag)
        former = current.participants[offerer].leg.peer
        givenAnswer = former == nil ? nil : current.exchange.answerGiven(to: request.sdp, of: offerer)
        self.dialogue = current
    }

    /// The offerer gets its whole answer now.
    var isAnsweredEarly: Bool { options.whatsApp.answersEarly || givenAnswer != nil }

    private static func newDialogue(_ request: NegotiationRequest, secrets: SecretSource) -> Dialogue {
        func leg(_ interface: String?) -> Leg { Leg(interface: interface, ssrc: secrets.ssrc(), cname: secrets.canonicalName()) }
        let addressing = request.options.addressing
        let participants = [
            Participant(tag: request.fromTag, viaBranch: request.viaBranch, leg: leg(addressing.fromInterface)),
            Participant(tag: request.toTag, leg: leg(addressing.toInterface)),
        ]
        let exchange = OfferContext(offerer: 0, place: 0, answererPlace: 0, sections: [], usable: [], codecs: CodecOptions())
        return Dialogue(participants: participants, exchange: exchange)
    }

    // MARK: - 3: what the offerer says

    mutating func readOfferer() throws(NegotiationError) {
        let sipSource = options.addressing.usesSIPSource ?? request.defaults.usesSIPSource
        var peer = try PeerMedia(description, at: place, addressing: options.addressing, sipSource: sipSource)
        let looksLikeMeta = peer.looksLikeMeta
        dialogue.settleProfile(offerer: offerer, request: request) { [offerer] in $0 == offerer && looksLikeMeta }
        dialogue.applyParts(request, offerer: offerer)
        dialogue.closeGate(offerer: offerer, options: options.whatsApp)
        if options.ice.rejects, dialogue.meta != offerer { peer.ice = nil }
        if options.rejectsBundle, dialogue.meta != offerer { peer.isBundled = false }
        self.peer = peer
    }

    // MARK: - 4: our end toward the offerer, as the answer will have it

    mutating func prepareOffererSide() throws(NegotiationError) {
        guard let peer else { return }
        for index in dialogue.participants.indices { dialogue.participants[index].leg.standsAlone = false }
        if givenAnswer != nil { return dialogue.participants[offerer].leg.standsAlone = true }
        var leg = dialogue.participants[offerer].leg
        remarks += try leg.applyAllowedSources(options.addressing.allowedSources, sets: request.defaults.sourceSets)
        removedSlots += try OffererSide(peer: peer, former: former, request: request, resources: resources).prepare(&leg)
        dialogue.participants[offerer].leg = leg
    }

    // MARK: - 5: our end toward the answerer

    mutating func prepareAnswererSide() throws(NegotiationError) {
        guard let peer else { return }
        var leg = dialogue.participants[answerer].leg
        let isNew = leg.sockets.isEmpty || options.resetsNegotiation
        leg.isRejected = peer.isRejected
        if peer.isRejected {
            dialogue.participants[answerer].leg = leg
            dialogue.exchange = context(usable: [], codecs: options.codecs)
            // An answer that is no refusal finds them as they were.
            return (dialogue.exchange.ice, dialogue.exchange.mux) = (leg.ice, leg.mux)
        }
        let options = options.meant(for: leg, isNew: isNew)
        // A party whose protocol is its own keeps it when the other one changes; one that had the same goes along.
        leg.transport = options.transport ?? (isNew || leg.transport == former?.transport ? peer.transport : leg.transport)
        leg.packetTime = options.packetTime ?? leg.packetTime
        leg.mediaAddress = options.addressing.mediaAddress.flatMap { IPAddress($0) }
        leg.keying = try KeyingChoice.offering(leg, offered: peer.crypto.map(\.suite), options: options, secrets: secrets)
        let usesICE = ICEChoice.offers(options.ice.mode, offererHasICE: peer.ice != nil, legHasICE: !isNew && leg.ice != nil)
        leg.ice = usesICE ? ICEChoice.offering(current: leg.ice, secrets: secrets) : nil
        leg.mux = RTCPMuxChoice.offering(
            offered: peer.rtcpMux && !leg.facesMeta, options: options.rtcpMux, isDTLS: leg.keying.isDTLS, current: isNew ? .none : leg.mux)
        leg.mid = leg.mid ?? mid(peer, leg: leg)
        try offerCodecs(peer, leg: &leg, isNew: isNew)
        if isAnsweredEarly { try answerEarly(leg: &leg) }
        let need = SocketNeed(
            interface: leg.interface, preferred: preferredFamily(peer, leg: leg, wanted: options.addressing.family),
            bothFamilies: leg.ice != nil, rtcp: leg.mux != .agreed, resources: resources)
        removedSlots += try need.satisfy(&leg, resources: resources)
        dialogue.exchange.ice = leg.ice
        dialogue.exchange.mux = leg.mux
        dialogue.participants[answerer].leg = leg
    }

    private func mid(_ peer: PeerMedia, leg: Leg) -> String? {
        if leg.profile == .whatsApp { return "audio" }
        if !leg.facesMeta, let mid = peer.mid { return mid }
        return options.generateMID || leg.keying.isDTLS ? String(place) : nil
    }

    private func preferredFamily(_ peer: PeerMedia, leg: Leg, wanted: AddressingOptions.Family?) -> IPAddress.Family {
        switch wanted {
        case .v4: .v4
        case .v6: .v6
        case nil: leg.mediaAddress?.family ?? (leg.sockets.isEmpty ? peer.family : leg.family)
        }
    }

    func context(usable: [Codec], codecs: CodecOptions) -> OfferContext {
        OfferContext(
            offerer: offerer, place: place, answererPlace: dialogue.meta == answerer ? 0 : place,
            sections: description.media.map(OfferContext.OfferedSection.init), usable: usable, codecs: codecs,
            packetTimeReverse: options.packetTimeReverse)
    }

    // MARK: - 6, 7: description and plan

    mutating func result() throws(NegotiationError) -> NegotiationResult {
        guard let peer else { throw .cannotRewrite(detail: "the offer was not read") }
        let text: String
        if dialogue.meta == answerer {
            text = dialogue.compose(for: answerer, isOffer: true, options: options, resources: resources)
        } else {
            let leg = dialogue.participants[answerer].leg
            var rewriter = SDPRewriter(
                description: description, place: place, leg: leg, isOffer: true, options: options, certificate: resources.certificate,
                speaker: peer, passesThrough: leg.announced.first.map { first in peer.codecs.contains(where: first.isSame) } ?? true,
                sections: [])
            text = rewriter.text(remembering: &dialogue.participants[answerer].written)
        }
        if isAnsweredEarly {
            dialogue.exchange.earlyAnswer = givenAnswer
                ?? dialogue.compose(for: offerer, isOffer: false, options: options, resources: resources)
        }
        let answer = dialogue.exchange.earlyAnswer
        var report = DescriptionReport(dialogue)
        if report.isWanted || isAnsweredEarly { (dialogue.exchange.heard, dialogue.exchange.sent) = (request.sdp, text) }
        report.check(request.sdp, from: offerer, isOffer: true)
        report.check(text, to: answerer, isOffer: true)
        report.check(answer, to: offerer, isOffer: false, counterpart: request.sdp)
        let plan = dialogue.plan(certificate: resources.certificate, defaults: request.defaults)
        return NegotiationResult(
            sdp: text, answer: answer, findings: report.findings, plan: plan, dialogue: dialogue, removedSlots: removedSlots,
            remarks: remarks)
    }
}
