import MediaCore
@testable import MediaIO
import Testing
import Wire

@Suite struct LoadGovernorTests {
    /// A worker whose load is set, looked at every 100 ms.
    private struct Simulation {
        var now = MonotonicInstant(nanoseconds: 0)
        var governor = LoadGovernor(at: MonotonicInstant(nanoseconds: 0))

        /// Runs at that load; the thrift at each change, with the time.
        mutating func run(_ load: Double, seconds: Int) -> [EncodingThrift] {
            var seen: [EncodingThrift] = []
            for _ in 0..<(seconds * 10) {
                let before = governor.thrift
                now = now + .milliseconds(100)
                _ = governor.note(work: Nanoseconds(Int64(load * 1e8)), until: now)
                if governor.thrift != before { seen.append(governor.thrift) }
            }
            return seen
        }

        /// How long it takes until the thrift changes.
        mutating func secondsUntilChange(_ load: Double) -> Int? {
            let before = governor.thrift
            for second in 1...200 where !run(load, seconds: 1).isEmpty || governor.thrift != before { return second }
            return nil
        }
    }

    private func expect(_ simulation: inout Simulation, _ load: Double, seconds: Int, _ changes: [EncodingThrift]) {
        let seen = simulation.run(load, seconds: seconds)
        #expect(seen == changes)
    }

    @Test func theLoadIsTheShareOfTheLastSecond() {
        var simulation = Simulation()
        _ = simulation.run(0.5, seconds: 10)
        #expect(abs(simulation.governor.load - 0.5) < 0.01)
        _ = simulation.run(0.1, seconds: 5)
        #expect(abs(simulation.governor.load - 0.1) < 0.01)
        // A second asleep is a second without work.
        simulation.now = simulation.now + .seconds(2)
        _ = simulation.governor.note(work: .zero, until: simulation.now)
        #expect(simulation.governor.load == 0)
    }

    @Test func itLooksOnceAWindow() {
        var governor = LoadGovernor(at: MonotonicInstant(nanoseconds: 0))
        let isNew = [50_000_000, 100_000_000, 150_000_000].map {
            governor.note(work: .milliseconds(10), until: MonotonicInstant(nanoseconds: $0))
        }
        #expect(isNew == [false, true, false])
    }

    @Test func thriftFollowsTheLoadStepByStep() {
        var simulation = Simulation()
        expect(&simulation, 0.74, seconds: 20, [])
        expect(&simulation, 0.80, seconds: 20, [.lower])
        expect(&simulation, 0.95, seconds: 20, [.lowest])
        expect(&simulation, 1, seconds: 20, [])
        // Between the thresholds nothing moves, either way.
        expect(&simulation, 0.80, seconds: 20, [])
        expect(&simulation, 0.70, seconds: 20, [.lower])
        expect(&simulation, 0.65, seconds: 20, [])
        expect(&simulation, 0.30, seconds: 20, [EncodingThrift.none])
        #expect(simulation.governor.changes == 4)
    }

    @Test func aShortPeakOrDipChangesNothing() {
        var simulation = Simulation()
        _ = simulation.run(0.5, seconds: 5)
        _ = simulation.governor.note(work: .milliseconds(100), until: simulation.now + .milliseconds(100))
        #expect(simulation.governor.thrift == .none)
        simulation.now = simulation.now + .milliseconds(100)
        expect(&simulation, 0.8, seconds: 10, [.lower])
        expect(&simulation, 0.3, seconds: 3, [])
        expect(&simulation, 0.7, seconds: 20, [])
    }

    /// The cheaper encoder brings the load down, the better one up again: the swings get longer.
    @Test func itDoesNotSwingForEver() {
        var simulation = Simulation()
        var waits: [Int] = []
        for _ in 0..<6 {
            _ = simulation.secondsUntilChange(0.85)
            waits.append(simulation.secondsUntilChange(0.40) ?? .max)
        }
        #expect(waits.first.map { $0 < 8 } == true)
        #expect(zip(waits, waits.dropFirst()).allSatisfy { $0 <= $1 } && waits[5] >= 60)
        // A quiet time makes it ready again.
        _ = simulation.run(0.2, seconds: 100)
        _ = simulation.secondsUntilChange(0.85)
        let wait = simulation.secondsUntilChange(0.40) ?? .max
        #expect(wait < 8)
    }

    /// With io_uring packets move inside the wait, which only the thread's processor time tells.
    @Test func whatTheThreadHasSpentCountsIfItIsMore() {
        var governor = LoadGovernor(at: MonotonicInstant(nanoseconds: 0))
        for window in 1...100 {
            let now = MonotonicInstant(nanoseconds: Int64(window) * 100_000_000)
            _ = governor.note(work: .milliseconds(10), until: now, spent: .milliseconds(window * 60))
        }
        #expect(abs(governor.load - 0.6) < 0.01)
        for window in 101...200 {
            let now = MonotonicInstant(nanoseconds: Int64(window) * 100_000_000)
            _ = governor.note(work: .milliseconds(80), until: now, spent: .milliseconds(6_000))
        }
        #expect(abs(governor.load - 0.8) < 0.01)
    }
}
