/// Turns 32-bit RTP timestamps into numbers that never wrap, as `SequenceUnwrapper` does for
/// sequence numbers. The first becomes 4,294,967,296 + t.
@frozen
public struct TimestampUnwrapper: Sendable {
    @usableFromInline var highest: Int64 = -1

    @inlinable public init() {}

    /// Exactly half the number space away counts as earlier.
    @inlinable public mutating func unwrap(_ timestamp: UInt32) -> Int64 {
        guard highest >= 0 else {
            highest = 4_294_967_296 &+ Int64(timestamp)
            return highest
        }
        let step = Int32(truncatingIfNeeded: Int64(timestamp) &- highest)
        let value = highest &+ Int64(step)
        if step > 0 { highest = value }
        return value
    }
}
