internal import CSpanDSP

/// Fills gaps in speech whose codec has no concealment of its own: repeats the last pitch period and
/// fades to silence within 50 ms (after ITU-T G.711 appendix I, but without its delay).
///
/// At 8 kHz it is spandsp's. Feed it every frame that is played, in order. Frames may be of any length; no call but `init` allocates.
public final class PacketLossConcealer {
    private let state: UnsafeMutablePointer<plc_state_t>
    /// For other rates than 8 kHz.
    private let repeater: PitchRepeater?

    /// - Parameter sampleRate: 8000 to 48000 [Hz].
    public init(sampleRate: Int = 8000) {
        repeater = sampleRate == 8000 ? nil : PitchRepeater(sampleRate: sampleRate)
        state = .allocate(capacity: 1)
        plc_init(state)
    }

    deinit { state.deallocate() }

    /// Notes a frame that was received. The first one after a gap is changed a little, to join up smoothly.
    public func received(_ frame: UnsafeMutableBufferPointer<Int16>) {
        if let repeater { return repeater.received(frame) }
        guard frame.count > 0, let samples = frame.baseAddress else { return }
        plc_rx(state, samples, Int32(truncatingIfNeeded: frame.count))
    }

    /// Writes a substitute for a frame that is missing.
    public func conceal(into frame: UnsafeMutableBufferPointer<Int16>) {
        if let repeater { return repeater.conceal(into: frame) }
        guard frame.count > 0, let samples = frame.baseAddress else { return }
        // At the start of a gap spandsp writes a quarter of a pitch period without asking for the room.
        guard frame.count >= Int(PLC_PITCH_MIN) / 4 else { return frame.update(repeating: 0) }
        straightenHistory()
        plc_fillin(state, samples, Int32(truncatingIfNeeded: frame.count))
    }

    /// Forgets what was heard.
    public func reset() {
        repeater?.reset()
        plc_init(state)
    }

    /// Turns spandsp's ring of past samples so that the oldest comes first.
    ///
    /// It would do so itself, but with a memcpy whose source and destination overlap.
    private func straightenHistory() {
        let oldest = Int(state.pointee.buf_ptr)
        withUnsafeMutableBytes(of: &state.pointee.history) { history in
            var samples = history.bindMemory(to: Int16.self)
            guard oldest > 0, oldest < samples.count else { return }
            samples[..<oldest].reverse()
            samples[oldest...].reverse()
            samples.reverse()
        }
        state.pointee.buf_ptr = 0
    }
}
