/// How loud a frame is.
public enum AudioLevel {
    /// Whether no sample is farther from 0 than `threshold`.
    ///
    /// The default covers digital silence as G.711 carries it: A-law has no 0 but ± 8.
    @inlinable public static func isSilent(_ frame: UnsafeBufferPointer<Int16>, threshold: Int16 = 8) -> Bool {
        for sample in frame where sample > threshold || sample < 0 &- threshold { return false }
        return true
    }

    /// The mean of the squared samples, 0 to 2^30; 0 for an empty frame.
    @inlinable public static func meanSquare(_ frame: UnsafeBufferPointer<Int16>) -> Int {
        guard frame.count > 0 else { return 0 }
        var sum: Int = 0
        for sample in frame { sum &+= Int(sample) &* Int(sample) }
        return sum / frame.count
    }

    /// The root of the mean square, 0 to 32,768; a full-scale sine has 23,170.
    public static func rms(_ frame: UnsafeBufferPointer<Int16>) -> Int {
        // Bit by bit, since a floating-point root would call the C library's.
        let square = meanSquare(frame)
        var root = 0
        for bit in stride(from: 15, through: 0, by: -1) where (root | 1 << bit) * (root | 1 << bit) <= square { root |= 1 << bit }
        return root
    }
}
