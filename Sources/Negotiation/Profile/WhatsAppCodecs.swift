import MediaCore
import NGProtocol

/// The codecs toward Meta: Opus, G.711 for the numbers that have it, and events at 8000 only.
enum WhatsAppCodecs {
    /// What of Meta's list we use. Everything else it lists because we offered it, or cannot do well (events at 48000).
    ///
    /// G.711 in an offer of Meta's is a number that has it. Without Opus it is all there is.
    static func usable(_ codecs: [Codec], prefersG711: Bool) -> [Codec] {
        let opus = codecs.filter { $0.format == .opus }
        let narrow = codecs.filter(\.isG711)
        let events = codecs.filter { $0.format == .telephoneEvent && $0.clockRate == 8000 }
        return opus + (prefersG711 || opus.isEmpty ? narrow : []) + events.prefix(1)
    }

    /// The codecs of our offer to Meta.
    ///
    /// Opus first, always: Meta's samples answer G.711 that was offered to them though the number does not have it, so its place in
    /// an answer proves nothing. G.711 is named only where the request says so (`prefer-g711`, a `codec` option) and the PBX has it.
    static func offer(pbx: [Codec], options: CodecOptions, prefersG711: Bool?, leg: Leg) -> [Codec] {
        let named = [CodecSpecification](parsing: options.transcode + options.offer + options.except)
        let narrow = ["PCMU", "PCMA"].compactMap { OwnCodecs.codec(CodecSpecification($0)) }.filter { codec in
            named.name(codec) || (prefersG711 == true && pbx.contains(where: codec.isSame))
        }
        let rest = ["opus", "telephone-event"].compactMap { OwnCodecs.codec(CodecSpecification($0)) }
        return PayloadTypes.assign((rest.prefix(1) + narrow + rest.suffix(1)).map { own($0, bitrate: leg.bitrate) }, leg: leg)
    }

    /// The codecs of an answer to Meta: one for the audio, and its events whether or not the PBX has them, because their digits
    /// are reported too.
    static func answer(_ announced: [Codec], usable: [Codec], bitrate: Int?) -> [Codec] {
        let events = usable.filter { $0.format == .telephoneEvent && $0.clockRate == 8000 }
        return (announced.filter(\.format.isAudio).prefix(1) + events.prefix(1)).map { own($0, bitrate: bitrate) }
    }

    /// Nothing of what another party wrote: the parameters are ours, events need none (RFC 4733 section 2.4.1: 0-15).
    static func own(_ codec: Codec, bitrate: Int?) -> Codec {
        guard codec.format == .opus else { return codec.with(parameters: nil) }
        return codec.with(parameters: OwnCodecs.opusParameters(bitrate: bitrate))
    }
}

extension Codec {
    var isG711: Bool { format == .pcmu || format == .pcma }
}

extension CodecOptions {
    /// What is said of Opus toward the peer of a leg: a bit rate is for both directions, as an encoder has to have it too [bit/s].
    func opusBitrate(forAnswerer: Bool) -> Int? {
        let texts = forAnswerer ? transcode + offer + except : set + mask + accept + consume
        let entries = [CodecSpecification](parsing: texts).filter { $0.name.lowercased() == "opus" }
        return entries.compactMap(\.bitrate).first { OwnCodecs.opusBitrates.contains($0) }
    }
}
