/// Turns 16-bit sequence numbers into numbers that never wrap.
///
/// Each is taken to be the nearest to the highest so far (RFC 3550 appendix A.1 and RFC 3711 section
/// 3.3.1 count the same way). The first becomes 65,536 + n, so that packets from before it are
/// positive too.
@frozen
public struct SequenceUnwrapper: Sendable {
    @usableFromInline var highest: Int64 = -1

    @inlinable public init() {}

    /// Exactly half the number space away counts as earlier.
    @inlinable public mutating func unwrap(_ sequenceNumber: UInt16) -> Int64 {
        guard highest >= 0 else {
            highest = 65_536 &+ Int64(sequenceNumber)
            return highest
        }
        let step = Int16(truncatingIfNeeded: Int64(sequenceNumber) &- highest)
        let value = highest &+ Int64(step)
        if step > 0 { highest = value }
        return value
    }
}
