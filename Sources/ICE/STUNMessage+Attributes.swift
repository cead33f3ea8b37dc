internal import Wire

extension STUNMessage {
    /// Walks the attributes once; `false` if one of them is cut off or of the wrong shape.
    mutating func readAttributes() -> Bool {
        var offset = Self.headerLength
        while offset < bytes.count {
            guard !hasFingerprint, // which has to be the last one (RFC 8489 section 14.7)
                  let type = bytes.u16(offset), let length = bytes.u16(offset + 2),
                  let value = bytes.slice(offset + 4, Int(length)),
                  read(type, value, at: offset)
            else { return false }
            offset += 4 + (Int(length) + 3) & ~3
        }
        return offset == bytes.count
    }

    private mutating func read(_ type: UInt16, _ value: Bytes, at offset: Int) -> Bool {
        let attribute = STUNAttribute(rawValue: type)
        if attribute == .fingerprint { return readFingerprint(value, at: offset) }
        if integrityOffset != nil { return true }
        switch attribute {
        case .messageIntegrity:
            guard value.count == STUNIntegrity.length else { return false }
            integrityOffset = offset
        case .username:
            // 508 bytes at most (RFC 8489 section 14.3).
            guard value.count < 509 else { return false }
            username = username ?? value
        case .software: software = software ?? value
        case .xorMappedAddress: return readXORMappedAddress(value)
        case .priority:
            guard value.count == 4, let number = value.u32(0) else { return false }
            priority = priority ?? number
        case .useCandidate:
            guard value.isEmpty else { return false }
            usesCandidate = true
        case .iceControlling, .iceControlled: return readRole(value, isControlling: attribute == .iceControlling)
        case .errorCode: return readErrorCode(value)
        case nil where type < 0x8000: noteUnknown(type)
        default: break
        }
        return true
    }

    private mutating func readFingerprint(_ value: Bytes, at offset: Int) -> Bool {
        hasFingerprint = true
        return value.count == 4 && value.u32(0) == STUNIntegrity.fingerprint(of: bytes, attributeAt: offset)
    }

    private mutating func readRole(_ value: Bytes, isControlling: Bool) -> Bool {
        guard value.count == 8, let tieBreaker = value.u64(0) else { return false }
        role = role ?? (isControlling ? .controlling(tieBreaker: tieBreaker) : .controlled(tieBreaker: tieBreaker))
        return true
    }

    private mutating func readErrorCode(_ value: Bytes) -> Bool {
        guard let hundreds = value.u8(2), let number = value.u8(3), (3...6).contains(hundreds & 7), number < 100 else { return false }
        errorCode = errorCode ?? Int(hundreds & 7) * 100 + Int(number)
        return true
    }

    /// RFC 8489 section 14.2: the port XORed with the cookie's high half, the address with cookie and transaction id.
    private mutating func readXORMappedAddress(_ value: Bytes) -> Bool {
        guard let family = value.u8(1), let port = value.u16(2) else { return false }
        let ip: IPAddress
        switch (family, value.count) {
        case (1, 8):
            guard let address = value.u32(4) else { return false }
            ip = IPAddress(v4: address ^ Self.magicCookie)
        case (2, 20):
            guard let high = value.u64(4), let low = value.u64(12) else { return false }
            ip = IPAddress(v6High: high ^ (UInt64(Self.magicCookie) << 32 | UInt64(transactionID.high)), low: low ^ transactionID.low)
        default: return false
        }
        xorMappedAddress = xorMappedAddress ?? TransportAddress(ip: ip, port: port ^ UInt16(truncatingIfNeeded: Self.magicCookie >> 16))
        return true
    }

    private mutating func noteUnknown(_ type: UInt16) {
        guard unknownAttributeCount < Self.maximumUnknownAttributes else { return }
        unknownAttributes[unknownAttributeCount] = type
        unknownAttributeCount += 1
    }
}
