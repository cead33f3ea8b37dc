import MediaCore
import NGProtocol
import SDP
import Wire

/// One `create` on its way through; see `Negotiator.create`.
struct Creation {
    private let request: CreationRequest
    private let resources: any MediaResources
    private let secrets: SecretSource
    private var dialogue: Dialogue
    private var party: Int?
    private var removedSlots: [Int] = []
    private var remarks: [String] = []

    init(_ request: CreationRequest, dialogue: Dialogue?, resources: any MediaResources) throws(NegotiationError) {
        self.request = request
        self.resources = resources
        secrets = SecretSource(resources: resources)
        self.dialogue = dialogue ?? .empty
        party = self.dialogue.participant(tag: request.tag)
        if let party, self.dialogue.participants[party].role != .party || self.dialogue.participants[party].partner != nil {
            throw .invalidDialogue
        }
    }

    mutating func openLines() throws(NegotiationError) {
        let medias = request.medias.isEmpty ? [RequestedMedia()] : request.medias
        if let party { dialogue.participants[party].updateLegs { $0.isRejected = true } }
        for (place, media) in medias.enumerated() { try openLine(media, at: place) }
        guard let party else { return }
        dialogue.participants[party].label = request.label ?? dialogue.participants[party].label
        for place in dialogue.participants[party].legs.indices where dialogue.participants[party].legs[place].isRejected {
            removedSlots += dialogue.participants[party].legs[place].giveUpSockets()
        }
    }

    private mutating func openLine(_ media: RequestedMedia, at place: Int) throws(NegotiationError) {
        let known = party.flatMap { index in
            dialogue.participants[index].legs.first { $0.place == place && $0.kind == media.kind }
        }
        var leg: Leg
        if let known { leg = known } else {
            leg = try dialogue.newLeg(interface: request.options.addressing.ownInterface, secrets: secrets)
        }
        if known == nil, isMeta {
            leg.profile = .whatsApp
            leg.parts = .whatsApp
            leg.parts.apply(request.options.whatsApp)
        }
        let isNew = leg.sockets.isEmpty || request.options.resetsNegotiation
        let options = request.options.meant(for: leg, isNew: isNew)
        (leg.kind, leg.relay, leg.place, leg.isRejected) = (media.kind, media.kind == "audio" ? .audio : .packets, place, false)
        leg.transport = options.transport ?? (isNew ? .rtpAVP : leg.transport)
        leg.mid = leg.mid ?? media.id
        leg.bitrate = options.codecs.opusBitrate(forAnswerer: true) ?? leg.bitrate
        leg.announce(try codecs(media, options.codecs, leg: leg))
        if leg.peer == nil { leg.accepted = leg.announced }
        let ends = OwnOfferEnds(options: options, resources: resources, isNew: isNew)
        removedSlots += try ends.prepare(&leg, standingFor: .nobody, hasICE: false)
        try store(leg)
    }

    /// Meta is known by the options or by the interface.
    private var isMeta: Bool {
        request.options.whatsApp.isOn || request.defaults.profiles[request.options.addressing.ownInterface ?? ""] == .whatsApp
    }

    private mutating func store(_ leg: Leg) throws(NegotiationError) {
        guard let party else {
            party = try dialogue.add(request.tag, .party, leg: leg)
            return
        }
        if let place = dialogue.participants[party].legs.firstIndex(where: { $0.media == leg.media }) {
            dialogue.participants[party].legs[place] = leg
        } else {
            dialogue.participants[party].legs.append(leg)
        }
    }

    /// Those of the m-line, else those of the options, else all that are common.
    private mutating func codecs(_ media: RequestedMedia, _ options: CodecOptions, leg: Leg) throws(NegotiationError) -> [Codec] {
        if leg.profile == .whatsApp {
            return WhatsAppCodecs.offer(pbx: [], options: options, prefersG711: leg.parts.prefersG711, leg: leg)
        }
        var names = media.codecs
        if media.kind == "audio" {
            if names.isEmpty { names = options.offer + options.transcode }
            if names.isEmpty { names = Self.commonCodecs }
        }
        let hidden = [CodecSpecification](parsing: options.strip + options.mask)
        var result: [Codec] = []
        for entry in [CodecSpecification](parsing: names) {
            guard let codec = Self.codec(entry, kind: media.kind) else {
                remarks.append("codec \(entry.name) has no clock rate, and is none of ours")
                continue
            }
            let isKnown = result.contains { $0.isSame(as: codec) && $0.clockRate == codec.clockRate }
            if !hidden.name(codec), !isKnown { result.append(codec) }
        }
        guard result.contains(where: \.format.isAudio) else { throw .incompleteSDP(detail: "no codec to offer for \(media.kind)") }
        return PayloadTypes.assign(result, leg: leg)
    }

    private static let commonCodecs = ["opus", "PCMU", "PCMA", "telephone-event"]

    /// What is none of ours is passed on to subscribers as it comes.
    private static func codec(_ entry: CodecSpecification, kind: String) -> Codec? {
        if kind == "audio", let own = OwnCodecs.codec(entry) { return own }
        guard let clockRate = entry.clockRate, !entry.meansAll else { return nil }
        return Codec(
            payloadType: Codec.firstDynamicPayloadType, encodingName: entry.name, clockRate: clockRate, channels: entry.channels ?? 1,
            parameters: entry.parameters)
    }

    mutating func result() -> NegotiationResult {
        guard let party else { return NegotiationResult(sdp: "", plan: CallPlan(), dialogue: dialogue) }
        let lines = dialogue.participants[party].legs.map { ComposedDescription.Line(leg: $0, direction: .sendrecv) }
        return dialogue.result(
            lines, to: party, isOffer: true, options: request.options, defaults: request.defaults, removedSlots: removedSlots,
            remarks: remarks, resources: resources)
    }
}

extension PeerMedia {
    /// Whom an offer stands for that nobody has asked us to pass on.
    fileprivate static let nobody = PeerMedia(
        relay: .audio, transport: .rtpAVP, isRejected: false, isBundled: false, family: .v4, isHeldByAddress: false, direction: .sendrecv,
        rtcpMux: false, codecs: [], crypto: [], looksLikeMeta: false)
}
