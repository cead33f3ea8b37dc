internal import CSpanDSP

/// Finds DTMF tones in 8 kHz audio (ITU-T Q.24: 40 ms of tone are enough). No call but `init` allocates.
public final class ToneDetector {
    private let state: OpaquePointer

    /// The digit that is sounding at the end of the last frame, once it is certain.
    public private(set) var active: DTMFDigit?
    /// The last frame ended in what may be the beginning of a digit: one block of 13 ms has its tones.
    public private(set) var isSuspicious = false

    public init() throws(CodecError) {
        guard let state = dtmf_rx_init(nil, nil, nil) else { throw .library(code: 0) }
        self.state = state
    }

    deinit { dtmf_rx_free(state) }

    /// Listens to the next frame, of any length.
    ///
    /// - Returns: the digit that was recognised for the first time in this frame.
    public func detect(_ frame: UnsafeBufferPointer<Int16>) -> DTMFDigit? {
        guard frame.count > 0, let samples = frame.baseAddress else { return nil }
        dtmf_rx(state, samples, Int32(truncatingIfNeeded: frame.count))
        let status = UInt8(truncatingIfNeeded: dtmf_rx_status(state))
        active = DTMFDigit(ascii: status)
        isSuspicious = status == UInt8(ascii: "x")
        // Room for a digit and the terminating zero that spandsp appends.
        var digits: (CChar, CChar) = (0, 0)
        let count = withUnsafeMutableBytes(of: &digits) { room in
            dtmf_rx_get(state, room.baseAddress?.assumingMemoryBound(to: CChar.self), 1)
        }
        return count == 1 ? DTMFDigit(ascii: UInt8(bitPattern: digits.0)) : nil
    }
}
