import ICE
import Wire

/// Hand-made STUN messages for the tests.
enum STUNSamples {
    static let transactionID = STUNMessage.TransactionID(high: 0x0102_0304, low: 0x0506_0708_090a_0b0c)

    /// The message without its last attribute, FINGERPRINT, and with a length that says so.
    static func withoutFingerprint(_ message: [UInt8]) -> [UInt8] {
        var message = Array(message.dropLast(8))
        let length = message.count - STUNMessage.headerLength
        message[2] = UInt8(length >> 8)
        message[3] = UInt8(length & 0xff)
        return message
    }

    /// A message with these attributes as (type, value), unsigned.
    static func message(type: UInt16 = 0x0001, _ attributes: [(UInt16, [UInt8])]) -> [UInt8] {
        var body: [UInt8] = []
        for (type, value) in attributes {
            body += [UInt8(type >> 8), UInt8(type & 0xff), UInt8(value.count >> 8), UInt8(value.count & 0xff)] + value
            body += Array(repeating: 0, count: (4 - value.count % 4) % 4)
        }
        return [UInt8(type >> 8), UInt8(type & 0xff), UInt8(body.count >> 8), UInt8(body.count & 0xff), 0x21, 0x12, 0xa4, 0x42]
            + Array(1...12) + body
    }

    /// What a `STUNWriter` makes of `fill`.
    static func written(
        _ messageClass: STUNMessage.Class = .request, transactionID: STUNMessage.TransactionID = STUNSamples.transactionID,
        capacity: Int = 1500, _ fill: (inout STUNWriter) -> Void
    ) -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: capacity)
        let length = buffer.withMutableBytes { buffer in
            var writer = STUNWriter(into: buffer, messageClass: messageClass, transactionID: transactionID)
            fill(&writer)
            return writer.finish()
        }
        return length.map { Array(buffer.prefix($0)) }
    }

    /// A check as a peer sends it.
    static func check(
        username: String, password: String, role: STUNMessage.Role? = .controlling(tieBreaker: 1), usesCandidate: Bool = false,
        priority: UInt32? = 0x6eff_ffff, unknown: UInt16? = nil, transactionID: STUNMessage.TransactionID = STUNSamples.transactionID
    ) -> [UInt8] {
        var attributes: [(UInt16, [UInt8])] = [(0x0006, Array(username.utf8))]
        if let priority { attributes.append((0x0024, (0..<4).map { UInt8(truncatingIfNeeded: priority >> (24 - 8 * $0)) })) }
        switch role {
        case .controlling(let value): attributes.append((0x802a, (0..<8).map { UInt8(truncatingIfNeeded: value >> (56 - 8 * $0)) }))
        case .controlled(let value): attributes.append((0x8029, (0..<8).map { UInt8(truncatingIfNeeded: value >> (56 - 8 * $0)) }))
        case nil: break
        }
        if usesCandidate { attributes.append((0x0025, [])) }
        if let unknown { attributes.append((unknown, [1, 2, 3])) }
        return signed(message(attributes), password: password, transactionID: transactionID)
    }

    /// The message with this transaction id, signed and with a fingerprint.
    static func signed(
        _ message: [UInt8], password: String, transactionID: STUNMessage.TransactionID = STUNSamples.transactionID
    ) -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: 1500)
        let length = buffer.withMutableBytes { buffer -> Int? in
            let messageClass = message.withBytes { STUNMessage.parse($0)?.messageClass } ?? .request
            var writer = STUNWriter(into: buffer, messageClass: messageClass, transactionID: transactionID)
            var offset = STUNMessage.headerLength
            message.withBytes { bytes in
                while let type = bytes.u16(offset), let length = bytes.u16(offset + 2), let value = bytes.slice(offset + 4, Int(length)) {
                    writer.append(raw: type, value, to: buffer)
                    offset += 4 + (Int(length) + 3) & ~3
                }
            }
            Array(password.utf8).withBytes { writer.appendIntegrity(key: $0) }
            writer.appendFingerprint()
            return writer.finish()
        }
        return Array(buffer.prefix(length ?? 0))
    }
}

extension STUNWriter {
    /// An attribute that `STUNAttribute` does not know, written under a known type that is then replaced.
    mutating func append(raw type: UInt16, _ value: Bytes, to buffer: MutableBytes) {
        guard let start = finish() else { return }
        append(.software, value)
        buffer.set16(start, type)
    }
}

extension STUNSamples {
    /// Gives the STUN header the length that the datagram has, so that damage behind the header is read at all.
    static func repairLength(_ message: inout [UInt8]) {
        guard message.count >= 20 else { return }
        message[2] = UInt8(truncatingIfNeeded: (message.count - 20) >> 8)
        message[3] = UInt8(truncatingIfNeeded: message.count - 20)
    }
}
