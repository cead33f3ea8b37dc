public import Wire

/// `IN IP4 192.0.2.1` of `o=`, `c=` and `a=rtcp` (RFC 8866 section 5.7).
public struct SDPAddress: Sendable, Hashable {
    public var family: IPAddress.Family
    /// As written: an IP address, or a host name.
    public var text: String

    public init(_ ip: IPAddress) {
        family = ip.family
        text = ip.description
    }

    /// The address, without a multicast address' TTL; `nil` for a host name.
    public var ip: IPAddress? { IPAddress(text.cut(at: UInt8(ascii: "/"))?.0 ?? Substring(text)) }

    /// Whether `init` reads it.
    static func isReadable(_ words: ArraySlice<Substring>) -> Bool {
        guard words.count == 3, words.first == "IN" else { return false }
        return words[words.startIndex + 1] == "IP4" || words[words.startIndex + 1] == "IP6"
    }

    /// Reads the three words `IN`, `IP4` or `IP6`, and the address.
    init?(_ words: ArraySlice<Substring>) {
        guard words.count == 3, let first = words.first, first == "IN", let last = words.last else { return nil }
        switch words[words.startIndex + 1] {
        case "IP4": family = .v4
        case "IP6": family = .v6
        default: return nil
        }
        text = String(last)
    }
}

extension SDPAddress: CustomStringConvertible {
    public var description: String { "IN \(family == .v4 ? "IP4" : "IP6") \(text)" }
}
