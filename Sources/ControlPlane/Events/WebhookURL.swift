import Wire

/// An `http` or `https` URL (RFC 9110 section 4.2) without user information; a fragment is left out.
public struct WebhookURL: Sendable, Equatable, CustomStringConvertible {
    public let isSecure: Bool
    /// A name or an address; IPv6 without brackets.
    public let host: String
    /// `nil` for the scheme's own.
    public let port: UInt16?
    /// Path and query; begins with a slash.
    let target: String

    private static let maximumLength = 2_048

    public init(_ text: String) throws(EventConfigurationError) {
        guard text.utf8.count <= Self.maximumLength, text.utf8.allSatisfy({ (0x21...0x7e).contains($0) }),
              !text.utf8.contains(where: { Self.forbidden.contains($0) }), let colon = text.firstIndex(of: ":") else { throw .malformedURL }
        switch text[..<colon].lowercased() {
        case "http": isSecure = false
        case "https": isSecure = true
        default: throw .unsupportedScheme
        }
        let rest = text[text.index(after: colon)...]
        guard rest.hasPrefix("//") else { throw .malformedURL }
        let authority = rest.dropFirst(2).prefix { !"/?#".contains($0) }
        guard !authority.contains("@") else { throw .credentialsInURL }
        guard let (host, port) = HostAndPort.parse(authority) else { throw .malformedURL }
        self.host = host
        self.port = port
        let target = rest[authority.endIndex...].prefix { $0 != "#" }
        self.target = target.hasPrefix("/") ? String(target) : "/" + target
    }

    /// What RFC 3986 lets nowhere stand unescaped.
    private static let forbidden = Set("\"<>\\^`{|}".utf8)

    /// The whole URL, for the request.
    var absolute: String { description + target }

    /// Scheme, host and port alone, for the log: the rest may hold a token.
    public var description: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return (isSecure ? "https://" : "http://") + name + (port.map { ":\($0)" } ?? "")
    }
}

/// `HOST` or `HOST:PORT`.
enum HostAndPort {
    /// - Returns: the host without brackets, and the port, 1 to 65535; `nil` for what is neither name nor address.
    static func parse(_ text: Substring) -> (host: String, port: UInt16?)? {
        let host: Substring, rest: Substring
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { return nil }
            host = text[text.index(after: text.startIndex)..<end]
            guard IPAddress(host)?.family == .v6 else { return nil }
            rest = text[text.index(after: end)...]
        } else {
            host = text.prefix { $0 != ":" }
            guard isName(host) else { return nil }
            rest = text[host.endIndex...]
        }
        if rest.isEmpty { return (String(host), nil) }
        guard rest.hasPrefix(":"), let port = port(rest.dropFirst()) else { return nil }
        return (String(host), port)
    }

    private static func port(_ text: Substring) -> UInt16? {
        guard (1...5).contains(text.utf8.count), text.utf8.allSatisfy({ (48...57).contains($0) }), let port = UInt16(text), port > 0 else {
            return nil
        }
        return port
    }

    /// Letters, digits, hyphens and dots (RFC 1123 section 2.1), and underscores, which containers' names have. Digits and
    /// dots alone have to be an IPv4 address.
    private static func isName(_ text: Substring) -> Bool {
        guard (1...253).contains(text.utf8.count) else { return false }
        if text.utf8.allSatisfy({ (48...57).contains($0) || $0 == UInt8(ascii: ".") }) { return IPAddress(text) != nil }
        return text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
            (1...63).contains(label.utf8.count) && !label.hasPrefix("-") && !label.hasSuffix("-") && label.utf8.allSatisfy(isLabelByte)
        }
    }

    private static func isLabelByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), 48...57: true
        default: byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
        }
    }
}
