@testable import ControlPlane
import NGProtocol
import Testing
import Wire

/// The control side's timers, with the test in the place of the clock.
@Suite struct TimerTests {
    /// Asks until the call is gone; the timer's message is on its way by then.
    private func untilGone(_ test: TestPlane) async throws {
        while await test.plane.callCount > 0 { await Task.yield() }
    }

    @Test func aDeletedCallGoesOnForItsDelay() async throws {
        try await TestPlane.with { test async throws in
            _ = try await test.offer()
            _ = try await test.answer()
            let delete: NGDictionary = ["command": "delete", "call-id": "call", "from-tag": "a"]
            #expect(try await test.request(delete)["result"] == "ok")
            await test.pass(.seconds(29))
            #expect(try await test.request(["command": "query", "call-id": "call"])["result"] == "ok")
            await test.pass(.seconds(1))
            try await untilGone(test)
        }
    }

    @Test func theDelayOfTheMessageIsStronger() async throws {
        try await TestPlane.with { test async throws in
            _ = try await test.offer()
            #expect(try await test.request(["command": "delete", "call-id": "call", "delete delay": 5])["result"] == "ok")
            await test.pass(.seconds(4))
            #expect(await test.plane.callCount == 1)
            await test.pass(.seconds(1))
            try await untilGone(test)
        }
    }

    @Test func aNewOfferTakesADeletionBack() async throws {
        try await TestPlane.with { test async throws in
            _ = try await test.offer()
            _ = try await test.answer()
            _ = try await test.request(["command": "delete", "call-id": "call"])
            await test.pass(.seconds(29))
            #expect(try await test.offer()["result"] == "ok")
            await test.pass(.seconds(31))
            #expect(try await test.request(["command": "query", "call-id": "call"])["result"] == "ok")
        }
    }

    @Test func otherPartiesNeedNotWaitForTheDelay() async throws {
        try await TestPlane.with { test async throws in
            _ = try await test.offer(from: "a")
            #expect(try await test.offer(from: "z")["error-reason"] == "Invalid dialogue association")
            _ = try await test.request(["command": "delete", "call-id": "call"])
            #expect(try await test.offer(from: "z")["result"] == "ok")
            #expect(await test.plane.callCount == 1)
            #expect(try await test.request(["command": "query", "call-id": "call"]).at("tags", "a") == nil)
        }
    }

    @Test func anOfferWithoutAnAnswerIsGivenUp() async throws {
        try await TestPlane.with({ $0.timeouts.offer = .seconds(77) }) { test async throws in
            _ = try await test.offer()
            await test.pass(.seconds(77))
            try await untilGone(test)
        }
    }

    @Test func anAnswerStopsTheOfferTimer() async throws {
        try await TestPlane.with({ $0.timeouts.offer = .seconds(77) }) { test async throws in
            _ = try await test.offer()
            await test.pass(.seconds(76))
            _ = try await test.answer()
            await test.pass(.seconds(60))
            #expect(try await test.request(["command": "query", "call-id": "call"])["result"] == "ok")
        }
    }

    @Test func noCallIsOlderThanTheFinalTimeout() async throws {
        try await TestPlane.with({ $0.timeouts.final = .seconds(99) }) { test async throws in
            _ = try await test.offer()
            _ = try await test.answer()
            await test.pass(.seconds(98))
            #expect(try await test.request(["command": "query", "call-id": "call"])["result"] == "ok")
            await test.pass(.seconds(1))
            try await untilGone(test)
        }
    }

    /// `--timeout` is the engine's: a call of which nothing is heard leaves the registry by itself.
    @Test func aSilentCallEndsByItself() async throws {
        try await TestPlane.with({ $0.timeouts.media = .milliseconds(50); $0.timeouts.silent = .milliseconds(50) }) { test async throws in
            _ = try await test.offer()
            _ = try await test.answer()
            try await untilGone(test)
        }
    }
}
