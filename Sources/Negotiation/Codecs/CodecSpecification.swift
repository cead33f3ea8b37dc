import MediaCore
import NGProtocol
import SDP

/// One entry of the `codec` options: `name[/clock[/channels[/bitrate[/ptime[/fmtp[/options]]]]]]`,
/// a payload type, or `all` or `full`.
struct CodecSpecification: Sendable, Equatable {
    var name: String
    var clockRate: Int?
    var channels: Int?
    /// [bit/s]; only a value that some codec can mean.
    var bitrate: Int?
    var parameters: String?
    var wishes = EncoderWishes()
    /// Encoder options that nothing here heeds.
    var unknownOptions: [String] = []

    init(_ text: String) {
        // Mostly it is a name alone.
        guard text.utf8.contains(UInt8(ascii: "/")) else {
            name = text
            return
        }
        let parts = text.utf8.split(separator: UInt8(ascii: "/"), maxSplits: 6, omittingEmptySubsequences: false).map { Substring($0) }
        func number(_ place: Int) -> Int? { parts.indices.contains(place) ? Int(parts[place]).flatMap { $0 > 0 ? $0 : nil } : nil }
        name = parts.first.map(String.init) ?? ""
        clockRate = number(1)
        channels = number(2)
        bitrate = number(3)
        wishes.packetTime = number(4).flatMap { EncoderWishes.packetTimes.contains($0) ? $0 : nil }
        if parts.indices.contains(5), !parts[5].isEmpty { parameters = String(parts[5]) }
        if parts.indices.contains(6) { unknownOptions = wishes.read(parts[6]) }
    }

    var meansAll: Bool { name == "all" || name == "full" || name == "any" }
    /// All, and what is named to be converted to is converted to though the offer has it.
    var meansFull: Bool { name == "full" }

    func matches(_ codec: Codec) -> Bool {
        if meansAll { return true }
        if let type = RTPMap.payloadType(name), parameters == nil, clockRate == nil { return codec.payloadType == type }
        guard codec.encodingName.lowercased() == name.lowercased() else { return false }
        // Opus has one clock and one rtpmap, whatever is written (RFC 7587 section 7).
        if codec.format == .opus { return true }
        return (clockRate ?? codec.clockRate) == codec.clockRate && (channels ?? codec.channels) == codec.channels
    }
}

/// What an entry of the `codec` options asks of our encoder.
struct EncoderWishes: Sendable, Equatable {
    /// [ms]
    var packetTime: Int?
    /// 0 to 10, of Opus.
    var complexity: Int?
    /// `vbr=0`, of Opus.
    var wantsConstantBitrate: Bool?

    static let packetTimes = 1...1000

    /// `key=value` after `key=value`, between any of the separators that rtpengine takes.
    /// - Returns: the keys that mean nothing here.
    mutating func read(_ text: Substring) -> [String] {
        var unknown: [String] = []
        for option in text.split(whereSeparator: { " :;,".contains($0) }) {
            let parts = option.split(separator: "=", maxSplits: 1)
            switch (parts[0], parts.count > 1 ? Int(parts[1]) ?? -1 : -1) {
            case ("complexity", let value) where (0...10).contains(value): complexity = value
            case ("compression_level", let value) where (0...10).contains(value): complexity = value
            case ("vbr", let value) where (0...2).contains(value): wantsConstantBitrate = value == 0
            case (let key, _): unknown.append(String(key))
            }
        }
        return unknown
    }
}

extension CodecOptions {
    /// The names in entries with encoder options that we do not heed.
    var withUnusedParts: [String] {
        let entries = strip + except + offer + transcode + mask + accept + consume + set
        return [CodecSpecification](parsing: entries).filter { !$0.unknownOptions.isEmpty }.map(\.name)
    }
}

extension [CodecSpecification] {
    init(parsing texts: [String]) { self = texts.filter { !$0.isEmpty }.map(CodecSpecification.init) }

    var meansAll: Bool { contains { $0.meansAll } }
    var meansFull: Bool { contains { $0.meansFull } }
    func match(_ codec: Codec) -> Bool { contains { $0.matches(codec) } }
    /// Named itself and not only through `all`.
    func name(_ codec: Codec) -> Bool { contains { !$0.meansAll && $0.matches(codec) } }
    func wishes(for codec: Codec) -> EncoderWishes { first { !$0.meansAll && $0.matches(codec) }?.wishes ?? EncoderWishes() }
}
