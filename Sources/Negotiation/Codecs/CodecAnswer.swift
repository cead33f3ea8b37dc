import MediaCore
import NGProtocol

/// The codecs of an answer: what the answerer chose, in the words of the offer that the offerer made.
struct CodecAnswer {
    /// For the offerer, with its own payload types: audio first, then events and comfort noise.
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
        _ answered: [Codec], offered: [Codec], context: OfferContext, options: CodecOptions, onlyOne: Bool
    ) throws(NegotiationError) {
        accepted = try Self.accepted(answered, offered: offered)
        var audio = try Self.audio(for: context, accepted: accepted)
        audio = Self.filtered(audio, options)
        if onlyOne || options.single || context.codecs.single { audio = Array(audio.prefix(1)) }
        announced = audio + Self.beside(audio, context: context, accepted: accepted)
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
    /// What both sides have passes through, in the answerer's order. Where they have nothing in common, the
    /// offerer's first codec that can be converted stands for the answerer's.
    private static func audio(for context: OfferContext, accepted: [Codec]) throws(NegotiationError) -> [Codec] {
        let usable = context.usable.filter(\.format.isAudio)
        let direct = accepted.compactMap { codec in
            usable.first(where: codec.isSame).map { $0.with(parameters: codec.parameters ?? $0.ownParameters) }
        }
        let wanted = [CodecSpecification](parsing: context.codecs.accept + (context.codecs.alwaysTranscode ? ["all"] : []))
        let insisted = usable.filter { $0.format.isTranscodable && wanted.match($0) }
        if !insisted.isEmpty {
            let all = usable.filter { codec in insisted.contains(codec) || direct.contains(where: codec.isSame) }
            return all.map { codec in direct.first(where: codec.isSame) ?? converted(codec, context) }
        }
        if !direct.isEmpty { return direct }
        guard accepted.contains(where: \.format.isTranscodable), let codec = usable.first(where: \.format.isTranscodable) else {
            throw .incompleteSDP(detail: "no codec that both sides can use")
        }
        return [converted(codec, context)]
    }

    /// A codec that we decode and encode ourselves: its parameters in our description are then our own wishes.
    private static func converted(_ codec: Codec, _ context: OfferContext) -> Codec {
        guard codec.format == .opus else { return codec.with(parameters: codec.ownParameters) }
        let specifications = [CodecSpecification](parsing: context.codecs.set + context.codecs.mask + context.codecs.accept)
        return codec.with(parameters: OwnCodecs.opusParameters(specifications.first { !$0.meansAll && $0.matches(codec) }))
    }

    /// `strip`, `mask` and their exceptions in an answer; they never take the last codec.
    private static func filtered(_ audio: [Codec], _ options: CodecOptions) -> [Codec] {
        let strip = [CodecSpecification](parsing: options.strip + options.mask)
        let keep = [CodecSpecification](parsing: options.except + options.offer)
        let left = audio.filter { codec in !strip.name(codec) && !(strip.meansAll && !keep.name(codec)) }
        return left.isEmpty ? audio : left
    }

    /// Events and comfort noise: only those that the answerer takes too, and of several event rates the one at 8000.
    private static func beside(_ audio: [Codec], context: OfferContext, accepted: [Codec]) -> [Codec] {
        var result: [Codec] = []
        if let answered = accepted.first(where: { $0.format == .telephoneEvent }) {
            let events = context.usable.filter { $0.format == .telephoneEvent }
            if let event = events.first(where: { $0.clockRate == 8000 }) ?? events.first {
                result.append(event.with(parameters: answered.parameters ?? event.parameters))
            }
        }
        result += context.usable.filter { codec in
            codec.format == .comfortNoise && accepted.contains(where: codec.isSame) && audio.contains { $0.clockRate == codec.clockRate }
        }
        return result
    }
}

extension Codec {
    func with(parameters: String?) -> Codec {
        var copy = self
        copy.parameters = parameters
        return copy
    }

    /// What we write where the other side leaves the parameters open.
    var ownParameters: String? { format == .opus ? OwnCodecs.opusParameters : nil }
}
