public import Wire

/// Where to listen for ng messages: `IP:PORT`, `[IPv6]:PORT`, or `PORT` alone for every address.
public struct ListenAddress: Sendable, Equatable, CustomStringConvertible {
    /// `nil` listens on every IPv4 and IPv6 address.
    public var ip: IPAddress?
    /// 0 lets the system choose, which only tests want.
    public var port: UInt16

    public init(ip: IPAddress?, port: UInt16) {
        self.ip = ip
        self.port = port
    }

    /// - Returns: `nil` when the text is none of the three forms.
    public init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":") else {
            guard let port = Self.port(text[...]) else { return nil }
            self.init(ip: nil, port: port)
            return
        }
        guard let port = Self.port(text[text.index(after: colon)...]) else { return nil }
        var host = text[..<colon]
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
        if isBracketed { host = host.dropFirst().dropLast() }
        guard let ip = IPAddress(host), isBracketed == (ip.family == .v6) else { return nil }
        self.init(ip: ip, port: port)
    }

    private static func port(_ text: Substring) -> UInt16? {
        guard (1...5).contains(text.utf8.count), text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return UInt16(text)
    }

    /// `nil` for a port alone.
    var transportAddress: TransportAddress? { ip.map { TransportAddress(ip: $0, port: port) } }

    public var description: String {
        guard let ip else { return String(port) }
        return TransportAddress(ip: ip, port: port).description
    }
}
