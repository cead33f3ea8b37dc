/// Plays speech faster without changing its pitch: from time to time one whole period of the signal is taken out, and
/// what was before it is faded over into what comes after (WSOLA: Verhelst and Roelands, ICASSP 1993).
///
/// The period is the shift at which the signal is most like itself. Never more than a tenth of what was played is taken
/// out, so that the speed stays at or below 1.10. Where the signal resembles itself nowhere, it waits for a better
/// place as long as that costs no speed. No call but `init` allocates.
final class TimeStretcher {
    /// The longest period that is taken out [samples]: 15 ms, one of the lowest voice's 67 Hz.
    let longestPeriod: Int
    /// 2.5 ms; less is never taken out.
    let shortestPeriod: Int
    /// The search looks at every so many samples' mean first.
    private let decimation: Int
    private let coarse: UnsafeMutablePointer<Int16>
    /// Played since a period was taken out, less what that one cost [samples].
    private var earned = 0

    /// Samples that must have been played for each one that is taken out.
    private static let cost = 10
    /// From here on the fade is not heard: the square of the correlation coefficient, which is 1 for equal signals.
    private static let goodLikeness = 0.6

    /// - Parameter sampleRate: 8000 to 48000 [Hz].
    init(sampleRate: Int) {
        longestPeriod = sampleRate * 15 / 1000
        shortestPeriod = sampleRate / 400
        decimation = max(1, sampleRate / 8000)
        coarse = .allocate(capacity: 2 * longestPeriod)
        coarse.initialize(repeating: 0, count: 2 * longestPeriod)
    }

    deinit { coarse.deallocate() }

    /// What lies in the buffer beyond a frame that is about to be played, so that the longest period can be taken out [samples].
    func wantedReserve(beyond frameSamples: Int) -> Int { max(longestPeriod, 2 * longestPeriod - frameSamples) }

    /// This much is played, which allows for a tenth of it to be taken out. More than one period is not saved up.
    func played(_ samples: Int) { earned = min(earned, longestPeriod * Self.cost) + samples }

    /// Takes a period out of the front of the buffer if it is time for that and a good place.
    /// - Parameter maximum: at most so many samples.
    /// - Returns: how many samples fewer there are.
    func shorten(_ buffer: PCMBuffer, byAtMost maximum: Int) -> Int {
        let longest = min(longestPeriod, maximum, buffer.count / 2)
        guard longest >= shortestPeriod, earned >= shortestPeriod * Self.cost,
              let samples = buffer.mutableFront(min(buffer.count, 2 * longestPeriod)) else { return 0 }
        let found = bestPeriod(UnsafeBufferPointer(samples), upTo: longest)
        // Speech that is like itself nowhere, such as a hiss, is not spared for ever.
        let isOverdue = earned >= longestPeriod * Self.cost && longest == longestPeriod
        guard found.period * Self.cost <= earned, found.likeness >= Self.goodLikeness || isOverdue else { return 0 }
        fade(samples, over: found.period)
        buffer.removeFirst(found.period)
        earned -= found.period * Self.cost
        return found.period
    }

    /// Begins as the first period and ends as the second one, which it takes the place of.
    private func fade(_ samples: UnsafeMutableBufferPointer<Int16>, over period: Int) {
        for index in 0..<period {
            let mixed = Int(samples[index]) * (period - index) + Int(samples[period + index]) * index
            samples[period + index] = Int16(truncatingIfNeeded: mixed / period)
        }
    }

    private func bestPeriod(_ samples: UnsafeBufferPointer<Int16>, upTo longest: Int) -> (period: Int, likeness: Double) {
        let count = samples.count / decimation
        for index in 0..<count {
            var sum = 0
            for offset in 0..<decimation { sum += Int(samples[index * decimation + offset]) }
            coarse[index] = Int16(truncatingIfNeeded: sum / decimation)
        }
        let shortest = (shortestPeriod + decimation - 1) / decimation
        let rough = best(UnsafeBufferPointer(start: coarse, count: count), from: shortest, through: longest / decimation)
        guard decimation > 1 else { return rough }
        let middle = rough.period * decimation
        return best(samples, from: max(shortestPeriod, middle - decimation), through: min(longest, middle + decimation))
    }

    /// The shift from `shortest` through `longest` at which the signal is most like itself.
    private func best(_ samples: UnsafeBufferPointer<Int16>, from shortest: Int, through longest: Int) -> (period: Int, likeness: Double) {
        var best = (period: max(1, longest), likeness: -1.0)
        guard shortest <= longest else { return best }
        let window = min(samples.count - longest, samples.count / 2)
        for shift in shortest...longest {
            let likeness = likeness(samples, shift: shift, window: window)
            if likeness > best.likeness { best = (shift, likeness) }
        }
        return best
    }

    /// The square of the correlation coefficient, with its sign; the root is not worth its price.
    private func likeness(_ samples: UnsafeBufferPointer<Int16>, shift: Int, window: Int) -> Double {
        var product = 0, former = 0, latter = 0
        for index in 0..<window {
            let (a, b) = (Int(samples[index]), Int(samples[index + shift]))
            product &+= a &* b
            former &+= a &* a
            latter &+= b &* b
        }
        guard former > 0, latter > 0 else { return former == latter ? 1 : 0 }
        return Double(product) * Double(abs(product)) / (Double(former) * Double(latter))
    }
}
