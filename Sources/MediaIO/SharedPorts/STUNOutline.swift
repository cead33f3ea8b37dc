import Wire

/// The little of a STUN message (RFC 8489 section 5) that a shared port needs to find its call: nothing of it is believed,
/// the call's ICE agent reads the message again.
struct STUNOutline: Equatable {
    private static let headerLength = 20
    private static let magicCookie: UInt32 = 0x2112_a442
    private static let classBits: UInt16 = 0x0110
    private static let username: UInt16 = 0x0006
    private static let messageIntegrity: UInt16 = 0x0008

    /// Not a response or indication.
    let isRequest: Bool
    /// The receiver's half of USERNAME (RFC 8445 section 7.2.2).
    private(set) var receiver: ICEFragment?
    /// MESSAGE-INTEGRITY is there; whether it fits is not looked at.
    private(set) var hasIntegrity = false

    /// `nil` for what is no STUN. Of a message with wrong lengths, what stands before the fault.
    init?(_ datagram: Bytes) {
        guard let type = datagram.u16(0), type < 0x4000, datagram.u32(4) == Self.magicCookie,
              datagram.count >= Self.headerLength else { return nil }
        isRequest = type & Self.classBits == 0
        readAttributes(datagram)
    }

    /// Of two equal attributes the first counts, and nothing after MESSAGE-INTEGRITY (RFC 8489 sections 14 and 14.5).
    private mutating func readAttributes(_ datagram: Bytes) {
        var offset = Self.headerLength
        var hasUsername = false
        while let type = datagram.u16(offset), let length = datagram.u16(offset + 2) {
            guard let value = datagram.slice(offset + 4, Int(length)) else { return }
            switch type {
            case Self.messageIntegrity:
                hasIntegrity = true
                return
            case Self.username where !hasUsername:
                hasUsername = true
                let colon = value.buffer.firstIndex(of: UInt8(ascii: ":"))
                receiver = colon.flatMap { value.slice(0, $0) }.flatMap { ICEFragment($0) }
            default: break
            }
            offset += 4 + (Int(length) + 3) & ~3
        }
    }
}
