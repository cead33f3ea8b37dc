/// Concealment by the method of `PacketLossConcealer` at rates that spandsp's does not have: its periods are counted in samples of 8 kHz.
final class PitchRepeater {
    /// Pitch periods from 66 to 200 Hz, and as much speech as one is looked for in [samples].
    private let shortestPeriod, longestPeriod, span: Int
    /// The search looks at every so manieth sample: as many a second as at 8 kHz.
    private let stride: Int
    /// The last samples that were played, the oldest first.
    private let history: UnsafeMutableBufferPointer<Int16>
    /// The period that is repeated; its end leads back to its beginning.
    private let cycle: UnsafeMutableBufferPointer<Int16>
    private var period = 0
    /// The next sample of `cycle`.
    private var position = 0
    /// Made up since the last real frame [samples].
    private var missing = 0
    private let fadeLength: Int

    /// - Parameter sampleRate: 8000 to 48000 [Hz].
    init(sampleRate: Int) {
        let sampleRate = min(max(sampleRate, 8000), 48000)
        shortestPeriod = sampleRate / 200
        longestPeriod = sampleRate * 15 / 1000
        span = sampleRate / 50
        stride = sampleRate / 8000
        fadeLength = sampleRate / 20
        history = .allocate(capacity: span + longestPeriod)
        history.initialize(repeating: 0)
        cycle = .allocate(capacity: longestPeriod)
        cycle.initialize(repeating: 0)
    }

    deinit {
        history.deallocate()
        cycle.deallocate()
    }

    /// Notes a frame that was received. The first one after a gap is changed a little, to join up smoothly.
    func received(_ frame: UnsafeMutableBufferPointer<Int16>) {
        if missing > 0 {
            let overlap = min(period / 4, frame.count)
            for index in 0..<overlap { frame[index] = blend(faded(nextOfCycle()), frame[index], index + 1, of: overlap) }
            missing = 0
        }
        remember(frame)
    }

    /// Writes a substitute for a frame that is missing.
    func conceal(into frame: UnsafeMutableBufferPointer<Int16>) {
        if missing == 0, frame.count > 0 { beginGap() }
        let isFirst = missing == 0
        let overlap = period / 4
        for index in frame.indices {
            var sample = faded(nextOfCycle())
            // Speech played backwards carries on from its own last sample.
            if isFirst, index < overlap { sample = blend(history[history.count - 1 - index], sample, index + 1, of: overlap) }
            frame[index] = sample
            missing = min(missing + 1, fadeLength)
        }
        remember(frame)
    }

    /// Forgets what was heard.
    func reset() {
        history.update(repeating: 0)
        missing = 0
    }

    /// Makes a cycle of the last period; its last quarter turns into what came before it.
    private func beginGap() {
        period = findPeriod()
        position = 0
        let end = history.count
        let overlap = period / 4
        for index in 0..<period {
            let sample = history[end - period + index]
            let intoOverlap = index - (period - overlap)
            cycle[index] = intoOverlap < 0 ? sample : blend(sample, history[end - period + index - period], intoOverlap + 1, of: overlap)
        }
    }

    private func nextOfCycle() -> Int16 {
        guard position < period else { return 0 }
        defer { position = position + 1 == period ? 0 : position + 1 }
        return cycle[position]
    }

    private func faded(_ sample: Int16) -> Int16 {
        Int16(truncatingIfNeeded: Int(sample) * (fadeLength - missing) / fadeLength)
    }

    /// From `old` to `new` in `count` steps.
    private func blend(_ old: Int16, _ new: Int16, _ step: Int, of count: Int) -> Int16 {
        Int16(truncatingIfNeeded: (Int(old) * (count - step) + Int(new) * step) / count)
    }

    private func remember(_ frame: UnsafeMutableBufferPointer<Int16>) {
        guard let kept = history.baseAddress, let new = frame.baseAddress else { return }
        let count = min(frame.count, history.count)
        kept.update(from: kept + count, count: history.count - count)
        (kept + history.count - count).update(from: new + frame.count - count, count: count)
    }

    // MARK: - Pitch

    /// The lag at which the last 20 ms are most like what came before them, by the average magnitude of the difference; of equal ones the
    /// shortest, as the others are two or three periods.
    private func findPeriod() -> Int {
        var best = shortestPeriod
        var least = Int.max
        var lag = shortestPeriod
        while lag <= longestPeriod {
            let difference = difference(at: lag, step: stride)
            if difference < least { (best, least) = (lag, difference) }
            lag += stride
        }
        guard stride > 1 else { return best }
        let near = max(shortestPeriod, best - stride + 1)...min(longestPeriod, best + stride - 1)
        least = .max
        for lag in near {
            let difference = difference(at: lag, step: stride)
            if difference < least { (best, least) = (lag, difference) }
        }
        return best
    }

    private func difference(at lag: Int, step: Int) -> Int {
        var sum = 0
        var index = history.count - span
        while index < history.count {
            sum &+= abs(Int(history[index]) &- Int(history[index - lag]))
            index += step
        }
        return sum
    }
}
