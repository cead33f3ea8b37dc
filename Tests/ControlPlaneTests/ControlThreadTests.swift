@testable import ControlPlane
import Testing
import Wire

/// What every command and every worker's answer depends on: nothing that is posted is lost, and the order of each poster is kept.
@Suite struct ControlThreadTests {
    @ControlActor
    private final class Journal {
        var entries: [(poster: Int, number: Int)] = []
        nonisolated init() {}
    }

    @Test func ordersAndLosesNothing() async {
        let journal = Journal()
        await withTaskGroup(of: Void.self) { group in
            for poster in 0..<4 {
                group.addTask {
                    for number in 0..<2_000 {
                        ControlThread.post { journal.entries.append((poster, number)) }
                        // Now and then the thread falls asleep between two.
                        if number.isMultiple(of: 100) { await ControlActor.run {} }
                    }
                }
            }
        }
        let entries = await ControlActor.run { journal.entries }
        #expect(entries.count == 8_000)
        for poster in 0..<4 { #expect(entries.filter { $0.poster == poster }.map(\.number) == Array(0..<2_000)) }
    }

    @Test func isolationHoldsWithoutATask() async {
        #expect(ControlThread.shared.isIsolatingCurrentContext() == false)
        let inside = await withCheckedContinuation { continuation in
            ControlThread.post {
                continuation.resume(returning: ControlActor.assumeIsolated { ControlThread.shared.isIsolatingCurrentContext() })
            }
        }
        #expect(inside == true)
    }

    /// A deadline is met though nothing else happens; without the wake-up this would hang.
    @Test func aDeadlineWakesTheThread() async {
        let member = Member()
        await withCheckedContinuation { continuation in
            ControlThread.post {
                member.onDeadline = continuation
                ControlLoop.shared.add(member)
            }
        }
        await ControlActor.run { ControlLoop.shared.remove(member) }
    }

    @ControlActor
    private final class Member: ControlLoopMember {
        var onDeadline: CheckedContinuation<Void, Never>?
        private var turns = 0

        var timeLeft: Nanoseconds? { onDeadline == nil ? nil : .milliseconds(5) }

        func meetDeadlines() {
            turns += 1
            guard turns > 2 else { return }
            onDeadline?.resume()
            onDeadline = nil
        }
    }
}
