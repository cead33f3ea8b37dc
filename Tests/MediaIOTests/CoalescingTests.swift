@testable import MediaIO
import Testing
import Wire

@Suite struct CoalescingTests {
    /// A worker that is woken for so many packets a second, evenly.
    private func pause(packetsPerSecond rate: Int, answered: Double = 1, woken ago: Nanoseconds = .zero) -> Nanoseconds {
        var now = MonotonicInstant(nanoseconds: 0)
        var coalescing = Coalescing(at: now)
        for _ in 0..<100 {
            now = now + .milliseconds(1)
            coalescing.note(packets: rate / 1000, answers: Int(Double(rate) * answered / 1000), at: now)
        }
        return coalescing.pause(at: now, woken: MonotonicInstant(nanoseconds: now.nanoseconds - ago.count))
    }

    @Test func fewPacketsAreAnsweredAtOnce() {
        for rate in [0, 1000, 5000, 9000] { #expect(pause(packetsPerSecond: rate) == .zero) }
    }

    @Test func manyWaitForEachOther() {
        for rate in [10_000, 20_000, 40_000] { #expect(pause(packetsPerSecond: rate) == Coalescing.longest) }
        for rate in [80_000, 200_000] { #expect(pause(packetsPerSecond: rate) == Nanoseconds(16_000_000_000 / Int64(rate))) }
    }

    @Test func packetsThatNobodyWaitsForWaitForTheNextFrame() {
        #expect(pause(packetsPerSecond: 2000, answered: 0) == Coalescing.audioGrid)
        #expect(pause(packetsPerSecond: 400_000, answered: 0.0025) == Coalescing.audioGrid)
        // A few relayed calls among them are enough.
        #expect(pause(packetsPerSecond: 100_000, answered: 0.01) == .microseconds(160))
        #expect(pause(packetsPerSecond: 2000, answered: 0.5) == .zero)
        #expect(pause(packetsPerSecond: 0, answered: 0) == .zero)
    }

    @Test func aWorkerThatIsBehindDoesNotPause() {
        #expect(pause(packetsPerSecond: 50_000, woken: .microseconds(150)) == .microseconds(170))
        #expect(pause(packetsPerSecond: 50_000, woken: .milliseconds(3)) == .zero)
    }

    @Test func itStopsWhenThePacketsDo() {
        var coalescing = Coalescing(at: MonotonicInstant(nanoseconds: 0))
        let busy = MonotonicInstant(nanoseconds: 20_000_000)
        coalescing.note(packets: 1000, answers: 1000, at: busy)
        #expect(coalescing.pause(at: busy, woken: busy) > .zero)
        let quiet = busy + .seconds(1)
        coalescing.note(packets: 1, answers: 1, at: quiet)
        #expect(coalescing.pause(at: quiet, woken: quiet) == .zero)
    }
}
