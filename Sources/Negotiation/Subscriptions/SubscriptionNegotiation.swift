import ICE
import MediaCore
import NGProtocol
import SDP
import Wire

/// One `subscribe request` on its way through; see `Negotiator.subscribe`.
struct SubscriptionNegotiation {
    private let request: SubscriptionRequest
    private let resources: any MediaResources
    private let secrets: SecretSource
    private var dialogue: Dialogue
    private var subscriber: Int?
    private var removedSlots: [Int] = []
    private var remarks: [String] = []

    init(_ request: SubscriptionRequest, dialogue: Dialogue, resources: any MediaResources) throws(NegotiationError) {
        self.request = request
        self.resources = resources
        secrets = SecretSource(resources: resources)
        self.dialogue = dialogue
        subscriber = dialogue.participant(tag: request.tag)
        if let subscriber, dialogue.participants[subscriber].role != .subscriber { throw .invalidDialogue }
    }

    mutating func openLines() throws(NegotiationError) {
        let sources = request.sources.flatMap(dialogue.subscribableMedia)
        guard !sources.isEmpty else { throw .incompleteSDP(detail: "nothing to subscribe to") }
        if let subscriber {
            // What is not asked for again rests in its place.
            dialogue.participants[subscriber].updateLegs { $0.isRejected = true }
        }
        for media in sources { try openLine(to: media) }
        guard let subscriber else { return }
        for place in dialogue.participants[subscriber].legs.indices where dialogue.participants[subscriber].legs[place].isRejected {
            removedSlots += dialogue.participants[subscriber].legs[place].giveUpSockets()
        }
        dialogue.participants[subscriber].label = request.label ?? dialogue.participants[subscriber].label
    }

    private mutating func openLine(to media: Int) throws(NegotiationError) {
        guard let source = dialogue.leg(numbered: media), let speaker = source.peer else { return }
        let heard = request.flags.takesEgress ? dialogue.heard(onMedia: media) : source
        let place = try place(for: media, beside: source)
        guard let subscriber else { return }
        var leg = dialogue.participants[subscriber].legs[place]
        (leg.kind, leg.relay) = (source.kind, source.relay)
        (leg.subscription, leg.takesEgress, leg.isRejected) = (media, request.flags.takesEgress, false)
        try offer(&leg, heard?.spoken ?? source.accepted, standingFor: speaker, source)
        dialogue.participants[subscriber].legs[place] = leg
    }

    /// Where the m-line for a source stands in `Participant.legs`: where it was, else behind the others.
    private mutating func place(for media: Int, beside source: Leg) throws(NegotiationError) -> Int {
        if let subscriber, let known = dialogue.participants[subscriber].legs.firstIndex(where: { leg in
            leg.subscription == media && leg.takesEgress == request.flags.takesEgress
        }) { return known }
        var leg = try dialogue.newLeg(interface: request.options.addressing.ownInterface, secrets: secrets)
        // Recordings of several parties shall keep step: nothing is kept for later.
        leg.parts.buffersEarlyMedia = false
        leg.facesMeta = dialogue.participants.contains { $0.isMeta }
        guard let subscriber else {
            subscriber = try dialogue.add(request.tag, .subscriber, leg: leg)
            return 0
        }
        leg.place = dialogue.participants[subscriber].legs.count
        dialogue.participants[subscriber].legs.append(leg)
        return leg.place
    }

    private mutating func offer(
        _ leg: inout Leg, _ codecs: [Codec], standingFor speaker: PeerMedia, _ source: Leg
    ) throws(NegotiationError) {
        let isNew = leg.sockets.isEmpty || request.options.resetsNegotiation
        let options = request.options.meant(for: leg, isNew: isNew)
        leg.transport = options.transport ?? (isNew ? source.transport : leg.transport)
        leg.bitrate = options.codecs.opusBitrate(forAnswerer: true) ?? leg.bitrate
        if leg.relay == .audio {
            let offer = try CodecOffer(codecs, options: options.codecs, leg: leg)
            leg.announce(offer.announced)
            remarks += offer.unknown.map { "cannot convert to codec \($0)" }
        } else {
            leg.announce(options.codecs.relayed(codecs))
        }
        if leg.accepted.isEmpty || leg.peer == nil { leg.accepted = leg.announced }
        let ends = OwnOfferEnds(options: options, resources: resources, isNew: isNew)
        removedSlots += try ends.prepare(&leg, standingFor: speaker, hasICE: source.ice != nil)
    }

    mutating func result() -> NegotiationResult {
        guard let subscriber else { return NegotiationResult(sdp: "", plan: CallPlan(), dialogue: dialogue) }
        let lines = dialogue.participants[subscriber].legs.map { leg in
            ComposedDescription.Line(
                leg: leg, direction: request.flags.isInactive ? .inactive : .sendonly,
                label: request.flags.describesMedia ? leg.subscription.map(Dialogue.label) : nil)
        }
        return dialogue.result(
            lines, to: subscriber, isOffer: true, options: request.options, defaults: request.defaults, removedSlots: removedSlots,
            remarks: remarks, resources: resources)
    }
}

/// How our end of an m-line that we offer is reached and secured.
struct OwnOfferEnds {
    let options: MediaOptions
    let resources: any MediaResources
    let isNew: Bool

    /// - Parameters:
    ///   - speaker: whose media the line is to carry.
    ///   - hasICE: whether that one is spoken with by ICE.
    /// - Returns: the slots that are no longer used.
    func prepare(_ leg: inout Leg, standingFor speaker: PeerMedia, hasICE: Bool) throws(NegotiationError) -> [Int] {
        let secrets = SecretSource(resources: resources)
        leg.packetTime = options.packetTime ?? leg.packetTime
        leg.mediaAddress = options.addressing.mediaAddress.flatMap { IPAddress($0) }
        leg.keying = try KeyingChoice.offering(leg, standingFor: speaker, options: options, secrets: secrets)
        leg.opportunistic = leg.transport.isSecure ? nil : leg.keying.sdes
        let usesICE = ICEChoice.offers(options.ice.mode, offererHasICE: hasICE, legHasICE: !isNew && leg.ice != nil)
        leg.ice = usesICE ? ICEChoice.offering(leg, options: options.ice, secrets: secrets) : nil
        leg.mux = RTCPMuxChoice.offering(
            offered: false, options: options.rtcpMux, isDTLS: leg.keying.isDTLS, current: isNew ? .none : leg.mux)
        if leg.mid == nil, options.generateMID || options.offersBundle || leg.keying.isDTLS {
            leg.mid = leg.profile == .whatsApp ? "audio" : String(leg.place)
        }
        let family: IPAddress.Family = switch options.addressing.family {
        case .v4: .v4
        case .v6: .v6
        case nil: leg.mediaAddress?.family ?? (leg.sockets.isEmpty ? speaker.family : leg.family)
        }
        let need = SocketNeed(
            interface: leg.interface, preferred: family, bothFamilies: leg.ice != nil, rtcp: leg.needsRTCP, resources: resources)
        return try need.satisfy(&leg, resources: resources)
    }
}

extension AddressingOptions {
    /// Where we meet the one party of a command.
    var ownInterface: String? { interface ?? toInterface ?? fromInterface }
}
