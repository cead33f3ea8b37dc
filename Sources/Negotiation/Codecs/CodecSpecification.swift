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
    /// It has a packet length or encoder options, which nothing here heeds.
    var hasUnusedParts = false

    init(_ text: String) {
        // Mostly it is a name alone.
        guard text.utf8.contains(UInt8(ascii: "/")) else {
            name = text
            return
        }
        let parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).map { Substring($0) }
        func number(_ place: Int) -> Int? { parts.indices.contains(place) ? Int(parts[place]).flatMap { $0 > 0 ? $0 : nil } : nil }
        name = parts.first.map(String.init) ?? ""
        clockRate = number(1)
        channels = number(2)
        bitrate = number(3)
        if parts.indices.contains(5), !parts[5].isEmpty { parameters = String(parts[5]) }
        hasUnusedParts = [4, 6].contains { parts.indices.contains($0) && !parts[$0].isEmpty }
    }

    var meansAll: Bool { name == "all" || name == "full" || name == "any" }

    func matches(_ codec: Codec) -> Bool {
        if meansAll { return true }
        if let type = RTPMap.payloadType(name), parameters == nil, clockRate == nil { return codec.payloadType == type }
        guard codec.encodingName.lowercased() == name.lowercased() else { return false }
        // Opus has one clock and one rtpmap, whatever is written (RFC 7587 section 7).
        if codec.format == .opus { return true }
        return (clockRate ?? codec.clockRate) == codec.clockRate && (channels ?? codec.channels) == codec.channels
    }
}

extension CodecOptions {
    /// The names in entries that ask for more than we heed.
    var withUnusedParts: [String] {
        let entries = strip + except + offer + transcode + mask + accept + consume + set
        return [CodecSpecification](parsing: entries).filter(\.hasUnusedParts).map(\.name)
    }
}

extension [CodecSpecification] {
    init(parsing texts: [String]) { self = texts.filter { !$0.isEmpty }.map(CodecSpecification.init) }

    var meansAll: Bool { contains { $0.meansAll } }
    func match(_ codec: Codec) -> Bool { contains { $0.matches(codec) } }
    /// Named itself and not only through `all`.
    func name(_ codec: Codec) -> Bool { contains { !$0.meansAll && $0.matches(codec) } }
}
