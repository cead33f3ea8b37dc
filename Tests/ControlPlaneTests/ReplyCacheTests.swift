@testable import ControlPlane
import Testing
import Wire

@ControlActor @Suite struct ReplyCacheTests {
    private let start = MonotonicInstant(nanoseconds: 1_000)
    private func cookie(_ text: String) -> [UInt8] { Array(text.utf8) }
    private func reply(_ text: String) -> [UInt8] { Array(text.utf8) }

    @Test func aDuplicateGetsTheSameReply() {
        var cache = ReplyCache(at: start)
        #expect(cache.begin(cookie("a"), at: start) { _ in } == .new)
        #expect(cache.finish(cookie("a"), reply: reply("a de")).count == 1)
        #expect(cache.begin(cookie("a"), at: start) { _ in } == .done(reply("a de")))
        #expect(cache.begin(cookie("A"), at: start) { _ in } == .new)
    }

    @Test func aDuplicateInFlightWaits() {
        var cache = ReplyCache(at: start)
        #expect(cache.begin(cookie("a"), at: start) { _ in } == .new)
        for _ in 0..<50 { #expect(cache.begin(cookie("a"), at: start) { _ in } == .running) }
        #expect(cache.finish(cookie("a"), reply: reply("a de")).count == ReplyCache.maximumWaiters)
    }

    @Test func aReplyLivesThirtyToSixtySeconds() {
        var cache = ReplyCache(at: start)
        _ = cache.begin(cookie("a"), at: start) { _ in }
        _ = cache.finish(cookie("a"), reply: reply("a de"))
        #expect(cache.begin(cookie("a"), at: start + .seconds(29)) { _ in } == .done(reply("a de")))
        #expect(cache.begin(cookie("a"), at: start + .seconds(30)) { _ in } == .done(reply("a de")))
        #expect(cache.begin(cookie("a"), at: start + .seconds(59)) { _ in } == .done(reply("a de")))
        #expect(cache.begin(cookie("a"), at: start + .seconds(60)) { _ in } == .new)
    }

    /// Nothing comes any more: the replies go all the same.
    @Test func anIdleCacheBecomesEmpty() {
        var cache = ReplyCache(at: start)
        #expect(cache.nextChange == nil)
        _ = cache.begin(cookie("a"), at: start) { _ in }
        _ = cache.finish(cookie("a"), reply: reply("a de"))
        cache.turn(at: start + .seconds(30))
        #expect(cache.nextChange == start + .seconds(60))
        cache.turn(at: start + .seconds(60))
        #expect(cache.nextChange == nil)
    }

    /// Many replies, some larger than a block: each is found whole under its own cookie and no other.
    @Test func manyReplies() {
        var cache = ReplyCache(at: start)
        let lengths = [0, 10, 1_000, 40_000, 300_000]
        func content(_ number: Int) -> [UInt8] {
            Array("c\(number) ".utf8) + [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: lengths[number % lengths.count])
        }
        for number in 0..<200 {
            _ = cache.begin(cookie("c\(number)"), at: start) { _ in }
            _ = cache.finish(cookie("c\(number)"), reply: content(number))
        }
        #expect((0..<200).allSatisfy { cache.begin(cookie("c\($0)"), at: start) { _ in } == .done(content($0)) })
        #expect(cache.begin(cookie("c"), at: start) { _ in } == .new)
    }

    /// What is kept is bounded in bytes: a flood makes it forget early.
    @Test func theBytesAreBounded() {
        var cache = ReplyCache(at: start)
        let filler = [UInt8](repeating: 0, count: 1 << 20)
        func ask(_ text: String) -> Bool { cache.begin(cookie(text), at: start) { _ in } != .new }
        _ = ask("first")
        _ = cache.finish(cookie("first"), reply: reply("first "))
        for number in 0...(2 * ReplyCache.maximumBytes >> 20) + 1 {
            _ = ask("\(number)")
            _ = cache.finish(cookie("\(number)"), reply: Array("\(number) ".utf8) + filler)
        }
        #expect(!ask("first"))
        #expect(ask("\(2 * ReplyCache.maximumBytes >> 20)"))
    }

    @Test func whatRunsOutlivesTheGenerations() {
        var cache = ReplyCache(at: start)
        _ = cache.begin(cookie("slow"), at: start) { _ in }
        _ = cache.begin(cookie("x"), at: start + .seconds(31)) { _ in }
        _ = cache.begin(cookie("y"), at: start + .seconds(62)) { _ in }
        #expect(cache.begin(cookie("slow"), at: start + .seconds(95)) { _ in } == .running)
        #expect(cache.finish(cookie("slow"), reply: reply("slow de")).count == 2)
    }

    @Test func whatRunsIsBounded() {
        var cache = ReplyCache(at: start)
        for index in 0..<ReplyCache.maximumRunning { _ = cache.begin(cookie("\(index)"), at: start) { _ in } }
        #expect(cache.begin(cookie("more"), at: start) { _ in } == .overloaded)
        _ = cache.finish(cookie("0"), reply: reply("0 de"))
        #expect(cache.begin(cookie("more"), at: start) { _ in } == .new)
    }
}
