import Testing
import Wire
@testable import MediaCore

/// The two windows against the plain computation over all their samples.
@Suite struct DelayEstimatorTests {
    @Test func thePercentileIsThatOfTheSortedDelays() {
        var random = SplitMix64(seed: 1)
        var histogram = DelayHistogram()
        var all: [Int] = []
        for step in 0..<3000 {
            let spread = step / 500 % 3 == 0 ? 5 : 90
            let delay = Int.random(in: 0..<spread, using: &random) + (step % 50 == 0 ? 200 : 0)
            histogram.record(.milliseconds(delay))
            all.append(delay)
            let window = all.suffix(512).sorted()
            let expected = window[window.count - 1 - window.count * 3 / 100]
            #expect(histogram.percentile == .milliseconds(expected / 2 * 2 + 2))
        }
    }

    @Test func delaysOutOfRangeAreCountedAtTheEnds() {
        var histogram = DelayHistogram()
        #expect(histogram.percentile == .zero)
        histogram.record(Nanoseconds(.min))
        #expect(histogram.percentile == .milliseconds(2))
        histogram.record(Nanoseconds(.max))
        #expect(histogram.percentile == .milliseconds(512))
    }

    @Test func theLeastTransitIsThatOfTheLastEightSeconds() {
        var random = SplitMix64(seed: 2)
        var window = TransitWindow()
        var all: [(second: Int64, transit: Int64)] = []
        var now: Int64 = 500_000_000
        for _ in 0..<5000 {
            now += Int64.random(in: 0..<200_000_000, using: &random)
            if random.next() % 500 == 0 { now += 9_000_000_000 }
            let transit = Int64.random(in: -1000...1000, using: &random)
            all.append((now / 1_000_000_000, transit))
            window.note(transit, at: MonotonicInstant(nanoseconds: now))
            let expected = all.reversed().prefix { $0.second > now / 1_000_000_000 - 8 }.map(\.transit).min()
            #expect(window.minimum == expected)
        }
    }

    @Test func aClockThatStepsBackIsSurvived() {
        var window = TransitWindow()
        for second in [100, 5, Int64.max, .min, 0] {
            window.note(second, at: MonotonicInstant(nanoseconds: second))
            #expect(!window.isEmpty)
        }
    }
}
