internal import Wire

/// One packet as a cipher sees it. Whoever makes one has checked that every part lies inside the packet's memory.
struct PacketLayout {
    let base: UnsafeMutableRawPointer
    /// Bytes at the front that are authenticated and stay readable.
    let clearLength: Int
    /// Where the encrypted part ends.
    let end: Int
    /// Where the tag stands.
    let tagOffset: Int
    let ssrc: UInt32
    /// 48 bits for RTP, 31 for SRTCP.
    let index: UInt64
    /// For HMAC: what is authenticated behind the packet, the roll-over counter or the SRTCP word.
    let word: UInt32
    /// SRTCP's word is associated data of an AEAD suite; RTP's roll-over counter is not, the IV holds it.
    let isControl: Bool
}

/// The header of an RTP packet whose payload may be encrypted.
///
/// Not `RTPHeader.parse`: that one reads the padding count in the last byte, which here is still ciphertext.
struct ClearRTPHeader {
    let length: Int
    let sequenceNumber: UInt16
    let ssrc: UInt32

    /// `nil` unless the version is 2 and CSRCs and extension end inside `packet` (RFC 3550 section 5.1).
    init?(_ packet: Bytes) {
        guard packet.count >= 12, let first = packet.u8(0), first >> 6 == 2,
              let sequenceNumber = packet.u16(2), let ssrc = packet.u32(8) else { return nil }
        var length = 12 + 4 * Int(first & 0x0f)
        if first & 0x10 != 0 {
            guard let words = packet.u16(length + 2) else { return nil }
            length += 4 + 4 * Int(words)
        }
        guard length <= packet.count else { return nil }
        self.length = length
        self.sequenceNumber = sequenceNumber
        self.ssrc = ssrc
    }
}
