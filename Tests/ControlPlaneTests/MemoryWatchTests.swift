@testable import ControlPlane
import Testing
import Wire

@Suite struct MemoryWatchTests {
    private let start = MonotonicInstant(nanoseconds: 1_000)

    @Test func onlyAfterManyCallsHaveEnded() {
        var watch = MemoryWatch()
        #expect(watch.isDue(calls: 1_000, at: start) == false)
        #expect(watch.isDue(calls: 600, at: start) == false)
        #expect(watch.isDue(calls: 500, at: start) == true)
        #expect(watch.isDue(calls: 500, at: start + .seconds(14)) == false)
        // Once more for what was kept a little longer than the calls.
        #expect(watch.isDue(calls: 500, at: start + .seconds(15)) == true)
        #expect(watch.isDue(calls: 500, at: start + .seconds(60)) == false)
    }

    @Test func aFewCallsAreNotWorthIt() {
        var watch = MemoryWatch()
        #expect(watch.isDue(calls: MemoryWatch.fewestEnded - 1, at: start) == false)
        #expect(watch.isDue(calls: 0, at: start) == false)
    }

    @Test func notAllTheTime() {
        var watch = MemoryWatch()
        _ = watch.isDue(calls: 1_000, at: start)
        #expect(watch.isDue(calls: 0, at: start) == true)
        _ = watch.isDue(calls: 1_000, at: start)
        #expect(watch.isDue(calls: 0, at: start + .seconds(4)) == false)
        #expect(watch.isDue(calls: 0, at: start + .seconds(5)) == true)
    }
}
