public import Wire

/// Writes one STUN message into a buffer, attribute by attribute, in the order of the calls.
///
/// What does not fit is noted once; `finish` then returns `nil`.
public struct STUNWriter {
    private let buffer: MutableBytes
    private let transactionID: STUNMessage.TransactionID
    private var length: Int
    private var fits: Bool

    /// - Parameter method: 12 bits.
    public init(
        into buffer: MutableBytes, messageClass: STUNMessage.Class,
        method: UInt16 = STUNMessage.bindingMethod, transactionID: STUNMessage.TransactionID
    ) {
        self.buffer = buffer
        self.transactionID = transactionID
        length = STUNMessage.headerLength
        let methodBits = method & 0x000f | (method & 0x0070) << 1 | (method & 0x0f80) << 2
        let classBits = UInt16(messageClass.rawValue & 1) << 4 | UInt16(messageClass.rawValue & 2) << 7
        fits = buffer.set16(0, methodBits | classBits) && buffer.set16(2, 0) && buffer.set32(4, STUNMessage.magicCookie)
            && buffer.set32(8, transactionID.high) && buffer.set64(12, transactionID.low)
    }

    /// The length of the message [bytes], or `nil` if the buffer was too small.
    public func finish() -> Int? { fits ? length : nil }

    /// - Parameter padding: fills up to the next multiple of four bytes; receivers ignore its value.
    public mutating func append(_ attribute: STUNAttribute, _ value: Bytes, padding: UInt8 = 0) {
        guard let offset = reserve(attribute, value.count, padding: padding) else { return }
        buffer.copy(value, to: offset)
    }

    public mutating func append(_ attribute: STUNAttribute, _ value: UInt32) {
        guard let offset = reserve(attribute, 4) else { return }
        buffer.set32(offset, value)
    }

    public mutating func append(_ attribute: STUNAttribute, _ value: UInt64) {
        guard let offset = reserve(attribute, 8) else { return }
        buffer.set64(offset, value)
    }

    /// An attribute without a value.
    public mutating func append(_ attribute: STUNAttribute) {
        _ = reserve(attribute, 0)
    }

    public mutating func append(_ role: STUNMessage.Role) {
        switch role {
        case .controlling(let tieBreaker): append(.iceControlling, tieBreaker)
        case .controlled(let tieBreaker): append(.iceControlled, tieBreaker)
        }
    }

    /// RFC 8489 section 14.2.
    public mutating func appendXORMappedAddress(_ address: TransportAddress) {
        let isV4 = address.ip.family == .v4
        guard let offset = reserve(.xorMappedAddress, isV4 ? 8 : 20) else { return }
        buffer.set16(offset, isV4 ? 1 : 2)
        buffer.set16(offset + 2, address.port ^ UInt16(truncatingIfNeeded: STUNMessage.magicCookie >> 16))
        if isV4 {
            buffer.set32(offset + 4, UInt32(truncatingIfNeeded: address.ip.low) ^ STUNMessage.magicCookie)
        } else {
            buffer.set64(offset + 4, address.ip.high ^ (UInt64(STUNMessage.magicCookie) << 32 | UInt64(transactionID.high)))
            buffer.set64(offset + 12, address.ip.low ^ transactionID.low)
        }
    }

    /// - Parameter code: 300 to 699; the reason phrase is left empty, as nobody reads it (RFC 8489 section 14.8).
    public mutating func appendErrorCode(_ code: Int) {
        append(.errorCode, UInt32(truncatingIfNeeded: code / 100) << 8 | UInt32(truncatingIfNeeded: code % 100))
    }

    /// RFC 8489 section 14.13.
    public mutating func appendUnknownAttributes(_ types: SIMD4<UInt16>, count: Int) {
        let count = min(max(count, 0), types.scalarCount)
        guard let offset = reserve(.unknownAttributes, 2 * count) else { return }
        for index in 0..<count { buffer.set16(offset + 2 * index, types[index]) }
    }

    /// Signs all that was appended so far (RFC 8489 section 14.5).
    public mutating func appendIntegrity(key: Bytes) {
        let start = length
        guard let offset = reserve(.messageIntegrity, STUNIntegrity.length), let base = buffer.base else { return }
        _ = STUNIntegrity.code(of: buffer.bytes, attributeAt: start, key: key, into: base + offset)
    }

    /// The last attribute of every ICE message (RFC 8489 section 14.7).
    public mutating func appendFingerprint() {
        let start = length
        guard let offset = reserve(.fingerprint, 4) else { return }
        buffer.set32(offset, STUNIntegrity.fingerprint(of: buffer.bytes, attributeAt: start))
    }

    /// Writes the attribute's header and padding and the message's new length; returns where the value goes.
    private mutating func reserve(_ attribute: STUNAttribute, _ count: Int, padding: UInt8 = 0) -> Int? {
        let padded = (count + 3) & ~3
        let end = length + 4 + padded
        guard fits, count <= 0xffff, end <= buffer.count, end - STUNMessage.headerLength <= 0xffff else {
            fits = false
            return nil
        }
        let offset = length + 4
        buffer.set16(length, attribute.rawValue)
        buffer.set16(length + 2, UInt16(truncatingIfNeeded: count))
        for index in count..<padded { buffer.set8(offset + index, padding) }
        length = end
        buffer.set16(2, UInt16(truncatingIfNeeded: end - STUNMessage.headerLength))
        return offset
    }
}
