import Codecs
import Wire

// Comfort noise (RFC 3389): a source that sends nothing in its pauses says what they sound like.

/// What is heard where the source sends nothing.
struct BackgroundNoise {
    var generator = NoiseGenerator()
    /// Of the packet that told it [ticks of 48 kHz]; audio behind it ends the noise.
    var timestamp: Int64
}

extension AudioBridge {
    /// Takes a packet of comfort noise.
    /// - Parameters:
    ///   - level: [-dBov]
    ///   - sequence: without wrap.
    ///   - timestamp: without wrap, in units of `clockRate`.
    func insertNoise(level: UInt8, sequence: Int64, timestamp: Int64, clockRate: Int, at now: MonotonicInstant) {
        noteOther(sequence: sequence, at: now)
        let timestamp = timestamp &* Int64(Self.clockRate / max(1, clockRate))
        var noise = background ?? BackgroundNoise(timestamp: timestamp)
        noise.timestamp = max(noise.timestamp, timestamp)
        noise.generator.setLevel(level)
        background = noise
        if nextTick == .distantFuture, !isHeld { nextTick = now }
    }

    /// Fills the frame up with the noise of the source's pause; `false` where there is none, or while its pauses are shortened anyway.
    func fillWithNoise() -> Bool {
        guard background != nil, !isLate else { return false }
        let missing = formats.frameSamples - pcm.count
        guard missing > 0, let room = pcm.room(for: missing) else { return false }
        background?.generator.generate(into: room)
        pcm.append(missing)
        isNoise = true
        return true
    }

    /// The source is not heard any more.
    func endNoise() { background = nil }

    /// Audio of the source is being played.
    func endNoise(at timestamp: Int64) {
        isNoise = false
        if let noise = background, timestamp > noise.timestamp { background = nil }
    }
}
