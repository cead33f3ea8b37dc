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
    /// The m-lines that are served, the main one first; as `OfferContext.lines`.
    private var lines: [Line] = []
    private var removedSlots: [Int] = []
    private var remarks: [String] = []

    /// One m-line of the offer, and what the answer says to it.
    private struct Line {
        var offered: OfferContext.OfferedLine
        /// Where it stands in the answer; `nil` where it is missing, which refuses it.
        var place: Int?
        /// `nil` where it is missing or cannot be served.
        var peer: PeerMedia?
        /// What the answerer said before.
        var former: PeerMedia?
        /// Indices in `Participant.legs`.
        var own, far: Int
        /// The first audio codec of both sides is the same.
        var passesThrough = true
    }

    init(_ request: NegotiationRequest, dialogue: Dialogue, resources: any MediaResources) throws(NegotiationError) {
        self.request = request
        options = request.options
        self.resources = resources
        description = try SessionDescription(of: request.sdp)
        var current = dialogue
        (offerer, answerer) = try current.answerParties(request)
        self.dialogue = current
    }

    // MARK: - 3: what the answerer says

    mutating func readAnswerer() throws(NegotiationError) {
        for offered in dialogue.exchange.lines {
            var line = Line(
                offered: offered, own: dialogue.legIndex(offered.offererMedia, of: offerer),
                far: dialogue.legIndex(offered.answererMedia, of: answerer))
            line.place = answerPlace(of: offered)
            do throws(NegotiationError) {
                line.peer = try line.place.map { place throws(NegotiationError) in try peer(at: place) }
            } catch {
                guard !lines.isEmpty else { throw error }
                remarks.append("m-line \(offered.place + 1) is rejected: \(error)")
            }
            guard line.peer != nil || !lines.isEmpty else { throw .incompleteSDP(detail: "the answer lacks the audio m-line") }
            lines.append(line)
        }
        let looksLikeMeta = dialogue.leg(dialogue.exchange.lines.first, of: offerer)?.peer?.looksLikeMeta == true
        dialogue.settleProfile(offerer: offerer, answerer: answerer, request: request, offererLooksLikeMeta: looksLikeMeta)
        dialogue.applyParts(request, answerer: answerer)
        if lines.contains(where: { $0.peer?.isRejected == false }) { dialogue.passGate(options: options, answerer: answerer) }
    }

    private func peer(at place: Int) throws(NegotiationError) -> PeerMedia {
        let sipSource = options.addressing.usesSIPSource ?? request.defaults.usesSIPSource
        return try PeerMedia(description, at: place, addressing: options.addressing, sipSource: sipSource)
    }

    /// Where the m-line should be, if it is one of that kind; else the first of its kind that no other stands for, in answers that
    /// leave out what they reject.
    private func answerPlace(of line: OfferContext.OfferedLine) -> Int? {
        guard dialogue.exchange.sections.indices.contains(line.place) else { return nil }
        let section = dialogue.exchange.sections[line.place]
        func fits(_ place: Int) -> Bool {
            let media = description.media[place]
            return media.kind == section.kind && (media.relay == .datagrams) == (TransportProtocol(rawValue: section.transport) == nil)
        }
        guard let place = section.answererPlace else { return nil }
        if description.media.indices.contains(place), fits(place) { return place }
        let taken = dialogue.exchange.sections.filter { $0 != section && $0.kind == section.kind }.compactMap(\.answererPlace)
        return description.media.indices.first { fits($0) && !taken.contains($0) }
    }

    // MARK: - 4: our end toward the answerer is settled

    mutating func closeAnswererSide() throws(NegotiationError) {
        try eachLine { (negotiation, line) throws(NegotiationError) in try negotiation.closeAnswererSide(&line) }
    }

    private mutating func closeAnswererSide(_ line: inout Line) throws(NegotiationError) {
        guard let peer = line.peer else { return dialogue.participants[answerer].legs[line.far].isRejected = true }
        var leg = dialogue.participants[answerer].legs[line.far]
        line.former = leg.peer
        leg.isRejected = peer.isRejected
        leg.peer = peer
        leg.applySource(options, defaults: request.defaults)
        let notes = try leg.applyAllowedSources(options.addressing.allowedSources, sets: request.defaults.sourceSets)
            + leg.remarks(on: options)
        if line.offered.place == dialogue.exchange.place { remarks += notes }
        if !peer.isRejected {
            if peer.relay != .datagrams {
                leg.keying = try KeyingChoice.answered(leg, by: peer)
                leg.transport = peer.transport
                closeTransport(&leg, peer, line.offered)
            }
            removedSlots += try leg.settleSockets(resources)
        }
        dialogue.participants[answerer].legs[line.far] = leg
    }

    /// What our offer said, and not what an earlier answer to it made of that: 183 and 200, or two branches, may differ.
    private mutating func closeTransport(_ leg: inout Leg, _ peer: PeerMedia, _ offered: OfferContext.OfferedLine) {
        leg.ice = offered.ice
        leg.mux = offered.mux
        if peer.ice == nil {
            leg.ice = nil
            removedSlots += leg.dropOtherFamilies()
        } else if peer.ice?.isLite == true || leg.profile == .whatsApp {
            leg.ice?.isControlling = true
        }
        if leg.mux == .offered { leg.mux = peer.rtcpMux ? .agreed : .none }
        if leg.mux == .agreed { removedSlots += leg.dropRTCPSocket() }
    }

    /// Does one step for every m-line. One beside the main one that fails is rejected; only ports that run out fail the request.
    private mutating func eachLine(
        _ step: (inout AnswerNegotiation, inout Line) throws(NegotiationError) -> Void
    ) throws(NegotiationError) {
        for index in lines.indices {
            var line = lines[index]
            do throws(NegotiationError) {
                try step(&self, &line)
            } catch {
                guard index != 0, error != .outOfPorts else { throw error }
                remarks.append("m-line \(line.offered.place + 1) is rejected: \(error)")
                line.peer = nil
                dialogue.participants[offerer].legs[line.own].isRejected = true
                dialogue.participants[answerer].legs[line.far].isRejected = true
            }
            lines[index] = line
        }
    }

    // MARK: - 5: what the answer decides toward the offerer

    mutating func closeOffererSide() throws(NegotiationError) {
        try eachLine { (negotiation, line) throws(NegotiationError) in try negotiation.closeOffererSide(&line) }
    }

    private mutating func closeOffererSide(_ line: inout Line) throws(NegotiationError) {
        // Nothing, where the offerer has its answer already; what differs is converted.
        if dialogue.exchange.earlyAnswer != nil { return try closeBehindEarlyAnswer(line) }
        var leg = dialogue.participants[offerer].legs[line.own]
        // Each answer decides anew, so a branch that takes what another one refused gets it.
        leg.isRejected = (leg.peer?.isRejected ?? false) || line.peer?.isRejected != false
        leg.mediaAddress = options.addressing.mediaAddress.flatMap { IPAddress($0) }
        leg.packetTime = dialogue.exchange.packetTimeReverse ?? leg.packetTime
        if options.ice.mode == .remove, leg.ice != nil, !leg.keying.isDTLS {
            leg.ice = nil
            removedSlots += leg.dropOtherFamilies()
        }
        if !leg.isRejected {
            if let answered = line.peer { leg.applyProtocol(options, answered: answered.transport) }
            if let interface = options.addressing.toInterface, interface != leg.interface { removedSlots += try move(&leg, to: interface) }
            if leg.mux == .offered { removedSlots += leg.closeMux(line.peer?.rtcpMux == true) }
            // New ports with ICE are a restart, which only an offer can begin.
            if leg.ice == nil, options.forking.renewsPorts, let peer = line.peer, peer.hasMoved(from: line.former) {
                removedSlots += try renewSockets(of: &leg)
            }
            try moveFamily(&leg)
        }
        dialogue.participants[offerer].legs[line.own] = leg
        guard !leg.isRejected, let peer = line.peer else { return }
        switch peer.relay {
        case .audio: try closeCodecs(&line, peer)
        case .packets: closePackets(line, peer)
        case .datagrams: break
        }
    }

    private mutating func closeBehindEarlyAnswer(_ line: Line) throws(NegotiationError) {
        guard let peer = line.peer, !peer.isRejected else { return }
        let own = dialogue.participants[offerer].legs[line.own].accepted.first { $0.format.isAudio }
        var other = dialogue.participants[answerer].legs[line.far]
        other.accepted = try CodecAnswer.accepted(answered(peer, by: other), offered: other.announced).filter { codec in
            !codec.format.isAudio || codec.format.isTranscodable || own?.isSame(as: codec) == true
        }
        guard other.accepted.contains(where: \.format.isAudio) else {
            throw .incompleteSDP(detail: "no codec that can be converted to that of the early answer")
        }
        dialogue.participants[answerer].legs[line.far] = other
    }

    /// `no-port-latching`: the offerer is to see that somebody else is to be sent to.
    private func renewSockets(of leg: inout Leg) throws(NegotiationError) -> [Int] {
        let need = SocketNeed(
            interface: leg.interface, preferred: leg.family, bothFamilies: false, rtcp: leg.rtcpSocket != nil, resources: resources)
        let removed = leg.giveUpSockets()
        return removed + (try need.satisfy(&leg, resources: resources))
    }

    /// `direction` in an answer, whose second name is where the offerer is: its ports move to another interface.
    private func move(_ leg: inout Leg, to interface: String) throws(NegotiationError) -> [Int] {
        let removed = leg.giveUpSockets()
        leg.interface = interface
        let need = SocketNeed(
            interface: interface, preferred: leg.peer?.family ?? .v4, bothFamilies: leg.ice != nil, rtcp: leg.needsRTCP,
            resources: resources)
        return removed + (try need.satisfy(&leg, resources: resources))
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

    private mutating func closeCodecs(_ line: inout Line, _ peer: PeerMedia) throws(NegotiationError) {
        var own = dialogue.participants[offerer].legs[line.own]
        var other = dialogue.participants[answerer].legs[line.far]
        let context = CodecContext(usable: line.offered.usable, codecs: dialogue.exchange.codecs)
        let answer = try CodecAnswer(
            answered(peer, by: other), offered: other.announced, context: context, options: options.codecs,
            onlyOne: own.isLikeWhatsApp)
        other.accepted = answer.accepted
        own.announce(own.profile == .whatsApp
            ? WhatsAppCodecs.answer(answer.announced, usable: context.usable, bitrate: own.bitrate) : answer.announced)
        own.accepted = own.announced.map { codec in
            own.peer?.codecs.first { $0.payloadType == codec.payloadType } ?? codec
        }
        line.passesThrough = own.accepted.first.map { first in other.accepted.contains(where: first.isSame) } ?? true
        dialogue.participants[offerer].legs[line.own] = own
        dialogue.participants[answerer].legs[line.far] = other
    }

    /// Each side keeps its own numbers: what it is sent, it is sent as it listed it itself.
    private mutating func closePackets(_ line: Line, _ peer: PeerMedia) {
        let codecs = options.codecs.relayed(peer.codecs)
        dialogue.participants[offerer].legs[line.own].announce(codecs)
        dialogue.participants[offerer].legs[line.own].accepted = line.offered.usable
        dialogue.participants[answerer].legs[line.far].accepted = codecs
    }

    // MARK: - 6, 7: description and plan

    mutating func result() throws(NegotiationError) -> NegotiationResult {
        guard let main = lines.first else { throw .cannotRewrite(detail: "the answer was not read") }
        let text = dialogue.exchange.earlyAnswer ?? (dialogue.meta == offerer
            ? dialogue.compose(for: offerer, isOffer: false, options: options, resources: resources) : rewritten(main))
        var report = DescriptionReport(dialogue)
        report.check(request.sdp, from: answerer, isOffer: false, counterpart: dialogue.exchange.sent)
        // An early answer was checked when it was given.
        if dialogue.exchange.earlyAnswer == nil { report.check(text, to: offerer, isOffer: false, counterpart: dialogue.exchange.heard) }
        if main.peer?.isRejected == false { report.checkConversion() }
        let plan = dialogue.plan(certificate: resources.certificate, defaults: request.defaults)
        return NegotiationResult(
            sdp: text, findings: report.findings, plan: plan, dialogue: dialogue, removedSlots: removedSlots, remarks: remarks)
    }

    /// The answerer's text with our ends in it, each m-line where the offer had it.
    private mutating func rewritten(_ main: Line) -> String {
        let legs = dialogue.participants[offerer].legs
        let head = lines.first { !legs[$0.own].isRejected && $0.peer != nil } ?? main
        guard let speaker = head.peer else { return "" }
        var rewriter = SDPRewriter(
            description: description, leg: legs[head.own], speaker: speaker, isOffer: false, options: options,
            certificate: resources.certificate)
        for (place, section) in dialogue.exchange.sections.enumerated() {
            let line = lines.first { $0.offered.place == place }
            let answered = (line == nil ? section.answererPlace : line?.place)
                .flatMap { description.media.indices.contains($0) ? description.media[$0] : nil }
            if let line, let peer = line.peer, let answered, !legs[line.own].isRejected {
                rewriter.append(answered, leg: legs[line.own], speaker: peer, passesThrough: line.passesThrough)
            } else if line == nil, let answered, answered.kind == section.kind, answered.isPassedOn, answered.port != 0 {
                rewriter.passOn(answered)
            } else {
                rewriter.reject(answered, section)
            }
        }
        return rewriter.text(remembering: &dialogue.participants[offerer].written)
    }
}
