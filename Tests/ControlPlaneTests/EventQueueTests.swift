@testable import ControlPlane
import Testing
import Wire

/// The webhook's queue, in time that the test tells.
@Suite struct EventQueueTests {
    private let start = EventSamples.instant(0)

    private func queue(_ change: (inout WebhookConfiguration) -> Void = { _ in }) throws -> WebhookQueue {
        var configuration = WebhookConfiguration(url: try WebhookURL("http://a"))
        change(&configuration)
        return WebhookQueue(configuration, seed: 1)
    }

    /// The macro cannot take a call that changes its value.
    private func unwrap(_ entry: WebhookQueue.Entry?) throws -> WebhookQueue.Entry { try #require(entry) }

    @Test func eventsOfACallGoOneAfterTheOther() throws {
        var queue = try queue()
        for (id, call) in [(1, "a"), (2, "a"), (3, "b"), (4, "a")] as [(UInt64, String)] {
            queue.append(EventSamples.message(id, call: call), at: start)
        }
        let first = try unwrap(queue.next(at: start))
        #expect(first.message.id == 1)
        #expect(queue.next(at: start)?.message.id == 3)
        #expect(queue.next(at: start) == nil)
        queue.finish(first.place, .delivered, at: start)
        #expect(queue.next(at: start)?.message.id == 2)
    }

    @Test func aRepetitionHoldsBackItsCallAndNoOther() throws {
        var queue = try queue()
        queue.append(EventSamples.message(1, call: "a"), at: start)
        queue.append(EventSamples.message(2, call: "a"), at: start)
        let first = try unwrap(queue.next(at: start))
        queue.finish(first.place, .failed(retryAfter: .seconds(3)), at: start)
        queue.append(EventSamples.message(3, call: "b"), at: start)
        #expect(queue.next(at: start)?.message.id == 3)
        #expect(queue.next(at: start + .milliseconds(2_999)) == nil)
        #expect(queue.deadline == start + .seconds(3))
        let again = try unwrap(queue.next(at: start + .seconds(3)))
        #expect(again.message.id == 1 && again.tries == 2)
        #expect(queue.counters.retried == 1)
    }

    @Test func onlySoManyAtATime() throws {
        var queue = try queue { $0.concurrency = 2 }
        for id in 1...3 as ClosedRange<UInt64> { queue.append(EventSamples.message(id, call: "\(id)"), at: start) }
        let first = try unwrap(queue.next(at: start))
        _ = try unwrap(queue.next(at: start))
        #expect(queue.next(at: start) == nil && queue.deadline == nil)
        queue.finish(first.place, .refused, at: start)
        #expect(queue.next(at: start)?.message.id == 3)
        #expect(queue.counters.failed == 1)
    }

    @Test func whatIsGivenUpIsNotTriedAgain() throws {
        var queue = try queue()
        for id in 1...3 as ClosedRange<UInt64> { queue.append(EventSamples.message(id), at: start) }
        let first = try unwrap(queue.next(at: start))
        queue.removeAll()
        #expect(queue.counters.dropped == 3 && queue.isEmpty)
        queue.finish(first.place, .failed(retryAfter: nil), at: start)
        #expect(queue.isEmpty && queue.deadline == nil && queue.counters.failed == 0)
    }

    @Test func theOldestMakesRoom() throws {
        var queue = try queue { $0.queueLength = 3 }
        for id in 1...5 as ClosedRange<UInt64> { queue.append(EventSamples.message(id), at: start) }
        #expect(queue.count == 3 && queue.counters.dropped == 2)
        let oldest = try unwrap(queue.next(at: start))
        #expect(oldest.message.id == 3)
        // The place of the one under way is taken; when it comes back it is the oldest.
        queue.append(EventSamples.message(6), at: start)
        queue.finish(oldest.place, .failed(retryAfter: nil), at: start)
        #expect(queue.count == 3 && queue.counters.dropped == 3)
        #expect(queue.next(at: start)?.message.id == 4)
    }

    @Test func triesAreCounted() throws {
        var queue = try queue { $0.retries.maximumTries = 3 }
        queue.append(EventSamples.message(1), at: start)
        queue.append(EventSamples.message(2), at: start)
        var now = start
        for attempt in 1...3 {
            now = max(now, try #require(queue.deadline))
            let entry = try unwrap(queue.next(at: now))
            #expect(entry.message.id == 1 && entry.tries == attempt)
            queue.finish(entry.place, .failed(retryAfter: nil), at: now)
        }
        #expect(queue.next(at: now)?.message.id == 2)
        #expect(queue.counters == EventCounters(sent: 0, retried: 2, dropped: 0, failed: 1))
    }

    @Test func oldEventsAreGivenUp() throws {
        var queue = try queue { $0.retries.maximumAge = .seconds(10) }
        queue.append(EventSamples.message(1), at: start)
        let entry = try unwrap(queue.next(at: start + .seconds(9)))
        queue.finish(entry.place, .failed(retryAfter: .seconds(2)), at: start + .seconds(9))
        #expect(queue.isEmpty && queue.counters.failed == 1)
    }

    @Test func delaysDoubleWithinBoundsAndDiffer() {
        var random = SplitMix64(seed: 5)
        let schedule = RetrySchedule()
        for (tries, longest) in [(1, 500), (2, 1_000), (3, 2_000), (7, 32_000), (8, 60_000), (1_000, 60_000)] {
            let delays = (0..<200).map { _ in schedule.delay(after: tries, wished: nil, random: &random).milliseconds }
            #expect(delays.allSatisfy { (Int64(longest / 2)...Int64(longest)).contains($0) })
            #expect(Set(delays).count > 50)
        }
    }

    @Test func theServersWishCountsWithinBounds() {
        var random = SplitMix64(seed: 5)
        let schedule = RetrySchedule()
        #expect(schedule.delay(after: 1, wished: .seconds(7), random: &random) == .seconds(7))
        #expect(schedule.delay(after: 1, wished: .seconds(86_400), random: &random) == .seconds(60))
        #expect(schedule.delay(after: 1, wished: .zero, random: &random) >= .milliseconds(250))
    }

    /// Whatever is set and whatever comes of the tries, the queue keeps its bounds and loses count of nothing.
    @Test func chaos() throws {
        var random = SplitMix64(seed: 99)
        var queue = try queue { $0.queueLength = 20; $0.concurrency = 3; $0.retries.maximumTries = 4 }
        var now = start, underWay: [WebhookQueue.Entry] = [], newest: [String: UInt64] = [:]
        let total: UInt64 = 5_000
        for id in 1...total {
            now = now + .milliseconds(Int.random(in: 0...400, using: &random))
            queue.append(EventSamples.message(id, call: "\(id % 7)"), at: now)
            while let entry = queue.next(at: now) {
                #expect(entry.message.id >= newest[entry.message.callID, default: 0])
                newest[entry.message.callID] = entry.message.id
                underWay.append(entry)
            }
            #expect(underWay.count <= 3 && queue.count <= 20)
            #expect(Set(underWay.map(\.message.callID)).count == underWay.count)
            if Bool.random(using: &random), let index = underWay.indices.randomElement(using: &random) {
                let outcomes: [WebhookQueue.Outcome] = [.delivered, .refused, .failed(retryAfter: nil)]
                queue.finish(underWay.remove(at: index).place, outcomes[Int.random(in: 0...2, using: &random)], at: now)
            }
        }
        let counters = queue.counters
        #expect(counters.sent + counters.dropped + counters.failed + UInt64(queue.count + underWay.count) == total)
    }
}
