internal import Wire

/// The header of a DTLS 1.2 record (RFC 6347 section 4.1).
enum DTLSRecord {
    static let headerLength = 13

    /// Whether a datagram begins with a whole record of DTLS 1.0 or 1.2; a ClientHello bears the older number.
    /// What OpenSSL would silently drop is better counted.
    static func leads(_ datagram: Bytes) -> Bool {
        guard let type = datagram.u8(0), 20...23 ~= type, let version = datagram.u16(1), version == 0xfeff || version == 0xfefd,
              let length = datagram.u16(11) else { return false }
        return datagram.count - headerLength >= Int(length)
    }

    /// Whether a datagram has an encrypted handshake message: the Finished that ends a flight. Nobody looks into it.
    static func hasFinished(_ datagram: Bytes) -> Bool {
        var offset = 0
        while let type = datagram.u8(offset), let epoch = datagram.u16(offset + 3), let length = datagram.u16(offset + 11) {
            let isWhole = datagram.count - offset - headerLength >= Int(length)
            if type == 22, epoch == 1, Int(length) >= shortestFinished, isWhole { return true }
            offset += headerLength + Int(length)
        }
        return false
    }

    /// Its header and 12 bytes of data, a nonce of 8 bytes or none, and a tag of 16 (RFC 5246 section 7.4.9, RFC 7905).
    private static let shortestFinished = 12 + 12 + 16
}
