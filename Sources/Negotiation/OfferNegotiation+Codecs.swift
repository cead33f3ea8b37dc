import MediaCore
import NGProtocol

// Step 5 of an offer: the codecs toward the answerer, and with `early-answer` those of the offerer for good.

extension OfferNegotiation {
    mutating func offerCodecs(_ line: Line, leg: inout Leg, isNew: Bool) throws(NegotiationError) {
        var own = dialogue.participants[offerer].legs[line.own]
        let codecs = codecOptions(leg, own: own, isNew: isNew)
        let offer = try CodecOffer(own.codecs(of: line.peer), options: codecs, leg: leg)
        leg.bitrate = options.codecs.opusBitrate(forAnswerer: true) ?? leg.bitrate
        if givenAnswer == nil { own.bitrate = options.codecs.opusBitrate(forAnswerer: false) ?? own.bitrate }
        if leg.profile == .whatsApp {
            // What Meta was offered once stands: it knows no other offer.
            if isNew || leg.announced.isEmpty {
                leg.announce(WhatsAppCodecs.offer(
                    pbx: offer.usable, options: options.codecs, prefersG711: leg.parts.prefersG711, leg: leg))
            }
        } else {
            leg.announce(offer.announced)
        }
        if leg.accepted.isEmpty || leg.peer == nil { leg.accepted = leg.announced }
        let stillOffered = own.accepted.filter { former in
            offer.usable.contains { $0.payloadType == former.payloadType && $0.isSame(as: former) }
        }
        if givenAnswer == nil, !stillOffered.contains(where: \.format.isAudio) {
            own.accepted = offer.usable
            own.announce(offer.usable)
        }
        dialogue.participants[offerer].legs[line.own] = own
        dialogue.exchange.update(line.place) { $0.usable = offer.usable }
        guard line.place == place else { return }
        dialogue.exchange.codecs = codecs
        remarks += offer.unknown.map { "cannot convert to codec \($0)" }
        remarks += codecs.withUnusedParts.map { "not all encoder options of codec \($0) are supported" }
    }

    /// RTP that is no audio keeps its formats and their numbers; what the options name is left out.
    mutating func offerPackets(_ line: Line, leg: inout Leg) {
        let codecs = options.codecs.relayed(line.peer.codecs)
        leg.announce(codecs)
        if leg.accepted.isEmpty || leg.peer == nil { leg.accepted = codecs }
        let own = dialogue.participants[offerer].legs[line.own]
        dialogue.participants[offerer].legs[line.own].accepted = codecs
        if own.announced.isEmpty { dialogue.participants[offerer].legs[line.own].announce(codecs) }
        dialogue.exchange.update(line.place) { $0.usable = codecs }
    }

    private func codecOptions(_ leg: Leg, own: Leg, isNew: Bool) -> CodecOptions {
        if leg.profile == .whatsApp { return options.codecs.converting(to: ["opus"]) }
        guard leg.facesMeta, options.codecs.namesNone else { return isNew ? options.codecs : laterCodecOptions(leg, own: own) }
        let current = leg.accepted.filter(\.format.isTranscodable).map(\.encodingName)
        let names = isNew || current.isEmpty ? ["PCMU", "PCMA"] : current
        return options.codecs.converting(to: names + ["telephone-event"])
    }

    /// A later offer that says nothing of codecs leaves this party the ones that it has, if the call is
    /// converted anyway or the party is Meta: a hold or a transfer on one side is no codec change on the other.
    private func laterCodecOptions(_ leg: Leg, own: Leg) -> CodecOptions {
        guard options.codecs == CodecOptions(),
              let current = leg.accepted.first(where: \.format.isTranscodable) else { return options.codecs }
        let isConverted = !own.accepted.contains(where: current.isSame)
        guard isConverted || leg.isLikeWhatsApp else { return options.codecs }
        var codecs = options.codecs
        codecs.mask = ["all"]
        codecs.transcode = leg.accepted.filter { $0.format.isTranscodable || $0.format == .telephoneEvent }.map(\.encodingName)
        return codecs
    }

    /// `early-answer`: the offerer's codec is chosen before the answerer is asked, so the answerer is only offered what can be
    /// converted to it.
    mutating func answerEarly(_ line: Line, leg: inout Leg) throws(NegotiationError) {
        var own = dialogue.participants[offerer].legs[line.own]
        let usable = dialogue.exchange.lines.first?.usable ?? []
        let given = givenAnswer == nil ? nil : own.accepted.first { $0.format.isAudio }
        let offered = leg.announced.filter(\.format.isAudio)
        guard let codec = given ?? earlyCodec(usable, offered: offered, isMeta: own.profile == .whatsApp) else {
            throw .incompleteSDP(detail: "early-answer: no codec of the offer that we can convert")
        }
        if given == nil {
            let events = usable.filter { $0.format == .telephoneEvent }
            own.settle([codec] + (events.filter { $0.clockRate == 8000 } + events).prefix(1))
            own.standsAlone = true
            dialogue.participants[offerer].legs[line.own] = own
        }
        leg.announced.removeAll { $0.format.isAudio && !$0.format.isTranscodable && !$0.isSame(as: codec) }
        guard leg.announced.contains(where: \.format.isAudio) else { throw .incompleteSDP(detail: "no audio codec left to offer") }
        if leg.peer == nil { leg.accepted = leg.announced }
    }

    /// G.711 where all that the answerer may choose is G.711 and the offerer has it too; else Opus for Meta, and for anybody else
    /// what the answerer may choose as well.
    private func earlyCodec(_ usable: [Codec], offered: [Codec], isMeta: Bool) -> Codec? {
        let convertible = usable.filter(\.format.isTranscodable)
        let common = offered.compactMap { codec in convertible.first(where: codec.isSame) }
        if let codec = common.first, !isMeta || offered.allSatisfy(\.isG711) { return codec }
        return convertible.first { $0.format == .opus && isMeta } ?? convertible.first
    }
}

extension CodecOptions {
    /// What is left of the formats of RTP that is no audio: `all` is about audio.
    func relayed(_ codecs: [Codec]) -> [Codec] {
        let hidden = [CodecSpecification](parsing: strip + mask + consume)
        let kept = hidden.isEmpty ? codecs : codecs.filter { !hidden.name($0) }
        return kept.isEmpty ? codecs : kept
    }
}

extension Leg {
    /// What of a description's formats counts for us.
    func codecs(of peer: PeerMedia) -> [Codec] {
        profile == .whatsApp ? WhatsAppCodecs.usable(peer.codecs, prefersG711: parts.prefersG711 ?? true) : peer.codecs
    }

    /// The codecs of an answer that is ours alone: announced in our words, sent as the peer's own lines ask.
    mutating func settle(_ codecs: [Codec]) {
        announce(codecs.map { codec in
            if codec.format == .telephoneEvent, profile != .whatsApp { return codec.with(parameters: OwnCodecs.eventParameters) }
            return WhatsAppCodecs.own(codec, bitrate: bitrate)
        })
        accepted = announced.map { codec in peer?.codecs.first { $0.payloadType == codec.payloadType } ?? codec }
    }
}
