import MediaCore
import NGProtocol
import SDP
import SRTP
import Wire

/// One offer on its way through; `Negotiator.offer` names the steps.
struct OfferNegotiation {
    private let request: NegotiationRequest
    private let options: MediaOptions
    private let resources: any MediaResources
    private let secrets: SecretSource
    private let description: SessionDescription
    /// Which m-line is the call's audio.
    private let place: Int
    private let offerer, answerer: Int
    private var dialogue: Dialogue
    /// What the offerer's m-line said in its last description.
    private let former: PeerMedia?
    private var peer: PeerMedia?
    private var removedSlots: [Int] = []
    private var remarks: [String] = []

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
        self.dialogue = current
    }

    private static func newDialogue(_ request: NegotiationRequest, secrets: SecretSource) -> Dialogue {
        func leg(_ interface: String?) -> Leg { Leg(interface: interface, ssrc: secrets.ssrc(), cname: secrets.canonicalName()) }
        let addressing = request.options.addressing
        let participants = [
            Participant(tag: request.fromTag, viaBranch: request.viaBranch, leg: leg(addressing.fromInterface)),
            Participant(tag: request.toTag, leg: leg(addressing.toInterface)),
        ]
        let exchange = OfferContext(offerer: 0, place: 0, sections: [], usable: [], codecs: CodecOptions())
        return Dialogue(participants: participants, exchange: exchange)
    }

    // MARK: - 3: what the offerer says

    mutating func readOfferer() throws(NegotiationError) {
        let sipSource = options.addressing.usesSIPSource ?? request.defaults.usesSIPSource
        var peer = try PeerMedia(description, at: place, addressing: options.addressing, sipSource: sipSource)
        if options.ice.rejects { peer.ice = nil }
        if options.rejectsBundle { peer.isBundled = false }
        self.peer = peer
    }

    // MARK: - 4: our end toward the offerer, as the answer will have it

    mutating func prepareOffererSide() throws(NegotiationError) {
        guard let peer else { return }
        var leg = dialogue.participants[offerer].leg
        leg.isRejected = peer.isRejected
        if peer.isRejected {
            leg.peer = peer
            dialogue.participants[offerer].leg = leg
            return
        }
        leg.transport = peer.transport
        leg.mid = peer.mid
        leg.applySource(options.addressing, defaults: request.defaults)
        leg.keying = try KeyingChoice.answering(peer, leg: leg, options: options, defaults: request.defaults, secrets: secrets)
        leg.ice = peer.ice.map { ICEChoice.answering($0, former: former?.ice, current: leg.ice, secrets: secrets) }
        leg.mux = RTCPMuxChoice.answering(offered: peer.rtcpMux, options: options.rtcpMux, isDTLS: leg.keying.isDTLS)
        leg.peer = peer
        try lease(&leg, preferred: peer.family)
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
            return dialogue.exchange = context(usable: [], codecs: options.codecs)
        }
        // A party whose protocol is its own keeps it when the other one changes; one that had the same goes along.
        leg.transport = options.transport ?? (isNew || leg.transport == former?.transport ? peer.transport : leg.transport)
        leg.packetTime = options.packetTime ?? leg.packetTime
        leg.mediaAddress = options.addressing.mediaAddress.flatMap { IPAddress($0) }
        leg.keying = try KeyingChoice.offering(leg, offered: peer.crypto.map(\.suite), options: options, secrets: secrets)
        let usesICE = ICEChoice.offers(options.ice.mode, offererHasICE: peer.ice != nil, legHasICE: !isNew && leg.ice != nil)
        leg.ice = usesICE ? ICEChoice.offering(current: leg.ice, secrets: secrets) : nil
        leg.mux = RTCPMuxChoice.offering(
            offered: peer.rtcpMux, options: options.rtcpMux, isDTLS: leg.keying.isDTLS, current: isNew ? .none : leg.mux)
        leg.mid = leg.mid ?? peer.mid ?? (options.generateMID || leg.keying.isDTLS ? String(place) : nil)
        try offerCodecs(peer, leg: &leg, isNew: isNew)
        try lease(&leg, preferred: preferredFamily(peer, leg: leg))
        dialogue.exchange.ice = leg.ice
        dialogue.exchange.mux = leg.mux
        dialogue.participants[answerer].leg = leg
    }

    private func preferredFamily(_ peer: PeerMedia, leg: Leg) -> IPAddress.Family {
        switch options.addressing.family {
        case .v4: .v4
        case .v6: .v6
        case nil: leg.mediaAddress?.family ?? (leg.sockets.isEmpty ? peer.family : leg.family)
        }
    }

    private mutating func offerCodecs(_ peer: PeerMedia, leg: inout Leg, isNew: Bool) throws(NegotiationError) {
        let codecs = isNew ? options.codecs : laterCodecOptions(leg)
        let offer = try CodecOffer(peer.codecs, options: codecs, leg: leg)
        leg.announce(offer.announced)
        if leg.accepted.isEmpty || leg.peer == nil { leg.accepted = offer.announced }
        var own = dialogue.participants[offerer].leg
        let stillOffered = own.accepted.filter { former in
            offer.usable.contains { $0.payloadType == former.payloadType && $0.isSame(as: former) }
        }
        if !stillOffered.contains(where: \.format.isAudio) {
            own.accepted = offer.usable
            own.announce(offer.usable)
        }
        dialogue.participants[offerer].leg = own
        dialogue.exchange = context(usable: offer.usable, codecs: codecs)
        remarks += offer.unknown.map { "cannot convert to codec \($0)" }
        remarks += codecs.withUnusedParts.map { "packet length and encoder options of codec \($0) are not supported" }
    }

    /// A later offer that says nothing of codecs leaves this party the ones that it has, if the call is
    /// converted anyway or the party is Meta: a hold or a transfer on one side is no codec change on the other.
    private func laterCodecOptions(_ leg: Leg) -> CodecOptions {
        guard options.codecs == CodecOptions(),
              let current = leg.accepted.first(where: \.format.isTranscodable) else { return options.codecs }
        let isConverted = !dialogue.participants[offerer].leg.accepted.contains(where: current.isSame)
        guard isConverted || leg.peer?.isLikeWhatsApp == true else { return options.codecs }
        var codecs = options.codecs
        codecs.mask = ["all"]
        codecs.transcode = leg.accepted.filter(\.format.isTranscodable).map(\.encodingName)
        return codecs
    }

    private func context(usable: [Codec], codecs: CodecOptions) -> OfferContext {
        OfferContext(
            offerer: offerer, place: place, sections: description.media.map(OfferContext.OfferedSection.init), usable: usable,
            codecs: codecs, packetTimeReverse: options.packetTimeReverse)
    }

    // MARK: - 6, 7: description and plan

    func result() throws(NegotiationError) -> NegotiationResult {
        guard let peer else { throw .cannotRewrite(detail: "the offer was not read") }
        var dialogue = dialogue
        let leg = dialogue.participants[answerer].leg
        var rewriter = SDPRewriter(
            description: description, place: place, leg: leg, isOffer: true, options: options, certificate: resources.certificate,
            speaker: peer, passesThrough: leg.announced.first.map { first in peer.codecs.contains(where: first.isSame) } ?? true,
            sections: [])
        let text = rewriter.text(remembering: &dialogue.participants[answerer].written)
        let plan = dialogue.plan(certificate: resources.certificate, defaults: request.defaults)
        return NegotiationResult(sdp: text, plan: plan, dialogue: dialogue, removedSlots: removedSlots, remarks: remarks)
    }

    private mutating func lease(_ leg: inout Leg, preferred: IPAddress.Family) throws(NegotiationError) {
        let need = SocketNeed(
            interface: leg.interface, preferred: preferred, bothFamilies: leg.ice != nil, rtcp: leg.mux != .agreed, resources: resources)
        removedSlots += try need.satisfy(&leg, resources: resources)
    }
}
