import MediaCore
import NGProtocol
import SDP
import Wire

/// A re-offer that we answer ourselves (`local`): hold, resume, transfer, another codec, address or key of one party, of which
/// the other one, Meta above all, hears nothing. Its leg stays as it is; only what it hears may change.
struct LocalNegotiation {
    private let request: NegotiationRequest
    private let resources: any MediaResources
    private let description: SessionDescription
    private let place: Int
    /// Indices of their main legs in `Participant.legs`.
    private let own, far: Int
    /// Who offers, and whose leg is kept.
    private let speaker, kept: Int
    private let former: Leg
    private var dialogue: Dialogue
    private var removedSlots: [Int] = []
    private var remarks: [String] = []

    /// - Throws: `.invalidDialogue` for a call's first offer, an offer of Meta's, and a `to` that is not the other party's tag;
    ///   `.cannotRewrite` while one of the parties has not spoken.
    init(_ request: NegotiationRequest, dialogue: Dialogue?, resources: any MediaResources) throws(NegotiationError) {
        self.request = request
        self.resources = resources
        description = try SessionDescription(of: request.sdp)
        guard var current = dialogue else { throw .invalidDialogue }
        let wasAnswered = current.isAnswered
        (speaker, kept) = try current.offerParties(request, secrets: SecretSource(resources: resources))
        guard let line = current.exchange.lines.first, let place = description.audioPlace(current.mainPlace(of: speaker)) else {
            throw .incompleteSDP(detail: "no audio over RTP")
        }
        self.place = place
        own = current.legIndex(speaker == current.exchange.offerer ? line.offererMedia : line.answererMedia, of: speaker)
        far = current.legIndex(kept == current.exchange.offerer ? line.offererMedia : line.answererMedia, of: kept)
        let leg = current.participants[speaker].legs[own]
        former = dialogue?.leg(numbered: leg.media) ?? leg
        current.settleProfile(offerer: speaker, answerer: kept, request: request, offererLooksLikeMeta: false)
        guard current.meta != speaker else { throw .invalidDialogue }
        guard wasAnswered else { throw .cannotRewrite(detail: "local: the call is not answered yet") }
        guard let other = current.participants[kept].legs[far].peer else { throw .invalidDialogue }
        guard !other.isRejected else { throw .cannotRewrite(detail: "local: the other party has no media") }
        current.applyParts(request, answerer: kept)
        self.dialogue = current
    }

    // MARK: - 3, 4: what the speaker says, and our end toward it

    mutating func answerSpeaker() throws(NegotiationError) {
        let options = request.options
        var leg = dialogue.participants[speaker].legs[own]
        let sipSource = options.addressing.usesSIPSource ?? request.defaults.usesSIPSource
        var peer = try PeerMedia(description, at: place, addressing: options.addressing, sipSource: sipSource)
        if options.ice.rejects { peer.ice = nil }
        if options.rejectsBundle { peer.isBundled = false }
        remarks += try leg.applyAllowedSources(options.addressing.allowedSources, sets: request.defaults.sourceSets)
        leg.packetTime = options.packetTimeReverse ?? leg.packetTime
        leg.mediaAddress = options.addressing.mediaAddress.flatMap { IPAddress($0) } ?? leg.mediaAddress
        leg.bitrate = options.codecs.opusBitrate(forAnswerer: false) ?? leg.bitrate
        let side = OffererSide(peer: peer, former: former.peer, request: request, resources: resources)
        removedSlots += try side.prepare(&leg)
        if !peer.isRejected { leg.settle(try codecs(of: peer)) }
        leg.place = place
        // We answer for the audio alone.
        dialogue.participants[speaker].updateLegs { $0.isRejected = true }
        dialogue.participants[speaker].legs[own] = leg
        dialogue.participants[kept].legs[far].standsAlone = true
        dialogue.participants[kept].legs[far].isRejected = false
    }

    /// The codec in use if it is still there: nothing changes then. Else the one of the other leg where the speaker likes it
    /// best, else the first that can be converted. Events beside it.
    private func codecs(of peer: PeerMedia) throws(NegotiationError) -> [Codec] {
        let hidden = [CodecSpecification](parsing: request.options.codecs.strip + request.options.codecs.ignore)
        let offered = peer.codecs.filter { !hidden.name($0) }
        let other = dialogue.participants[kept].legs[far].accepted.first { $0.format.isAudio }
        let usable = offered.filter { codec in
            guard let other, codec.format.isAudio else { return false }
            return codec.isSame(as: other) || (codec.format.isTranscodable && other.format.isTranscodable)
        }
        let current = former.accepted.first { $0.format.isAudio }
        let same = current.flatMap { current in usable.first(where: current.isSame) }
        let direct = offered.first { $0.format.isAudio }.flatMap { first in other?.isSame(as: first) == true ? first : nil }
        guard let audio = same ?? direct ?? usable.first else { throw .incompleteSDP(detail: "no codec that both sides can use") }
        let events = offered.filter { $0.format == .telephoneEvent }
        return [audio] + (events.filter { $0.clockRate == 8000 } + events).prefix(1)
    }

    // MARK: - 6, 7: description and plan

    func result() -> NegotiationResult {
        var dialogue = dialogue
        let exchange = dialogue.exchange
        dialogue.exchange.sections = description.media.map(OfferContext.OfferedSection.init)
        if !dialogue.exchange.lines.isEmpty { dialogue.exchange.lines[0].place = place }
        let text = dialogue.compose(for: speaker, isOffer: false, options: request.options, resources: resources)
        if exchange.offerer == speaker {
            // A late answer of the other party still goes to this one, in the words of its newest offer.
            for (index, section) in exchange.sections.enumerated() where dialogue.exchange.sections.indices.contains(index) {
                dialogue.exchange.sections[index].answererPlace = section.answererPlace
            }
            dialogue.exchange.sections[place].answererPlace = dialogue.leg(exchange.lines.first, of: kept)?.place
            dialogue.exchange.lines = Array(dialogue.exchange.lines.prefix(1))
            dialogue.exchange.update(place) { $0.usable = dialogue.participants[speaker].legs[own].accepted }
            if exchange.earlyAnswer != nil { (dialogue.exchange.heard, dialogue.exchange.earlyAnswer) = (request.sdp, text) }
        } else {
            dialogue.exchange = exchange
        }
        var report = DescriptionReport(dialogue)
        report.check(request.sdp, from: speaker, isOffer: true)
        report.checkConversion()
        let plan = dialogue.plan(certificate: resources.certificate, defaults: request.defaults)
        return NegotiationResult(
            sdp: text, answer: text, findings: report.findings, plan: plan, dialogue: dialogue, removedSlots: removedSlots,
            remarks: remarks)
    }
}
