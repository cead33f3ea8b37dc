import MediaCore
import NGProtocol

/// The codecs of an answer: what the answerer chose, in the words of the offer that the offerer made.
struct CodecAnswer {
    /// For the offerer, with its own payload types, in the answerer's order.
    let announced: [Codec]
    /// What we may send to the answerer, with its payload types.
    let accepted: [Codec]

    /// - Parameters:
    ///   - answered: the answerer's list.
    ///   - offered: what we had announced to it.
    ///   - context: the offer that this answers.
    ///   - options: those of the answer.
    ///   - onlyOne: the offerer gets a single audio codec.
    /// - Throws: `.incompleteSDP` if the two sides have nothing in common that we can convert.
    init(
        _ answered: [Codec], offered: [Codec], context: CodecContext, options: CodecOptions, onlyOne: Bool
    ) throws(NegotiationError) {
        accepted = try Self.accepted(answered, offered: offered)
        var audio = try Self.audio(for: context, accepted: accepted)
        audio = Self.filtered(audio, options)
        if onlyOne || options.single || context.codecs.single { audio = Array(audio.prefix(1)) }
        let all = Self.filtered(audio + Self.beside(audio, context: context, accepted: accepted), options)
        announced = Self.inOrder(of: accepted, all)
    }

    /// As the answerer lists what is the same on both sides; what it does not have keeps its place among the others.
    private static func inOrder(of accepted: [Codec], _ codecs: [Codec]) -> [Codec] {
        guard codecs.allSatisfy({ codec in accepted.contains(where: codec.isSame) }) else { return codecs }
        func place(_ codec: Codec) -> Int {
            accepted.firstIndex { $0.isSame(as: codec) && $0.clockRate == codec.clockRate }
                ?? accepted.firstIndex(where: codec.isSame) ?? accepted.endIndex
        }
        return codecs.enumerated().sorted { (place($0.element), $0.offset) < (place($1.element), $1.offset) }.map(\.element)
    }

    /// The answerer's codecs that were offered to it; one that was not, from a peer that answers with
    /// what it likes better, will do if we can convert it.
    static func accepted(_ answered: [Codec], offered: [Codec]) throws(NegotiationError) -> [Codec] {
        let known = answered.filter { codec in offered.contains(where: codec.isSame) }
        if known.contains(where: \.format.isAudio) { return known }
        let convertible = answered.filter { $0.format.isTranscodable || known.contains($0) }
        guard convertible.contains(where: \.format.isAudio) else {
            throw .incompleteSDP(detail: "the answer has no audio codec of the offer")
        }
        return convertible
    }

    /// The offerer's audio codecs, the one that it will get first.
    ///
    /// What both sides have passes through, in the answerer's order. The first codec of `accept` and `consume` is all there is where the
    /// options have them. Where they have nothing in common, the
    /// offerer's first codec that can be converted stands for the answerer's.
    private static func audio(for context: CodecContext, accepted: [Codec]) throws(NegotiationError) -> [Codec] {
        let usable = context.usable.filter(\.format.isAudio)
        let direct = accepted.compactMap { codec in
            usable.first(where: codec.isSame).map { $0.with(parameters: codec.parameters ?? $0.ownParameters) }
        }
        let wanted = [CodecSpecification](
            parsing: context.codecs.accept + context.codecs.consume + (context.codecs.alwaysTranscode ? ["all"] : []))
        if accepted.contains(where: \.format.isTranscodable),
           let insisted = usable.first(where: { $0.format.isTranscodable && wanted.match($0) }) {
            return [direct.first(where: insisted.isSame) ?? converted(insisted, context)]
        }
        if !direct.isEmpty { return direct }
        guard accepted.contains(where: \.format.isTranscodable), let codec = usable.first(where: \.format.isTranscodable) else {
            throw .incompleteSDP(detail: "no codec that both sides can use")
        }
        return [converted(codec, context)]
    }

    /// A codec that we decode and encode ourselves: its parameters in our description are then our own wishes.
    private static func converted(_ codec: Codec, _ context: CodecContext) -> Codec {
        let options = context.codecs
        let entries = [CodecSpecification](parsing: options.set + options.mask + options.accept + options.consume)
        var codec = codec.with(wishes: entries.wishes(for: codec))
        codec.parameters = codec.format == .opus
            ? OwnCodecs.opusParameters(entries.first { !$0.meansAll && $0.matches(codec) }) : codec.ownParameters
        return codec
    }

    /// `strip`, `mask` and their exceptions in an answer; they never take the last audio codec.
    private static func filtered(_ codecs: [Codec], _ options: CodecOptions) -> [Codec] {
        let strip = [CodecSpecification](parsing: options.strip + options.mask)
        let keep = [CodecSpecification](parsing: options.except + options.offer)
        let left = codecs.filter { codec in !strip.name(codec) && !(strip.meansAll && !keep.name(codec)) }
        return left.contains(where: \.format.isAudio) || !codecs.contains(where: \.format.isAudio) ? left : codecs
    }

    /// Events and comfort noise: only those that the answerer takes too, whatever the rates of its events. Of the offerer's, those at the
    /// answerer's rates; beside audio that we convert, those at its clocks (RFC 4733 section 2.1), else the one at 8000.
    private static func beside(_ audio: [Codec], context: CodecContext, accepted: [Codec]) -> [Codec] {
        var result: [Codec] = []
        let answered = accepted.filter { $0.format == .telephoneEvent }
        if !answered.isEmpty {
            let events = context.usable.filter { $0.format == .telephoneEvent }
            let isConverted = !audio.contains { codec in accepted.contains(where: codec.isSame) }
            let same = isConverted ? [] : events.filter { event in answered.contains { $0.clockRate == event.clockRate } }
            let fitting = events.besideClocks(of: audio)
            let spare = (events.first { $0.clockRate == 8000 } ?? events.first).map { [$0] } ?? []
            result = (same.isEmpty ? fitting.isEmpty ? spare : fitting : same).map { event in
                let partner = answered.first { $0.clockRate == event.clockRate } ?? answered[0]
                return event.with(parameters: partner.parameters ?? (isConverted ? event.parameters : nil))
            }
        }
        result += context.usable.filter { codec in
            codec.format == .comfortNoise && accepted.contains(where: codec.isSame) && audio.contains { $0.clockRate == codec.clockRate }
        }
        return result
    }
}

extension [Codec] {
    /// One for each clock rate that some of `audio` has.
    func besideClocks(of audio: [Codec]) -> [Codec] {
        var result: [Codec] = []
        for codec in self where audio.contains(where: { $0.clockRate == codec.clockRate })
            && !result.contains(where: { $0.clockRate == codec.clockRate }) { result.append(codec) }
        return result
    }
}

extension Codec {
    func with(parameters: String?) -> Codec {
        var copy = self
        copy.parameters = parameters
        return copy
    }

    func with(wishes: EncoderWishes) -> Codec {
        var copy = self
        copy.wishes = wishes
        return copy
    }

    /// What we write where the other side leaves the parameters open.
    var ownParameters: String? { format == .opus ? OwnCodecs.opusParameters : nil }
}
