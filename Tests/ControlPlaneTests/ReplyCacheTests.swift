@testable import ControlPlane
import Testing
import Wire

@Suite struct ReplyCacheTests {
    private let start = MonotonicInstant(nanoseconds: 1_000)
    private func cookie(_ text: String) -> [UInt8] { Array(text.utf8) }

    @Test func aDuplicateGetsTheSameReply() {
        var cache = ReplyCache(at: start)
        #expect(cache.begin(cookie("a"), at: start) { _ in } == .new)
        #expect(cache.finish(cookie("a"), reply: [1]).count == 1)
        #expect(cache.begin(cookie("a"), at: start) { _ in } == .done([1]))
        #expect(cache.begin(cookie("A"), at: start) { _ in } == .new)
    }

    @Test func aDuplicateInFlightWaits() {
        var cache = ReplyCache(at: start)
        #expect(cache.begin(cookie("a"), at: start) { _ in } == .new)
        for _ in 0..<50 { #expect(cache.begin(cookie("a"), at: start) { _ in } == .running) }
        #expect(cache.finish(cookie("a"), reply: [1]).count == ReplyCache.maximumWaiters)
    }

    @Test func aReplyLivesThirtyToSixtySeconds() {
        var cache = ReplyCache(at: start)
        _ = cache.begin(cookie("a"), at: start) { _ in }
        _ = cache.finish(cookie("a"), reply: [1])
        #expect(cache.begin(cookie("a"), at: start + .seconds(29)) { _ in } == .done([1]))
        #expect(cache.begin(cookie("a"), at: start + .seconds(30)) { _ in } == .done([1]))
        #expect(cache.begin(cookie("a"), at: start + .seconds(59)) { _ in } == .done([1]))
        #expect(cache.begin(cookie("a"), at: start + .seconds(60)) { _ in } == .new)
    }

    @Test func whatRunsOutlivesTheGenerations() {
        var cache = ReplyCache(at: start)
        _ = cache.begin(cookie("slow"), at: start) { _ in }
        _ = cache.begin(cookie("x"), at: start + .seconds(40)) { _ in }
        _ = cache.begin(cookie("y"), at: start + .seconds(80)) { _ in }
        #expect(cache.begin(cookie("slow"), at: start + .seconds(120)) { _ in } == .running)
        #expect(cache.finish(cookie("slow"), reply: [2]).count == 2)
    }

    @Test func whatRunsIsBounded() {
        var cache = ReplyCache(at: start)
        for index in 0..<ReplyCache.maximumRunning { _ = cache.begin(cookie("\(index)"), at: start) { _ in } }
        #expect(cache.begin(cookie("more"), at: start) { _ in } == .overloaded)
        _ = cache.finish(cookie("0"), reply: [])
        #expect(cache.begin(cookie("more"), at: start) { _ in } == .new)
    }
}
