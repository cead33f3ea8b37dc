@testable import ControlPlane
import Testing
import Wire

@Suite struct MemoryWatchTests {
    private let start = MonotonicInstant(nanoseconds: 1_000)

    /// What the watch asks for in a time in which it looks ten times a second, with the moments.
    private func steps(
        _ watch: inout MemoryWatch, calls: Int, from: Nanoseconds, to: Nanoseconds
    ) -> [(step: MemoryWatch.Step, at: Nanoseconds)] {
        stride(from: from.count, to: to.count, by: 100_000_000).compactMap { span in
            watch.step(calls: calls, at: start + Nanoseconds(span)).map { ($0, Nanoseconds(span)) }
        }
    }

    @Test func afterHalfOfTheCallsHaveEndedAndTheRestHadTime() {
        var watch = MemoryWatch()
        #expect(steps(&watch, calls: 1_000, from: .zero, to: .seconds(1)).isEmpty)
        #expect(steps(&watch, calls: 501, from: .seconds(1), to: .seconds(9)).isEmpty)
        #expect(steps(&watch, calls: 500, from: .seconds(9), to: .seconds(10)).isEmpty)
        let seen = steps(&watch, calls: 500, from: .seconds(10), to: .seconds(20))
        #expect(seen.map(\.step) == [.tidy, .search])
        #expect(seen.map(\.at) == [.seconds(10), .milliseconds(10_200)])
    }

    @Test func onceMoreWhenTheRepliesAreForgotten() {
        var watch = MemoryWatch()
        _ = steps(&watch, calls: 1_000, from: .zero, to: .seconds(1))
        _ = steps(&watch, calls: 0, from: .seconds(1), to: .seconds(4))
        let later = Nanoseconds.seconds(2) + MemoryWatch.secondLook
        let seen = steps(&watch, calls: 0, from: .seconds(4), to: .seconds(600))
        #expect(seen.map(\.step) == [.tidy, .search])
        #expect(seen.first?.at == later)
    }

    @Test func aFewCallsAreNotWorthIt() {
        var watch = MemoryWatch()
        #expect(steps(&watch, calls: MemoryWatch.fewestEnded - 1, from: .zero, to: .seconds(1)).isEmpty)
        #expect(steps(&watch, calls: 0, from: .seconds(1), to: .seconds(100)).isEmpty)
    }

    /// Calls that come and go all the time are not followed by a search each time, and what ends right after one waits for the next.
    @Test func notAllTheTime() {
        var watch = MemoryWatch()
        var searches: [Nanoseconds] = []
        for tenth in 0..<100 {
            let span = Nanoseconds.milliseconds(tenth * 100)
            if watch.step(calls: tenth % 2 == 0 ? 1_000 : 0, at: start + span) == .search { searches.append(span) }
        }
        #expect((2...4).contains(searches.count))
        for (earlier, later) in zip(searches, searches.dropFirst()) { #expect(later - earlier >= MemoryWatch.interval) }
    }
}
