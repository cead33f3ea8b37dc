import Testing
@testable import rtpbridge_load

@Suite struct DelayHistogramTests {
    @Test func quantilesAreAtMostOnePartIn64TooHigh() {
        var histogram = DelayHistogram()
        for time in 1...100_000 { histogram.record(Int64(time) * 1000) }
        for (share, exact) in [(0.5, 50_000_000.0), (0.99, 99_000_000), (0.999, 99_900_000)] {
            let read = Double(histogram.quantile(share))
            #expect(read >= exact && read <= exact * (1 + 1.0 / 64), "\(share)")
        }
        #expect(histogram.quantile(1) == 100_000_000)
        #expect(histogram.maximum == 100_000_000)
        #expect(histogram.count == 100_000)
    }

    @Test func shortTimesAreExact() {
        var histogram = DelayHistogram()
        for time in 0..<64 { histogram.record(Int64(time)) }
        #expect(histogram.quantile(0.5) == 31)
        #expect(histogram.mean == 31.5)
    }

    @Test func oneLateRecordIsOnlyTheLastQuantile() {
        var histogram = DelayHistogram()
        for _ in 0..<999 { histogram.record(1_000_000) }
        histogram.record(500_000_000)
        #expect(histogram.quantile(0.999) < 1_020_000)
        #expect(histogram.quantile(1) == 500_000_000)
    }

    @Test func whatIsOutsideTheRangeIsKeptAtItsEnds() {
        var histogram = DelayHistogram()
        histogram.record(-5)
        histogram.record(.max)
        #expect(histogram.count == 2)
        #expect(histogram.quantile(0.5) == 0)
        #expect(DelayHistogram().quantile(0.5) == 0)
    }
}
