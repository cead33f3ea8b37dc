/// Which of the newest packet indices have been seen (RFC 3711 section 3.3.2).
///
/// A value: asking changes nothing, and `record` is called only for an authenticated packet.
struct ReplayWindow {
    /// The highest index recorded; 0 before the first, which is then itself still acceptable.
    private(set) var highest: UInt64 = 0
    /// Bit n stands for the index `highest - n`.
    private var seen: UInt128 = 0

    private static let size = UInt64(SRTPTransform.replayWindowSize)

    /// Whether `index` is new and not too old to tell.
    func accepts(_ index: UInt64) -> Bool {
        if index > highest { return true }
        let age = highest - index
        return age < Self.size && seen >> age & 1 == 0
    }

    mutating func record(_ index: UInt64) {
        if index > highest {
            seen = seen << (index - highest) | 1
            highest = index
        } else {
            seen |= 1 << (highest - index)
        }
    }
}
