import SDP
import SRTP
import Wire

/// What a description says of its audio, as far as several rules ask for it.
extension ScannedDescription {
    /// How the audio is protected, or tries to be.
    enum Keying { case dtls, sdes, plain }

    var audioKeying: Keying {
        guard let audio else { return .plain }
        if has("fingerprint") || audio.transport.holds("TLS") { return .dtls }
        return audio.has("crypto") && audio.transport != "RTP/AVP" || audio.transport.holds("SAVP") ? .sdes : .plain
    }

    /// The last direction that is written, with its line; sendrecv without any (RFC 8866 section 6.7).
    var direction: (value: MediaDirection, line: Int) {
        for lines in [audio?.lines ?? [], session] {
            if let last = lines.last(where: { $0.direction != nil }), let value = last.direction { return (value, last.number) }
        }
        return (.sendrecv, 0)
    }

    /// The `c=` line that holds for the audio.
    var connectionLine: ScannedLine? { audio?.lines.first { $0.line.type == "c" } ?? session.first { $0.line.type == "c" } }

    /// `IN IP4 ADDRESS` as an address.
    static func address(_ words: some Collection<Substring>) -> IPAddress? {
        let words = Array(words)
        guard words.count == 3, words[0] == "IN", let text = words[2].utf8.split(separator: UInt8(ascii: "/")).first,
              let ip = IPAddress(Substring(text)) else { return nil }
        return words[1] == (ip.family == .v4 ? "IP4" : "IP6") ? ip : nil
    }

    var connection: IPAddress? { connectionLine.flatMap { Self.address($0.line.value.words) } }

    /// By `a=rtpmap` or their static numbers; such as cannot be told are left out.
    var audioCodecs: [ScannedCodec] {
        guard let audio else { return [] }
        var maps: [ScannedCodec] = []
        for line in audio.lines where line.line.isAttribute("rtpmap") {
            guard let map = RTPMap(parsing: line.value), !maps.contains(where: { $0.payloadType == map.payloadType }) else { continue }
            maps.append(ScannedCodec(map, line: line.number))
        }
        var seen: [UInt8] = []
        return audio.formats.compactMap { text in
            guard let type = RTPMap.payloadType(text), !seen.contains(type) else { return nil }
            seen.append(type)
            return maps.first { $0.payloadType == type } ?? StaticPayloadTypes.codec(type).map { codec in
                ScannedCodec(
                    RTPMap(payloadType: type, encodingName: codec.encodingName, clockRate: codec.clockRate, channels: codec.channels),
                    line: audio.number)
            }
        }
    }

    /// The `a=fmtp` of a payload type, with its line.
    func parameters(of payloadType: UInt8) -> (FormatParameters, line: Int)? {
        for line in audio?.lines ?? [] where line.line.isAttribute("fmtp") {
            guard let first = line.words.first, RTPMap.payloadType(first) == payloadType else { continue }
            return (FormatParameters(line.words.dropFirst().joined(separator: " ")), line.number)
        }
        return nil
    }

    /// The SSRCs that are announced, each once, with its first line.
    var ssrcs: [(text: Substring, line: Int)] {
        var seen: Set<Substring> = []
        return (audio?.attributes("ssrc") ?? []).compactMap { line in
            guard let id = line.words.first, seen.insert(id).inserted else { return nil }
            return (id, line.number)
        }
    }

    var cryptoLines: [ScannedLine] { audio?.attributes("crypto") ?? [] }

    /// The identification tags of the BUNDLE groups, with the first group's line.
    var bundle: (mids: [String], line: Int, groups: Int)? {
        let groups = sessionAttributes("group").filter { $0.words.first == "BUNDLE" }
        guard let first = groups.first else { return nil }
        return (groups.flatMap { $0.words.dropFirst().map(String.init) }, first.number, groups.count)
    }

    var mid: ScannedLine? { audio?.attribute("mid") }
}

extension ScannedLine {
    /// `nil` for a line that is no direction.
    var direction: MediaDirection? { line.direction }
}

/// One format of the audio.
struct ScannedCodec: Sendable {
    var payloadType: UInt8
    /// Lower case.
    var name: String
    /// RTP timestamp units per second.
    var clockRate: Int
    var channels: Int?
    var line: Int

    init(_ map: RTPMap, line: Int) {
        payloadType = map.payloadType
        name = map.encodingName.lowercased()
        clockRate = map.clockRate
        channels = map.channels
        self.line = line
    }

    var isG711: Bool { name == "pcmu" || name == "pcma" }
    var isDigits: Bool { name == "telephone-event" }
    var isComfortNoise: Bool { name == "cn" }
    /// Carries voice that we can convert.
    var isVoice: Bool { name == "opus" || isG711 }

    func isSame(as other: ScannedCodec) -> Bool { name == other.name && (name == "opus" || clockRate == other.clockRate) }
}
