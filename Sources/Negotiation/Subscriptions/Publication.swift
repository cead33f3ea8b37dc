import ICE
import MediaCore
import NGProtocol
import SDP
import Wire

/// One `publish` on its way through; see `Negotiator.publish`.
struct Publication {
    private let request: NegotiationRequest
    private let options: MediaOptions
    private let resources: any MediaResources
    private let description: SessionDescription
    private var dialogue: Dialogue
    private var publisher: Int?
    /// The publisher's legs by the places of their m-lines; `nil` for those that we cannot serve.
    private var legs: [Leg?] = []
    private var removedSlots: [Int] = []
    private var remarks: [String] = []

    init(_ request: NegotiationRequest, dialogue: Dialogue?, resources: any MediaResources) throws(NegotiationError) {
        self.request = request
        options = request.options
        self.resources = resources
        description = try SessionDescription(of: request.sdp)
        self.dialogue = dialogue ?? .empty
        publisher = self.dialogue.participant(tag: request.fromTag)
        if let publisher, self.dialogue.participants[publisher].role != .publisher { throw .invalidDialogue }
    }

    /// An m-line that cannot be read or served is rejected, if there is one beside it that can.
    mutating func answerLines() throws(NegotiationError) {
        var problem = NegotiationError.cannotRewrite(detail: "no m-line to publish")
        if let publisher { dialogue.participants[publisher].updateLegs { $0.isRejected = true } }
        for place in description.media.indices {
            do throws(NegotiationError) {
                legs.append(try answer(place))
            } catch {
                guard error != .outOfPorts else { throw error }
                problem = error
                remarks.append("m-line \(place + 1) is rejected: \(error)")
                legs.append(nil)
            }
        }
        guard legs.contains(where: { $0 != nil }), let publisher else { throw problem }
        dialogue.participants[publisher].label = request.label ?? dialogue.participants[publisher].label
        for place in dialogue.participants[publisher].legs.indices where dialogue.participants[publisher].legs[place].isRejected {
            removedSlots += dialogue.participants[publisher].legs[place].giveUpSockets()
        }
    }

    private mutating func answer(_ place: Int) throws(NegotiationError) -> Leg? {
        let media = description.media[place]
        guard media.port != 0, media.relay != .datagrams else { return nil }
        let sipSource = options.addressing.usesSIPSource ?? request.defaults.usesSIPSource
        var peer = try PeerMedia(description, at: place, addressing: options.addressing, sipSource: sipSource)
        if options.ice.rejects { peer.ice = nil }
        // Each of our m-lines has a transport of its own (RFC 9143 section 7.2).
        let isOnAnother = peer.isBundled && legs.contains { leg in
            guard let other = leg?.peer else { return false }
            return peer.rtp.map { $0 == other.rtp } ?? (peer.ice?.candidates.first?.address == other.ice?.candidates.first?.address)
        }
        guard !isOnAnother else { throw .incompleteSDP(detail: "it shares a bundled transport") }
        var leg: Leg
        if let known = known(place, media.kind) { leg = known } else { leg = try newLeg() }
        let former = leg.peer
        (leg.kind, leg.relay, leg.place) = (media.kind, media.relay, place)
        leg.mediaAddress = options.addressing.mediaAddress.flatMap { IPAddress($0) }
        remarks += try leg.applyAllowedSources(options.addressing.allowedSources, sets: request.defaults.sourceSets)
        let codecs = media.relay == .audio ? try chosen(of: peer.codecs) : options.codecs.relayed(peer.codecs)
        removedSlots += try OffererSide(peer: peer, former: former, request: request, resources: resources).prepare(&leg)
        leg.announce(codecs)
        leg.accepted = codecs
        store(leg)
        return leg
    }

    private func known(_ place: Int, _ kind: String) -> Leg? {
        publisher.flatMap { index in dialogue.participants[index].legs.first { $0.place == place && $0.kind == kind } }
    }

    private mutating func newLeg() throws(NegotiationError) -> Leg {
        try dialogue.newLeg(
            interface: options.addressing.interface ?? options.addressing.fromInterface, secrets: SecretSource(resources: resources))
    }

    private mutating func store(_ leg: Leg) {
        guard let publisher else {
            publisher = try? dialogue.add(request.fromTag, .publisher, leg: leg)
            return
        }
        if let place = dialogue.participants[publisher].legs.firstIndex(where: { $0.media == leg.media }) {
            dialogue.participants[publisher].legs[place] = leg
        } else {
            dialogue.participants[publisher].legs.append(leg)
        }
    }

    /// The first codec of `accept` that is offered, else the first of the offer; with `accept` = `all`, all of them. Digits are for
    /// those who answer each other.
    private func chosen(of offered: [Codec]) throws(NegotiationError) -> [Codec] {
        let hidden = [CodecSpecification](parsing: options.codecs.strip + options.codecs.ignore)
        let audio = offered.filter { $0.format.isAudio && !$0.isBoundToOthers }
        let visible = audio.filter { !hidden.name($0) }
        let usable = visible.isEmpty ? audio : visible
        guard let first = usable.first else { throw .incompleteSDP(detail: "no audio codec is offered") }
        if options.codecs.alwaysTranscode || options.codecs.accept.contains("all") { return usable }
        let wanted = [CodecSpecification](parsing: options.codecs.accept)
        return [wanted.lazy.compactMap { entry in usable.first(where: entry.matches) }.first ?? first]
    }

    mutating func result() -> NegotiationResult {
        guard let publisher else { return NegotiationResult(sdp: "", plan: CallPlan(), dialogue: dialogue) }
        let lines = legs.enumerated().map { place, leg in
            var line = ComposedDescription.Line(
                leg: leg ?? dialogue.participants[publisher].legs[0], direction: .recvonly,
                model: OfferContext.OfferedSection(description.media[place]))
            line.leg.place = place
            if leg == nil { line.leg.isRejected = true }
            return line
        }
        return dialogue.result(
            lines, to: publisher, isOffer: false, options: options, defaults: request.defaults, removedSlots: removedSlots,
            remarks: remarks, resources: resources)
    }
}
