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
        let lists = Lists(options)
        let heard = codecs.filter { !lists.ignore.match($0) && !$0.isBoundToOthers }
        var notStripped = heard.filter { !Self.takes($0, by: lists.strip, lists) }
        // Who strips everything and leaves nothing to offer instead has made a mistake, and nothing is stripped.
        if lists.transcode.isEmpty, !notStripped.contains(where: \.format.isAudio) { notStripped = heard }
        let hasAudio = notStripped.contains { $0.format.isAudio }
        // Stripping all of it and converting leaves the offerer with what it can speak; there is no other codec for it.
        usable = hasAudio ? notStripped : heard
        unknown = lists.transcode.filter { entry in OwnCodecs.codec(entry) == nil && !heard.contains(where: entry.matches) }.map(\.name)
        var offered = Self.offered(notStripped, lists)
        if !offered.contains(where: \.format.isAudio), lists.transcode.isEmpty { offered = Self.offered(notStripped, lists.withoutMask) }
        if options.areStatic, leg.announced.contains(where: \.format.isAudio) {
            offered = leg.announced
        } else if options.reuses {
            offered = Self.preferring(leg.accepted, in: offered, leg: leg)
        }
        announced = PayloadTypes.assign(offered, leg: leg)
        guard usable.contains(where: \.format.isAudio) else { throw .incompleteSDP(detail: "no audio codec is offered") }
        guard announced.contains(where: \.format.isAudio) else { throw .incompleteSDP(detail: "no audio codec left to offer") }
    }

    /// The options, read.
    private struct Lists {
        let strip, order, transcode, spared, ignore: [CodecSpecification]
        var mask: [CodecSpecification]

        init(_ options: CodecOptions) {
            strip = [CodecSpecification](parsing: options.strip)
            mask = [CodecSpecification](parsing: options.mask + options.consume)
            order = [CodecSpecification](parsing: options.offer)
            transcode = [CodecSpecification](parsing: options.transcode)
            spared = [CodecSpecification](parsing: options.except + options.accept) + order
            ignore = [CodecSpecification](parsing: options.ignore)
        }

        var withoutMask: Lists {
            var copy = self
            copy.mask = []
            return copy
        }
    }

    /// `reuse-codecs`: what the answerer has taken before stays before everything else.
    private static func preferring(_ former: [Codec], in offered: [Codec], leg: Leg) -> [Codec] {
        guard leg.peer != nil else { return offered }
        let audio = offered.filter(\.format.isAudio)
        let known = former.compactMap { codec in audio.first(where: codec.isSame) }
        return known + audio.filter { codec in !known.contains(where: codec.isSame) } + offered.filter { !$0.format.isAudio }
    }

    /// Whether `all` or the codec's own name is in a list that hides it; the exceptions only count against `all`, and what is named
    /// to be converted to is no exception from `full`.
    private static func takes(_ codec: Codec, by list: [CodecSpecification], _ lists: Lists) -> Bool {
        if list.name(codec) { return true }
        guard list.meansAll, !lists.spared.name(codec) else { return false }
        return list.meansFull || !lists.transcode.name(codec)
    }

    private static func offered(_ codecs: [Codec], _ lists: Lists) -> [Codec] {
        // `mask=all` is about audio: events are carried over to whatever codec takes its place.
        let mask = lists.mask
        let visible = codecs.filter { codec in
            !takes(codec, by: mask, lists) || (!codec.format.isAudio && mask.meansAll && !mask.name(codec))
        }
        var audio = ordered(visible.filter(\.format.isAudio), by: lists.order).map { codec in
            codec.with(wishes: (lists.transcode + lists.order).wishes(for: codec))
        }
        let own = lists.transcode.compactMap(OwnCodecs.codec)
        for codec in own where codec.format.isAudio && !audio.contains(where: codec.isSame) { audio.append(codec) }
        let noise = visible.filter { codec in
            codec.format == .comfortNoise && audio.contains { sound in
                sound.clockRate == codec.clockRate && codecs.contains { $0.isSame(as: sound) }
            }
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

    /// A telephone-event at each clock of the audio that the offerer has one at (RFC 4733 section 2.1), and always one at 8000 beside G.711;
    /// where there is none, the one at 8000, which every peer reads.
    private static func events(_ visible: [Codec], _ own: [Codec], audio: [Codec]) -> [Codec] {
        let offered = (visible + own).filter { $0.format == .telephoneEvent }
        guard var spare = offered.first(where: { $0.clockRate == 8000 }) ?? offered.first else { return [] }
        var result = offered.besideClocks(of: audio)
        if audio.contains(where: { $0.clockRate == 8000 }), !result.contains(where: { $0.clockRate == 8000 }) {
            spare.clockRate = 8000
            result.append(spare)
        }
        return result.isEmpty ? [spare] : result
    }
}
