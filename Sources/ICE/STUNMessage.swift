public import Wire

/// A received STUN message (RFC 8489 section 5) as windows on the datagram; valid as long as that is.
///
/// Only the attributes that ICE needs are taken apart. Where one occurs twice the first counts, and what
/// follows MESSAGE-INTEGRITY is not looked at, save FINGERPRINT (section 14.5).
public struct STUNMessage {
    /// The two class bits of the message type (RFC 8489 section 5).
    public enum Class: UInt8, Sendable { case request = 0, indication, success, error }

    /// 96 bits.
    @frozen
    public struct TransactionID: Hashable, Sendable {
        public var high: UInt32
        public var low: UInt64

        @inlinable public init(high: UInt32, low: UInt64) {
            self.high = high
            self.low = low
        }
    }

    /// Who the sender of a check thinks it is (RFC 8445 section 7.1.3).
    public enum Role: Equatable, Sendable {
        case controlling(tieBreaker: UInt64)
        case controlled(tieBreaker: UInt64)
    }

    /// Type, length, magic cookie and transaction ID [bytes].
    public static let headerLength = 20
    public static let magicCookie: UInt32 = 0x2112_a442
    /// The method of every connectivity check.
    public static let bindingMethod: UInt16 = 0x001
    /// A request with more unknown attributes than this is answered with the first ones only.
    public static let maximumUnknownAttributes = 4

    /// The whole message.
    public let bytes: Bytes
    public let messageClass: Class
    /// 12 bits.
    public let method: UInt16
    public let transactionID: TransactionID

    /// USERNAME: `receiver:sender` fragments in a check (RFC 8445 section 7.2.2).
    public internal(set) var username: Bytes?
    /// SOFTWARE: the sender's name for itself, UTF-8.
    public internal(set) var software: Bytes?
    /// XOR-MAPPED-ADDRESS: where the answerer saw the request come from.
    public internal(set) var xorMappedAddress: TransportAddress?
    /// PRIORITY: that of the candidate that the check may reveal.
    public internal(set) var priority: UInt32?
    /// ICE-CONTROLLING or ICE-CONTROLLED.
    public internal(set) var role: Role?
    /// USE-CANDIDATE: the check nominates its pair.
    public internal(set) var usesCandidate = false
    /// 300 to 699.
    public internal(set) var errorCode: Int?
    /// FINGERPRINT is there, and is right.
    public internal(set) var hasFingerprint = false
    /// The types that must be understood and are not; the first `unknownAttributeCount` elements.
    public internal(set) var unknownAttributes = SIMD4<UInt16>()
    /// 0 to `maximumUnknownAttributes`.
    public internal(set) var unknownAttributeCount = 0
    /// Where MESSAGE-INTEGRITY starts.
    var integrityOffset: Int?

    private init(bytes: Bytes, messageClass: Class, method: UInt16, transactionID: TransactionID) {
        self.bytes = bytes
        self.messageClass = messageClass
        self.method = method
        self.transactionID = transactionID
    }

    /// `nil` unless the datagram is exactly one well-formed message and its FINGERPRINT, if it has one, is right.
    public static func parse(_ datagram: Bytes) -> STUNMessage? {
        guard let type = datagram.u16(0), type < 0x4000,
              let length = datagram.u16(2), length & 3 == 0, Int(length) + headerLength == datagram.count,
              datagram.u32(4) == magicCookie, let high = datagram.u32(8), let low = datagram.u64(12),
              let messageClass = Class(rawValue: UInt8(truncatingIfNeeded: type >> 7 & 2 | type >> 4 & 1))
        else { return nil }
        let method = type & 0x000f | type >> 1 & 0x0070 | type >> 2 & 0x0f80
        var message = STUNMessage(
            bytes: datagram, messageClass: messageClass, method: method, transactionID: TransactionID(high: high, low: low))
        return message.readAttributes() ? message : nil
    }

    /// Whether MESSAGE-INTEGRITY is there and `key` (the password, for short-term credentials) gives it.
    public func isAuthentic(key: Bytes) -> Bool {
        guard let integrityOffset else { return false }
        return STUNIntegrity.isValid(bytes, attributeAt: integrityOffset, key: key)
    }

    /// MESSAGE-INTEGRITY is there; whether it fits is for the key to say.
    public var hasIntegrity: Bool { integrityOffset != nil }
}
