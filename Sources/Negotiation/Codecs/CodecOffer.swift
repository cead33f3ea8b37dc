import MediaCore
import NGProtocol

/// The codecs of an offer: which of the offerer's go on to the answerer, and which we add because we can convert.
struct CodecOffer {
    /// For the answerer, with final payload types: in the offerer's order, what we add before its events.
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
        let heard = codecs.filter { !lists.ignore.match($0) }
        var notStripped = heard.filter { !Self.takes($0, by: lists.strip, lists) }
        // Who strips everything and leaves nothing to offer instead has made a mistake, and nothing is stripped.
        if lists.transcode.isEmpty, !notStripped.contains(where: \.format.isAudio) { notStripped = heard }
        let hasAudio = notStripped.contains { $0.format.isAudio }
        // Stripping all of it and converting leaves the offerer with what it can speak; there is no other codec for it.
        usable = hasAudio ? notStripped : heard
        unknown = lists.transcode.filter { entry in OwnCodecs.codec(entry) == nil && !heard.contains(where: entry.matches) }.map(\.name)
        var offered = Self.offered(notStripped, lists, all: heard, leg: leg)
        if !offered.contains(where: \.format.isAudio), lists.transcode.isEmpty {
            offered = Self.offered(notStripped, lists.withoutMask, all: heard, leg: leg)
        }
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

    private static func offered(_ codecs: [Codec], _ lists: Lists, all: [Codec], leg: Leg) -> [Codec] {
        // `mask=all` is about audio: events are carried over to whatever codec takes its place.
        let mask = lists.mask
        let visible = codecs.filter { codec in
            !takes(codec, by: mask, lists) || (codec.format == .telephoneEvent && mask.meansAll && !mask.name(codec))
        }
        let audio = ordered(visible.filter(\.format.isAudio), by: lists.order).map { codec in
            codec.with(wishes: (lists.transcode + lists.order).wishes(for: codec))
        }
        let own = lists.transcode.compactMap(OwnCodecs.codec)
        let added = own.filter { codec in codec.format.isAudio && !audio.contains(where: codec.isSame) }
        let sounds = audio + added
        // Events at 8000 go with any audio, as we carry them from clock to clock: Meta knows no others, and has them beside Opus alone.
        let beside = visible.filter { codec in
            if codec.format.isAudio { return false }
            return (codec.format == .telephoneEvent && codec.clockRate == 8000) || sounds.contains { $0.clockRate == codec.clockRate }
        }
        let events = events(visible, beside: beside, sounds: sounds, isNamed: own.contains { $0.format == .telephoneEvent })
        var result = lists.order.isEmpty ? visible.filter { audio.contains(where: $0.isSame) || beside.contains($0) } : audio + beside
        if lists.order.isEmpty { result = result.map { codec in audio.first { $0.payloadType == codec.payloadType } ?? codec } }
        let place = result.firstIndex { $0.format == .telephoneEvent } ?? result.endIndex
        result.insert(contentsOf: numbered(added + events, taken: all + leg.knownCodecs + result), at: place)
        return result
    }

    /// Dynamic payload types of what we add: the lowest that have had no meaning yet.
    private static func numbered(_ codecs: [Codec], taken: [Codec]) -> [Codec] {
        var used = Set(taken.map(\.payloadType))
        return codecs.map { codec in
            guard codec.payloadType >= Codec.firstDynamicPayloadType,
                  let free = (Codec.firstDynamicPayloadType...127).first(where: { !used.contains($0) }) else { return codec }
            used.insert(free)
            var copy = codec
            copy.payloadType = free
            return copy
        }
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

    /// The one that we add, at 8000: where audio at that clock comes to an offerer that has events at others only, and for
    /// `transcode=telephone-event`.
    private static func events(_ offered: [Codec], beside kept: [Codec], sounds: [Codec], isNamed: Bool) -> [Codec] {
        let former = offered.first { $0.format == .telephoneEvent }
        let events = kept.filter { $0.format == .telephoneEvent }
        guard isNamed || former != nil, !events.contains(where: { $0.clockRate == 8000 }),
              events.isEmpty || sounds.contains(where: { $0.clockRate == 8000 }) else { return [] }
        return [Codec(
            payloadType: OwnCodecs.eventPayloadType, encodingName: "telephone-event", clockRate: 8000,
            parameters: former?.parameters ?? OwnCodecs.eventParameters)]
    }
}
