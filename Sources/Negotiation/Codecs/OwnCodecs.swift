import MediaCore

/// The codecs that we bring into an offer ourselves, because we can convert to them.
enum OwnCodecs {
    /// What we want of the sender of Opus to us: the narrowest stream that carries telephone speech with
    /// loss protection, in Meta's own words for it (RFC 7587 section 7).
    static let opusParameters = "maxaveragebitrate=20000;maxplaybackrate=16000;minptime=20;sprop-maxcapturerate=16000;useinbandfec=1"
    /// DTMF only: digits 0 to 9, star, hash, A to D (RFC 4733 section 2.4.1).
    static let eventParameters = "0-15"
    /// As in Meta's own descriptions.
    static let eventPayloadType: UInt8 = 126

    /// The codec that a `transcode` entry names, with the payload type it would like to have; `nil` if we cannot make it.
    static func codec(_ specification: CodecSpecification) -> Codec? {
        guard var codec = known(specification), codec.format.isTranscodable || codec.format == .telephoneEvent else { return nil }
        codec.wishes = specification.wishes
        if codec.format != .opus, let parameters = specification.parameters { codec.parameters = parameters }
        return codec
    }

    /// By its name or its static payload type. The clock of G.722 is 8000 by an old mistake, though it samples at 16000 (RFC 3551
    /// section 4.5.2).
    private static func known(_ specification: CodecSpecification) -> Codec? {
        switch specification.name.lowercased() {
        case "pcmu", "0": Codec(payloadType: 0, encodingName: "PCMU", clockRate: 8000)
        case "pcma", "8": Codec(payloadType: 8, encodingName: "PCMA", clockRate: 8000)
        case "g722", "9": Codec(payloadType: 9, encodingName: "G722", clockRate: 8000)
        case "l16":
            Codec(
                payloadType: 118, encodingName: "L16", clockRate: specification.clockRate ?? 8000, channels: specification.channels ?? 1)
        case "opus":
            Codec(payloadType: 111, encodingName: "opus", clockRate: 48000, channels: 2, parameters: opusParameters(specification))
        case "telephone-event":
            // 8000 unless asked otherwise: the one rate that every peer, and Meta only, understands.
            Codec(
                payloadType: eventPayloadType, encodingName: "telephone-event", clockRate: specification.clockRate ?? 8000,
                parameters: eventParameters)
        default: nil
        }
    }

    /// The parameters of a specification; else ours, with its bit rate where RFC 7587 allows it.
    static func opusParameters(_ specification: CodecSpecification?) -> String {
        specification?.parameters ?? opusParameters(bitrate: specification?.bitrate)
    }

    /// RFC 7587 section 7 [bit/s].
    static let opusBitrates = 6000...510_000

    static func opusParameters(bitrate: Int?) -> String {
        guard let bitrate, opusBitrates.contains(bitrate) else { return opusParameters }
        return opusParameters.replacing("maxaveragebitrate=20000", with: "maxaveragebitrate=\(bitrate)")
    }
}
