/// A media section: its `m=` line taken apart (RFC 8866 section 5.14), and the lines after it.
public struct MediaDescription: SDPSection, Sendable, Hashable {
    /// `audio`, `video`, `image`, ...
    public var kind: String
    /// 0 means rejected or removed (RFC 3264 sections 6 and 8.2).
    public var port: UInt16
    /// The number of ports after the slash; `nil` without one.
    public var portCount: Int?
    /// `RTP/AVP`, `UDP/TLS/RTP/SAVPF`, ...
    public var transport: String
    /// RTP payload types for RTP, anything else as the protocol defines it; some peers write none when they reject.
    public var formats: [String]
    /// Everything below the `m=` line, in place.
    public var lines: [SDPLine]

    public init(kind: String, port: UInt16, portCount: Int? = nil, transport: String, formats: [String], lines: [SDPLine] = []) {
        self.kind = kind
        self.port = port
        self.portCount = portCount
        self.transport = transport
        self.formats = formats
        self.lines = lines
    }

    init?(parsing value: String) {
        let words = value.words
        guard words.count >= 3 else { return nil }
        let ports = words[1].cut(at: UInt8(ascii: "/"))
        guard let port = (ports?.0 ?? words[1]).decimal.flatMap({ UInt16(exactly: $0) }) else { return nil }
        if let count = ports?.1 {
            guard let count = count.decimal, (1...255).contains(count) else { return nil }
            portCount = count
        }
        kind = String(words[0])
        self.port = port
        transport = String(words[2])
        formats = words[3...].map(String.init)
        lines = []
    }

    /// The `m=` line's value.
    public var mediaLine: String {
        var line = "\(kind) \(port)"
        if let portCount { line += "/\(portCount)" }
        line += " \(transport)"
        for format in formats { line += " \(format)" }
        return line
    }
}
