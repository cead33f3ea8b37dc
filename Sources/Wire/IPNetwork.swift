/// A network in CIDR notation (RFC 4632, RFC 4291 section 2.3): an address and how many of its leading bits count.
public struct IPNetwork: Sendable, Hashable, CustomStringConvertible {
    /// With the bits behind the prefix cleared.
    public let address: IPAddress
    /// 0 to 32 for IPv4, 0 to 128 for IPv6.
    public let prefixLength: Int

    /// - Returns: `nil` for a prefix that the family does not have.
    public init?(_ address: IPAddress, prefixLength: Int) {
        guard (0...address.bitCount).contains(prefixLength) else { return nil }
        self.address = address.masked(to: prefixLength)
        self.prefixLength = prefixLength
    }

    /// `192.0.2.0/24`, `2001:db8::/32`, or an address alone for itself.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let address = IPAddress(String(first)) else { return nil }
        guard parts.count == 2 else {
            self.init(address, prefixLength: address.bitCount)
            return
        }
        guard parts[1].allSatisfy({ ("0"..."9").contains($0) }), let length = Int(parts[1]) else { return nil }
        self.init(address, prefixLength: length)
    }

    public func contains(_ ip: IPAddress) -> Bool { ip.family == address.family && ip.masked(to: prefixLength) == address }

    public var description: String { "\(address)/\(prefixLength)" }
}

extension IPAddress {
    var bitCount: Int { family == .v4 ? 32 : 128 }

    /// The address with all but its first `length` bits cleared.
    func masked(to length: Int) -> IPAddress {
        switch family {
        case .v4: IPAddress(v4: UInt32(truncatingIfNeeded: low) & Self.mask(length))
        case .v6: IPAddress(v6High: high & Self.mask(length), low: low & Self.mask(length - 64))
        }
    }

    /// The `length` highest bits set; none below 1, all above the width.
    private static func mask<Word: FixedWidthInteger>(_ length: Int) -> Word {
        length <= 0 ? 0 : length >= Word.bitWidth ? ~0 : ~0 << (Word.bitWidth - length)
    }
}
