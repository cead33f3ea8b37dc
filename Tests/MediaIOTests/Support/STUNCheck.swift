import ICE
import Wire

/// Connectivity checks as a peer sends them, and damaged ones.
enum STUNCheck {
    /// A binding request, signed unless `password` is nil.
    static func request(to receiver: String, from sender: String = "peer", password: String? = "0123456789012345678901") -> [UInt8] {
        written { writer in
            Array("\(receiver):\(sender)".utf8).withBytes { writer.append(.username, $0) }
            writer.append(.priority, 0x6eff_ffff as UInt32)
            writer.append(.controlled(tieBreaker: 1))
            if let password { Array(password.utf8).withBytes { writer.appendIntegrity(key: $0) } }
            writer.appendFingerprint()
        }
    }

    /// What an agent answers one who knows the password.
    static func success() -> [UInt8] {
        written(.success) { writer in
            writer.appendXORMappedAddress(TransportAddress(ip: IPAddress(v4: 1), port: 1))
            Array("0123456789012345678901".utf8).withBytes { writer.appendIntegrity(key: $0) }
        }
    }

    /// What an agent answers a stranger.
    static func refusal() -> [UInt8] {
        written(.error) { writer in
            writer.appendErrorCode(401)
            writer.appendFingerprint()
        }
    }

    static func written(_ messageClass: STUNMessage.Class = .request, _ fill: (inout STUNWriter) -> Void) -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: 1500)
        let length = buffer.withMutableBytes { buffer -> Int? in
            var writer = STUNWriter(into: buffer, messageClass: messageClass, transactionID: .init(high: 1, low: 2))
            fill(&writer)
            return writer.finish()
        }
        return Array(buffer.prefix(length ?? 0))
    }

    /// A message with these attributes as (type, value), unsigned.
    static func message(type: UInt16 = 0x0001, _ attributes: [(UInt16, String)]) -> [UInt8] {
        var body: [UInt8] = []
        for (type, value) in attributes {
            body += [UInt8(type >> 8), UInt8(type & 0xff), 0, UInt8(value.utf8.count)] + Array(value.utf8)
            body += Array(repeating: 0, count: (4 - value.utf8.count % 4) % 4)
        }
        return [UInt8(type >> 8), UInt8(type & 0xff), 0, UInt8(body.count), 0x21, 0x12, 0xa4, 0x42] + Array(1...12) + body
    }

    /// Gives the header the length that the datagram has, so that damage behind it is read at all.
    static func repairLength(_ message: inout [UInt8]) {
        guard message.count >= 20 else { return }
        message[2] = UInt8(truncatingIfNeeded: (message.count - 20) >> 8)
        message[3] = UInt8(truncatingIfNeeded: message.count - 20)
    }
}
