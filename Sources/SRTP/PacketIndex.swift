/// The 48-bit index of an SRTP packet: roll-over counter times 2^16 plus the sequence number.
enum PacketIndex {
    /// The number space of a sequence number, and half of it.
    private static let modulus: UInt64 = 1 << 16
    private static let half: UInt64 = 1 << 15
    private static let mask: UInt64 = 1 << 48 - 1

    /// The index that is nearest to the highest one so far (RFC 3711 section 3.3.1 and appendix A).
    ///
    /// While the highest index is at most 2^15 the roll-over counter is taken as 0 whatever the number is:
    /// the RFC's arithmetic would look for it in the round before the first, which no packet comes from.
    /// libsrtp does the same. After round 2^32 - 1 the index starts from 0 again and every packet reads as
    /// a replay: the key is used up.
    static func estimate(_ sequenceNumber: UInt16, highest: UInt64) -> UInt64 {
        let sequence = UInt64(sequenceNumber)
        if highest <= half { return sequence }
        let last = highest & (modulus - 1)
        let round = highest - last
        if last < half {
            return sequence > last + half ? round + sequence - modulus : round + sequence
        }
        return last - half > sequence ? (round + sequence + modulus) & mask : round + sequence
    }

    /// The roll-over counter of an index.
    static func rollOverCounter(_ index: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: index >> 16) }
}
