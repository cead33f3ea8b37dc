/// An IPv4 or IPv6 address.
@frozen
public struct IPAddress: Hashable, Sendable {
    /// IP version, by its number.
    public enum Family: UInt8, Sendable, Hashable { case v4 = 4, v6 = 6 }

    /// The last eight bytes of an IPv6 address in host order; for IPv4 the address itself in the low 32 bits.
    public let low: UInt64
    /// The first eight bytes of an IPv6 address in host order; 0 for IPv4.
    public let high: UInt64
    /// Last, so that a port fits in behind it.
    public let family: Family

    @inlinable public init(v4: UInt32) { family = .v4; high = 0; low = UInt64(v4) }
    @inlinable public init(v6High: UInt64, low: UInt64) { family = .v6; high = v6High; self.low = low }

    /// 0.0.0.0 or ::, which in an SDP mean "on hold" (RFC 3264 section 8.4) and in a socket "any".
    @inlinable public var isUnspecified: Bool { high == 0 && low == 0 }
    /// 127.0.0.0/8 or ::1.
    @inlinable public var isLoopback: Bool { family == .v4 ? low >> 24 == 127 : high == 0 && low == 1 }
}

/// An address with a UDP port, the remote or local end of a transport.
@frozen
public struct TransportAddress: Hashable, Sendable {
    public var ip: IPAddress
    public var port: UInt16

    /// `nil` for what is no address literal: names are not looked up.
    @inlinable public init(ip: IPAddress, port: UInt16) { self.ip = ip; self.port = port }
    public init?(_ ip: String, port: UInt16) {
        guard let ip = IPAddress(ip) else { return nil }
        self.init(ip: ip, port: port)
    }
}

extension TransportAddress: CustomStringConvertible {
    /// `192.0.2.1:5004` or `[2001:db8::1]:5004`.
    public var description: String { ip.family == .v4 ? "\(ip):\(port)" : "[\(ip)]:\(port)" }
}

extension IPAddress: CustomStringConvertible {
    /// Dotted quad, or the canonical text of RFC 5952 (lower case, longest run of zeros compressed).
    public var description: String {
        if family == .v4 {
            return "\(low >> 24 & 0xff).\(low >> 16 & 0xff).\(low >> 8 & 0xff).\(low & 0xff)"
        }
        let groups = ipv6Groups
        let zeros = Self.longestZeroRun(groups)
        if zeros.count < 2 { return groups.map { String($0, radix: 16) }.joined(separator: ":") }
        let head = groups[..<zeros.lowerBound].map { String($0, radix: 16) }.joined(separator: ":")
        let tail = groups[zeros.upperBound...].map { String($0, radix: 16) }.joined(separator: ":")
        return head + "::" + tail
    }

    private var ipv6Groups: [UInt16] {
        (0..<8).map { UInt16(truncatingIfNeeded: ($0 < 4 ? high : low) >> UInt64(48 - 16 * ($0 % 4))) }
    }

    private static func longestZeroRun(_ groups: [UInt16]) -> Range<Int> {
        var best = 0..<0
        var start = 0
        for index in 0...groups.count where index == groups.count || groups[index] != 0 {
            if index - start > best.count { best = start..<index }
            start = index + 1
        }
        return best
    }
}

extension IPAddress {
    /// Reads a dotted quad or an IPv6 address (RFC 4291 section 2.2, with an embedded dotted quad; no zone); `nil` otherwise.
    public init?(_ text: String) {
        self.init(Substring(text))
    }

    /// The same.
    public init?(_ text: Substring) {
        guard text.utf8.count <= 45 else { return nil }
        if text.utf8.contains(UInt8(ascii: ":")) {
            guard let (high, low) = Self.parseV6(text) else { return nil }
            self.init(v6High: high, low: low)
        } else {
            guard let value = Self.parseV4(text) else { return nil }
            self.init(v4: value)
        }
    }

    private static func parseV4(_ text: Substring) -> UInt32? {
        var value: UInt32 = 0
        var parts = 1
        var digits = 0
        var part: UInt32 = 0
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "."):
                guard digits > 0, parts < 4 else { return nil }
                value = value << 8 | part
                (parts, digits, part) = (parts + 1, 0, 0)
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                part = part * 10 + UInt32(byte - UInt8(ascii: "0"))
                digits += 1
                guard digits <= 3, part <= 255 else { return nil }
            default: return nil
            }
        }
        return parts == 4 && digits > 0 ? value << 8 | part : nil
    }

    private static func parseV6(_ text: Substring) -> (UInt64, UInt64)? {
        guard let (head, tail) = splitAtCompression(text) else { return nil }
        guard tail == nil || !head.utf8.contains(UInt8(ascii: ".")),
              let front = parseGroups(head), let back = tail.map(parseGroups) ?? .some([]) else { return nil }
        var groups = front
        if tail != nil {
            guard front.count + back.count <= 7 else { return nil }
            groups += Array(repeating: 0, count: 8 - front.count - back.count) + back
        }
        guard groups.count == 8 else { return nil }
        let high = groups[..<4].reduce(UInt64(0)) { $0 << 16 | UInt64($1) }
        let low = groups[4...].reduce(UInt64(0)) { $0 << 16 | UInt64($1) }
        return (high, low)
    }

    /// The text before and after `::`; the second is `nil` where there is none. More than one `::` is no address.
    private static func splitAtCompression(_ text: Substring) -> (Substring, Substring?)? {
        let bytes = Array(text.utf8)
        let colon = UInt8(ascii: ":")
        let places = bytes.indices.dropLast().filter { bytes[$0] == colon && bytes[$0 + 1] == colon }
        guard let place = places.first else { return (text, nil) }
        guard places.count == 1 else { return nil }
        let start = text.utf8.index(text.utf8.startIndex, offsetBy: place)
        return (text[..<start], text[text.utf8.index(start, offsetBy: 2)...])
    }

    private static func parseGroups(_ text: Substring) -> [UInt16]? {
        if text.isEmpty { return [] }
        var groups: [UInt16] = []
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            if part.utf8.contains(UInt8(ascii: ".")) {
                guard index == parts.count - 1, let quad = parseV4(part) else { return nil }
                groups += [UInt16(quad >> 16), UInt16(truncatingIfNeeded: quad)]
            } else {
                guard (1...4).contains(part.utf8.count), part.first != "+", part.first != "-",
                      let group = UInt16(part, radix: 16) else { return nil }
                groups.append(group)
            }
        }
        return groups
    }
}
