import MediaCore
import NGProtocol

/// The codecs of an offer: which of the offerer's go on to the answerer, and which we add because we can convert.
struct CodecOffer {
    /// For the answerer, with final payload types: audio first, then events and comfort noise.
    let announced: [Codec]
    /// What the offerer may use: everything that is not stripped or ignored, hidden or not.
    let usable: [Codec]
    /// Entries of `transcode` that we cannot convert to.
    let unknown: [String]

    /// - Parameters:
    ///   - codecs: the offerer's list.
    ///   - leg: our end toward the answerer; payload types that it knows keep their meaning.
    /// - Throws: `.incompleteSDP` if there is no audio, or none is left to offer.
    init(_ codecs: [Codec], options: CodecOptions, leg: Leg) throws(NegotiationError) {
        let strip = [CodecSpecification](parsing: options.strip)
        let mask = [CodecSpecification](parsing: options.mask + options.consume)
        let order = [CodecSpecification](parsing: options.offer)
        let transcode = [CodecSpecification](parsing: options.transcode)
        let keep = [CodecSpecification](parsing: options.except + options.accept) + order + transcode
        let ignore = [CodecSpecification](parsing: options.ignore)
        let heard = codecs.filter { !ignore.match($0) && !$0.isBoundToOthers }

        let notStripped = heard.filter { !Self.takes($0, by: strip, sparing: keep) }
        let hasAudio = notStripped.contains { $0.format.isAudio }
        // Stripping all of it and converting leaves the offerer with what it can speak; there is no other codec for it.
        usable = hasAudio || transcode.isEmpty ? notStripped : heard
        unknown = transcode.filter { entry in OwnCodecs.codec(entry) == nil && !heard.contains(where: entry.matches) }.map(\.name)
        announced = PayloadTypes.assign(Self.offered(notStripped, mask: mask, keep: keep, order: order, add: transcode), leg: leg)
        guard usable.contains(where: \.format.isAudio) else { throw .incompleteSDP(detail: "no audio codec is offered") }
        guard announced.contains(where: \.format.isAudio) else { throw .incompleteSDP(detail: "no audio codec left to offer") }
    }

    /// Whether `all` or the codec's own name is in a list that hides it; the exceptions only count against `all`.
    private static func takes(_ codec: Codec, by list: [CodecSpecification], sparing keep: [CodecSpecification]) -> Bool {
        list.name(codec) || (list.meansAll && !keep.name(codec))
    }

    private static func offered(
        _ codecs: [Codec], mask: [CodecSpecification], keep: [CodecSpecification], order: [CodecSpecification], add: [CodecSpecification]
    ) -> [Codec] {
        // `mask=all` is about audio: events are carried over to whatever codec takes its place.
        let visible = codecs.filter { codec in
            !takes(codec, by: mask, sparing: keep) || (!codec.format.isAudio && mask.meansAll && !mask.name(codec))
        }
        var audio = ordered(visible.filter(\.format.isAudio), by: order)
        let own = add.compactMap(OwnCodecs.codec)
        for codec in own where codec.format.isAudio && !audio.contains(where: codec.isSame) { audio.append(codec) }
        let noise = visible.filter { codec in
            codec.format == .comfortNoise && audio.contains { $0.clockRate == codec.clockRate && codecs.contains($0) }
        }
        return audio + events(visible, own, audio: audio) + noise
    }

    /// Those that `offer` names first, in its order; the others stay behind them.
    private static func ordered(_ codecs: [Codec], by order: [CodecSpecification]) -> [Codec] {
        var rest = codecs
        var result: [Codec] = []
        for specification in order {
            result += rest.filter(specification.matches)
            rest.removeAll(where: specification.matches)
        }
        return result + rest
    }

    /// One telephone-event: at 8000 if there is one, and always at 8000 beside G.711, whose clock peers expect for it.
    private static func events(_ visible: [Codec], _ own: [Codec], audio: [Codec]) -> [Codec] {
        let offered = (visible + own).filter { $0.format == .telephoneEvent }
        guard var event = offered.first(where: { $0.clockRate == 8000 }) ?? offered.first else { return [] }
        if audio.contains(where: { $0.clockRate == 8000 }) { event.clockRate = 8000 }
        return [event]
    }
}
