import MediaCore
import NGProtocol
import SDP

/// The answer to an offer that was ours alone; see `Negotiator.answerToOurs`.
struct OwnOfferAnswer {
    private let request: NegotiationRequest
    private let options: MediaOptions
    private let resources: any MediaResources
    private let description: SessionDescription
    private let answerer: Int
    private var dialogue: Dialogue
    private var removedSlots: [Int] = []
    private var remarks: [String] = []

    init(_ request: NegotiationRequest, dialogue: Dialogue, resources: any MediaResources) throws(NegotiationError) {
        self.request = request
        options = request.options
        self.resources = resources
        description = try SessionDescription(of: request.sdp)
        guard let index = dialogue.participant(tag: request.fromTag), dialogue.participants[index].wasOfferedByUs else {
            throw .invalidDialogue
        }
        answerer = index
        self.dialogue = dialogue
    }

    mutating func close() throws(NegotiationError) {
        for place in dialogue.participants[answerer].legs.indices {
            var leg = dialogue.participants[answerer].legs[place]
            if leg.isRejected { continue }
            if let peer = try peer(of: leg), !peer.isRejected {
                try close(&leg, peer)
            } else {
                leg.isRejected = true
                removedSlots += leg.giveUpSockets()
            }
            dialogue.participants[answerer].legs[place] = leg
        }
        dialogue.participants[answerer].label = request.label ?? dialogue.participants[answerer].label
    }

    private func peer(of leg: Leg) throws(NegotiationError) -> PeerMedia? {
        guard description.media.indices.contains(leg.place), description.media[leg.place].kind == leg.kind,
              description.media[leg.place].relay == leg.relay else { return nil }
        let sipSource = options.addressing.usesSIPSource ?? request.defaults.usesSIPSource
        return try PeerMedia(description, at: leg.place, addressing: options.addressing, sipSource: sipSource)
    }

    private mutating func close(_ leg: inout Leg, _ peer: PeerMedia) throws(NegotiationError) {
        try checkCodecs(leg, peer)
        leg.applySource(options, defaults: request.defaults)
        remarks += try leg.applyAllowedSources(options.addressing.allowedSources, sets: request.defaults.sourceSets)
        leg.keying = try KeyingChoice.answered(leg, by: peer)
        leg.peer = peer
        leg.transport = peer.transport
        if peer.ice == nil {
            leg.ice = nil
            removedSlots += leg.dropOtherFamilies()
        } else if peer.ice?.isLite == true || leg.profile == .whatsApp {
            leg.ice?.isControlling = true
        }
        if leg.mux == .offered { leg.mux = peer.rtcpMux ? .agreed : .none }
        if leg.mux == .agreed { removedSlots += leg.dropRTCPSocket() }
        leg.accepted = leg.relay == .audio
            ? try CodecAnswer.accepted(leg.codecs(of: peer), offered: leg.announced) : options.codecs.relayed(peer.codecs)
        removedSlots += try leg.settleSockets(resources)
    }

    /// A subscriber takes everything that the source may send, or says that we may convert it.
    private func checkCodecs(_ leg: Leg, _ peer: PeerMedia) throws(NegotiationError) {
        guard let media = leg.subscription, leg.relay == .audio, !options.codecs.allowsTranscoding else { return }
        let source = leg.takesEgress ? dialogue.heard(onMedia: media) : dialogue.leg(numbered: media)
        let sent = leg.announced.filter { codec in source?.spoken.contains(where: codec.isSame) ?? true }
        if let missing = sent.first(where: { codec in !peer.codecs.contains(where: codec.isSame) }) {
            throw .incompleteSDP(detail: "the subscriber does not take \(missing.encodingName), and conversion is not allowed")
        }
    }

    func result() -> NegotiationResult {
        NegotiationResult(
            sdp: "", plan: dialogue.plan(certificate: resources.certificate, defaults: request.defaults), dialogue: dialogue,
            removedSlots: removedSlots, remarks: remarks)
    }
}

extension Participant {
    /// It talks with nobody, and its session began with an offer of ours.
    var wasOfferedByUs: Bool { role == .subscriber || isUnpartnered }
    /// Somebody that `create` has made an offer to.
    public var isUnpartnered: Bool { role == .party && partner == nil && !isGone }
}
