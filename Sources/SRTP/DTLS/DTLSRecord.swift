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
}
