/// G.711 as arithmetic on one sample; only the tables are made with it.
///
/// A sample's magnitude is its one's complement when negative, as in the ITU's reference code (G.191):
/// the quantiser is then symmetrical about -1/2, and every 16-bit value has a code.
enum G711Arithmetic {
    /// μ-law on a magnitude of 13 bits, biased by 33 so that each segment is a power of two (table 2/G.711).
    static func muCode(_ sample: Int16) -> UInt8 {
        let bits = sample < 0 ? ~sample : sample
        let magnitude = min(Int(bits) >> 2 + 33, 0x1fff)
        let segment = Int.bitWidth - 1 - magnitude.leadingZeroBitCount - 5
        let step = magnitude >> (segment + 1) & 0xf
        // Positive samples have the sign bit, and the whole code is inverted for the line.
        return ~UInt8(truncatingIfNeeded: (sample < 0 ? 0x80 : 0) | segment << 4 | step)
    }

    static func muSample(_ code: UInt8) -> Int16 {
        let bits = Int(~code)
        let magnitude = ((bits & 0xf) << 1 + 33) << (bits >> 4 & 7) - 33
        return Int16((bits & 0x80 != 0 ? -magnitude : magnitude) * 4)
    }

    /// A-law on a magnitude of 12 bits; the first two segments share one step (table 1/G.711).
    static func aCode(_ sample: Int16) -> UInt8 {
        let magnitude = Int(sample < 0 ? ~sample : sample) >> 4
        let segment = magnitude < 16 ? 0 : Int.bitWidth - 1 - magnitude.leadingZeroBitCount - 3
        let step = segment == 0 ? magnitude : magnitude >> (segment - 1) & 0xf
        // Positive samples have the sign bit, and every second bit is inverted for the line.
        return UInt8(truncatingIfNeeded: (sample < 0 ? 0 : 0x80) | segment << 4 | step) ^ 0x55
    }

    static func aSample(_ code: UInt8) -> Int16 {
        let bits = Int(code ^ 0x55)
        let segment = bits >> 4 & 7
        let middle = (bits & 0xf) << 1 + 1
        let magnitude = segment == 0 ? middle : (middle + 32) << (segment - 1)
        return Int16((bits & 0x80 != 0 ? magnitude : -magnitude) * 8)
    }
}
