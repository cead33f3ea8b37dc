internal import CSpanDSP

/// Makes one DTMF digit's two tones at 8 kHz, for as long as it is asked. A plain value; nothing allocates.
public struct ToneGenerator: Sendable {
    private var lowPhase: UInt32 = 0
    private var highPhase: UInt32 = 0
    private let lowRate: Int32
    private let highRate: Int32
    private let lowScale: Int16
    private let highScale: Int16

    /// - Parameter volume: the level of both tones together [-dBm0], 0 to 63 as in RFC 4733 section 2.3.4.
    public init(_ digit: DTMFDigit, volume: Int = 7) {
        let tones = digit.frequencies
        lowRate = dds_phase_ratef(Float(tones.low))
        highRate = dds_phase_ratef(Float(tones.high))
        // Two tones of equal power: each is 3 dB below the sum, and at 0 dBm0 that still fits the sample range.
        let level = -Float(min(max(volume, 0), 63)) - 3
        lowScale = dds_scaling_dbm0(level)
        highScale = dds_scaling_dbm0(level)
    }

    /// Writes the next samples of the tone over all of `frame`.
    public mutating func generate(into frame: UnsafeMutableBufferPointer<Int16>) {
        for index in frame.indices {
            let low = dds_mod(&lowPhase, lowRate, lowScale, 0)
            let high = dds_mod(&highPhase, highRate, highScale, 0)
            frame[index] = Int16(clamping: Int32(low) + Int32(high))
        }
    }
}
