/// White noise of a given level, as a comfort noise packet asks for it (RFC 3389). A plain value; nothing allocates.
public struct NoiseGenerator: Sendable {
    /// Of the largest sample; all between its negative and it are equally likely.
    private var amplitude: Int32 = 0
    private var state: UInt32

    /// - Parameter seed: any; the same gives the same noise.
    public init(seed: UInt32 = 1) { state = seed }

    /// - Parameter level: 0 to 127 [-dBov], below the power of a square wave at overload; what is louder than 5 is as loud as that.
    public mutating func setLevel(_ level: UInt8) {
        // The overload of μ-law (RFC 3389 section 3), times the square root of 3, which is from the RMS of even noise to its peak.
        var peak = 32124 * 1.7320508
        for _ in 0..<min(level, 127) { peak *= 0.8912509381 }
        amplitude = Int32(min(peak.rounded(), 32767))
    }

    /// Writes the next samples over all of `frame`.
    public mutating func generate(into frame: UnsafeMutableBufferPointer<Int16>) {
        for index in frame.indices {
            // Numerical Recipes' generator; its high bits are good enough to be heard.
            state = state &* 1_664_525 &+ 1_013_904_223
            let uniform = (Int64(state >> 8) &* Int64(2 &* amplitude &+ 1)) >> 24
            frame[index] = Int16(truncatingIfNeeded: uniform &- Int64(amplitude))
        }
    }
}
