internal import CCrypto
internal import Wire

/// MESSAGE-INTEGRITY and FINGERPRINT (RFC 8489 sections 14.5 and 14.7).
enum STUNIntegrity {
    /// The value of MESSAGE-INTEGRITY [bytes].
    static let length = Int(RTPBRIDGE_SHA1_LENGTH)
    /// The attribute with its header [bytes].
    static let attributeLength = 4 + length

    /// HMAC-SHA1 of the message up to the attribute at `offset`, under a header whose length already counts that attribute.
    static func code(of message: Bytes, attributeAt offset: Int, key: Bytes, into out: UnsafeMutableRawPointer) -> Bool {
        guard let type = message.u16(0), let body = message.slice(4, offset - 4) else { return false }
        let covered = UInt16(truncatingIfNeeded: offset + attributeLength - STUNMessage.headerLength)
        var head = (UInt32(type) << 16 | UInt32(covered)).bigEndian
        rtpbridge_hmac_sha1(key.base, key.count, &head, 4, body.base, body.count, out.assumingMemoryBound(to: UInt8.self))
        return true
    }

    /// Whether the 20 bytes at `offset + 4` are the code that `key` gives.
    static func isValid(_ message: Bytes, attributeAt offset: Int, key: Bytes) -> Bool {
        guard let value = message.slice(offset + 4, length), let received = value.base else { return false }
        return withUnsafeTemporaryAllocation(byteCount: length, alignment: 4) { buffer in
            guard let computed = buffer.baseAddress, code(of: message, attributeAt: offset, key: key, into: computed) else { return false }
            return rtpbridge_equal_constant_time(computed, received, length) == 1
        }
    }

    /// CRC-32 (ITU-T V.42) of the message up to the attribute at `offset`, XORed with "STUN".
    static func fingerprint(of message: Bytes, attributeAt offset: Int) -> UInt32 {
        var crc = UInt32.max
        for byte in message.slice(0, offset)?.buffer ?? UnsafeRawBufferPointer(start: nil, count: 0) {
            crc = crc >> 8 ^ crcTable[Int((crc ^ UInt32(byte)) & 0xff)]
        }
        return ~crc ^ 0x5354_554e
    }

    private static let crcTable: [UInt32] = (0..<256).map { (index: UInt32) in
        (0..<8).reduce(index) { value, _ in value & 1 == 1 ? value >> 1 ^ 0xedb8_8320 : value >> 1 }
    }
}
