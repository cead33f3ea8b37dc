import ICE
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
    /// Which m-line is the call's main one, its audio if it has any.
    let place: Int
    let offerer, answerer: Int
    var dialogue: Dialogue
    /// The m-lines that are served, the main one first; as `OfferContext.lines`.
    var lines: [Line] = []
    /// What the offerer's main m-line said in its last description.
    private let former: PeerMedia?
    /// The early answer that this very offer has had already. It stands, whatever the options say by now: it may have been sent.
    let givenAnswer: String?
    var removedSlots: [Int] = []
    var remarks: [String] = []

    /// One m-line, and the two legs that it goes by.
    struct Line {
        var place: Int
        /// What the offerer says.
        var peer: PeerMedia
        /// What it said before.
        var former: PeerMedia?
        /// Indices in `Participant.legs`.
        var own, far: Int
    }

    init(_ request: NegotiationRequest, dialogue: Dialogue?, resources: any MediaResources) throws(NegotiationError) {
        self.request = request
        options = request.options
        self.resources = resources
        secrets = SecretSource(resources: resources)
        description = try SessionDescription(of: request.sdp)
        guard !description.media.isEmpty else { throw .cannotRewrite(detail: "no m-line") }
        var current = dialogue ?? Self.newDialogue(request, secrets: secrets)
        (offerer, answerer) = try current.offerParties(request, secrets: secrets)
        place = description.mainPlace(current.mainPlace(of: offerer))
        former = current.leg(current.exchange.lines.first, of: offerer)?.peer
        givenAnswer = current.answerGiven(to: request.sdp, of: offerer)
        self.dialogue = current
    }

    /// The offerer gets its whole answer now.
    var isAnsweredEarly: Bool { options.whatsApp.answersEarly || givenAnswer != nil }

    private static func newDialogue(_ request: NegotiationRequest, secrets: SecretSource) -> Dialogue {
        func leg(_ media: Int, _ interface: String?) -> Leg {
            Leg(media: media, interface: interface, ssrc: secrets.ssrc(), cname: secrets.canonicalName())
        }
        let addressing = request.options.addressing
        var offerer = Participant(tag: request.fromTag, leg: leg(0, addressing.fromInterface))
        var answerer = Participant(tag: request.toTag, viaBranch: request.viaBranch, leg: leg(1, addressing.toInterface))
        (offerer.partner, answerer.partner) = (1, 0)
        return Dialogue(participants: [offerer, answerer], exchange: OfferContext(offerer: 0, answerer: 1))
    }

    // MARK: - 3: what the offerer says

    mutating func readOfferer() throws(NegotiationError) {
        let main = try peer(at: place)
        dialogue.settleProfile(offerer: offerer, answerer: answerer, request: request, offererLooksLikeMeta: main.looksLikeMeta)
        dialogue.applyParts(request, answerer: answerer)
        dialogue.closeGate(options: options.whatsApp, answerer: answerer)
        if dialogue.meta != nil || isAnsweredEarly, main.relay != .audio { throw .incompleteSDP(detail: "no audio over RTP") }
        try openLines(main)
    }

    private func peer(at place: Int) throws(NegotiationError) -> PeerMedia {
        let sipSource = options.addressing.usesSIPSource ?? request.defaults.usesSIPSource
        return try PeerMedia(description, at: place, addressing: options.addressing, sipSource: sipSource)
    }

    /// Every m-line that is served gets its two legs. Where Meta takes part, and where we answer by ourselves, that is the audio
    /// alone; what cannot be read is rejected, if there is something beside it.
    private mutating func openLines(_ main: PeerMedia) throws(NegotiationError) {
        let known = dialogue.exchange.lines
        dialogue.exchange = OfferContext(
            offerer: offerer, answerer: answerer, sections: sections(), codecs: options.codecs,
            packetTimeReverse: options.packetTimeReverse)
        try open(place, main, known: known)
        guard dialogue.meta == nil, !isAnsweredEarly else { return dialogue.restOthers(than: dialogue.exchange.lines) }
        for place in description.media.indices where place != self.place {
            let media = description.media[place]
            guard dialogue.exchange.sections[place].answererPlace != nil, !media.isPassedOn else { continue }
            guard media.port != 0 || dialogue.hasLeg(offerer, for: media, at: place) else { continue }
            do throws(NegotiationError) {
                let peer = try peer(at: place)
                guard !isOnTransport(of: main, peer) else {
                    remarks.append("m-line \(place + 1) shares a bundled transport, and is rejected")
                    continue
                }
                try open(place, peer, known: known)
            } catch {
                remarks.append("m-line \(place + 1) is rejected: \(error)")
            }
        }
        dialogue.restOthers(than: dialogue.exchange.lines)
    }

    private mutating func open(_ place: Int, _ peer: PeerMedia, known: [OfferContext.OfferedLine]) throws(NegotiationError) {
        var peer = peer
        if options.ice.rejects, dialogue.meta != offerer { peer.ice = nil }
        if options.rejectsBundle, dialogue.meta != offerer { peer.isBundled = false }
        let opened = try dialogue.open(
            description.media[place], at: place, answererPlace: dialogue.exchange.sections[place].answererPlace ?? place,
            beside: dialogue.exchange.lines, known: known, secrets: secrets)
        dialogue.exchange.lines.append(opened)
        let own = dialogue.legIndex(opened.offererMedia, of: offerer)
        lines.append(Line(
            place: place, peer: peer, former: lines.isEmpty ? former : dialogue.participants[offerer].legs[own].peer,
            own: own, far: dialogue.legIndex(opened.answererMedia, of: answerer)))
    }

    /// All m-lines of the offer, each with its place in ours: Meta gets the audio alone, and `sdp-media-remove` leaves kinds out.
    private func sections() -> [OfferContext.OfferedSection] {
        var next = 0
        return description.media.indices.map { index in
            var section = OfferContext.OfferedSection(description.media[index])
            let isPassed = dialogue.meta == answerer ? index == place : index == place || !options.text.removes(kind: section.kind)
            if isPassed {
                section.answererPlace = next
                next += 1
            }
            return section
        }
    }

    /// An m-line of a bundle that has no address of its own (RFC 9143 section 7.2): each of our m-lines has a transport of its own.
    private func isOnTransport(of main: PeerMedia, _ peer: PeerMedia) -> Bool {
        guard peer.isBundled, main.isBundled, !peer.isRejected else { return false }
        if let rtp = peer.rtp { return rtp == main.rtp }
        guard let first = peer.ice?.candidates.first else { return false }
        return first.address == main.ice?.candidates.first?.address
    }

    // MARK: - 4: our end toward the offerer, as the answer will have it

    mutating func prepareOffererSide() throws(NegotiationError) {
        for index in [offerer, answerer] { dialogue.participants[index].updateLegs { $0.standsAlone = false } }
        try eachLine { (negotiation, line) throws(NegotiationError) in try negotiation.prepareOffererSide(line) }
    }

    private mutating func prepareOffererSide(_ line: Line) throws(NegotiationError) {
        if givenAnswer != nil { return dialogue.participants[offerer].legs[line.own].standsAlone = true }
        var leg = dialogue.participants[offerer].legs[line.own]
        let notes = try leg.applyAllowedSources(options.addressing.allowedSources, sets: request.defaults.sourceSets)
        if line.place == place { remarks += notes }
        removedSlots += try OffererSide(
            peer: line.peer, former: line.former, request: request, resources: resources,
            awaitsAnswer: !isAnsweredEarly && dialogue.meta == nil).prepare(&leg)
        if line.place == place { remarks += leg.remarks(on: options) }
        dialogue.participants[offerer].legs[line.own] = leg
    }

    /// Does one step for every m-line. One beside the main one that fails is rejected; only ports that run out fail the request.
    private mutating func eachLine(
        _ step: (inout OfferNegotiation, Line) throws(NegotiationError) -> Void
    ) throws(NegotiationError) {
        for line in lines {
            do throws(NegotiationError) {
                try step(&self, line)
            } catch {
                guard line.place != place, error != .outOfPorts else { throw error }
                remarks.append("m-line \(line.place + 1) is rejected: \(error)")
                dialogue.participants[offerer].legs[line.own].isRejected = true
                dialogue.participants[answerer].legs[line.far].isRejected = true
                lines.removeAll { $0.place == line.place }
                dialogue.exchange.lines.removeAll { $0.place == line.place }
            }
        }
    }

    // MARK: - 5: our end toward the answerer

    mutating func prepareAnswererSide() throws(NegotiationError) {
        try eachLine { (negotiation, line) throws(NegotiationError) in try negotiation.prepareAnswererSide(line) }
    }

    private mutating func prepareAnswererSide(_ line: Line) throws(NegotiationError) {
        let peer = line.peer
        var leg = dialogue.participants[answerer].legs[line.far]
        let isNew = leg.sockets.isEmpty || options.resetsNegotiation
        leg.isRejected = peer.isRejected
        if !peer.isRejected {
            try prepare(&leg, line, isNew: isNew)
        }
        dialogue.participants[answerer].legs[line.far] = leg
        // An answer that is no refusal finds them as they were.
        dialogue.exchange.update(line.place) { ($0.ice, $0.mux) = (leg.ice, leg.mux) }
    }

    private mutating func prepare(_ leg: inout Leg, _ line: Line, isNew: Bool) throws(NegotiationError) {
        let peer = line.peer
        let options = options.meant(for: leg, isNew: isNew)
        // A party whose protocol is its own keeps it when the other one changes; one that had the same goes along.
        leg.transport = options.transport ?? (isNew || leg.transport == line.former?.transport ? peer.transport : leg.transport)
        leg.packetTime = options.packetTime ?? leg.packetTime
        leg.mediaAddress = options.addressing.mediaAddress.flatMap { IPAddress($0) }
        if peer.relay != .datagrams { try secure(&leg, peer, options: options, isNew: isNew) }
        leg.mid = leg.mid ?? mid(line, leg: leg)
        switch peer.relay {
        case .audio:
            try offerCodecs(line, leg: &leg, isNew: isNew)
            if isAnsweredEarly { try answerEarly(line, leg: &leg) }
        case .packets: offerPackets(line, leg: &leg)
        case .datagrams: leg.transport = .rtpAVP
        }
        let need = SocketNeed(
            interface: leg.interface, preferred: preferredFamily(peer, leg: leg, wanted: options.addressing.family),
            bothFamilies: leg.ice != nil, rtcp: leg.needsRTCP, resources: resources)
        // `no-port-latching`: the answerer is to see that somebody else is to be sent to.
        if options.forking.renewsPorts, leg.profile != .whatsApp, peer.hasMoved(from: line.former) {
            removedSlots += leg.giveUpSockets()
            leg.ice?.credentials = secrets.credentials()
        }
        removedSlots += try need.satisfy(&leg, resources: resources)
    }

    private func secure(_ leg: inout Leg, _ peer: PeerMedia, options: MediaOptions, isNew: Bool) throws(NegotiationError) {
        leg.keying = try KeyingChoice.offering(leg, standingFor: peer, options: options, secrets: secrets)
        leg.opportunistic = leg.transport.isSecure ? nil : leg.keying.sdes
        let usesICE = ICEChoice.offers(options.ice.mode, offererHasICE: peer.ice != nil, legHasICE: !isNew && leg.ice != nil)
        leg.ice = usesICE ? ICEChoice.offering(leg, options: options.ice, secrets: secrets) : nil
        leg.mux = RTCPMuxChoice.offering(
            offered: peer.rtcpMux && !leg.facesMeta, options: options.rtcpMux, isDTLS: leg.keying.isDTLS, current: isNew ? .none : leg.mux)
    }

    private func mid(_ line: Line, leg: Leg) -> String? {
        if leg.profile == .whatsApp { return "audio" }
        if !leg.facesMeta, let mid = line.peer.mid { return mid }
        return options.generateMID || leg.keying.isDTLS ? String(line.place + 1) : nil
    }

    private func preferredFamily(_ peer: PeerMedia, leg: Leg, wanted: AddressingOptions.Family?) -> IPAddress.Family {
        switch wanted {
        case .v4: .v4
        case .v6: .v6
        case nil: leg.mediaAddress?.family ?? (leg.sockets.isEmpty ? peer.family : leg.family)
        }
    }

    // MARK: - 6, 7: description and plan

    mutating func result() throws(NegotiationError) -> NegotiationResult {
        guard let main = lines.first else { throw .cannotRewrite(detail: "the offer was not read") }
        let text = dialogue.meta == answerer
            ? dialogue.compose(for: answerer, isOffer: true, options: options, resources: resources) : rewritten(main)
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

    /// The offerer's text with our ends in it.
    private mutating func rewritten(_ main: Line) -> String {
        let legs = dialogue.participants[answerer].legs
        let head = lines.first { !legs[$0.far].isRejected } ?? main
        var rewriter = SDPRewriter(
            description: description, leg: legs[head.far], speaker: head.peer, isOffer: true, options: options,
            certificate: resources.certificate)
        for place in description.media.indices where dialogue.exchange.sections[place].answererPlace != nil {
            let media = description.media[place]
            if let line = lines.first(where: { $0.place == place }), !legs[line.far].isRejected {
                rewriter.append(media, leg: legs[line.far], speaker: line.peer, passesThrough: passesThrough(line, legs[line.far]))
            } else if media.isPassedOn, media.port != 0 {
                rewriter.passOn(media)
            } else {
                rewriter.reject(media, dialogue.exchange.sections[place])
            }
        }
        return rewriter.text(remembering: &dialogue.participants[answerer].written)
    }

    private func passesThrough(_ line: Line, _ leg: Leg) -> Bool {
        leg.announced.first.map { first in line.peer.codecs.contains(where: first.isSame) } ?? true
    }
}

extension Dialogue {
    /// The early answer, if it was given to the same words of the same party: a request that is repeated.
    func answerGiven(to text: String, of participant: Int) -> String? {
        guard participants[participant].hasSpoken,
              let newest = exchanges.first(where: { $0.offerer == participant && !$0.lines.isEmpty }) else { return nil }
        return newest.heard?.utf8.elementsEqual(text.utf8) == true ? newest.earlyAnswer : nil
    }
}

extension Leg {
    /// A port of its own for RTCP.
    var needsRTCP: Bool { relay != .datagrams && mux != .agreed }
}
