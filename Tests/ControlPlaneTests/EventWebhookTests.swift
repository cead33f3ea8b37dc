@testable import ControlPlane
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import Testing
import Wire

/// The webhook against a web server on loopback.
@Suite struct EventWebhookTests {
    private func target(
        _ url: WebhookURL, secret: String? = nil, _ change: (inout WebhookConfiguration) -> Void = { _ in },
        sleep: @escaping @Sendable (Nanoseconds) async throws -> Void = { try await Task.sleep(nanoseconds: UInt64(clamping: $0.count)) }
    ) throws -> WebhookTarget {
        var configuration = WebhookConfiguration(url: url, secret: try secret.map { text in try WebhookSecret(text) })
        // Repetitions come at once.
        configuration.retries.firstDelay = Nanoseconds(1)
        configuration.retries.maximumDelay = Nanoseconds(1)
        configuration.flushTime = .seconds(60)
        change(&configuration)
        let client = WebhookClient(configuration, on: MultiThreadedEventLoopGroup.singleton) { 1_781_270_400_900_000_000 }
        return WebhookTarget(configuration, poster: client, logger: .silent, sleep: sleep)
    }

    @Test func aRequestWithItsSignature() async throws {
        let server = EventWebServer()
        let target = try target(try await server.start(), secret: "s3cret")
        await target.send(EventSamples.message(42, text: "{\"event\":\"dtmf\"}"))
        let request = try #require(await server.requests(1).first)
        await target.close()
        await server.stop()
        #expect(request.head.method == .POST && request.head.uri == "/hook?token=t")
        #expect(request.body == "{\"event\":\"dtmf\"}")
        #expect(request.header("Content-Type") == "application/json")
        #expect(request.header("X-Rtpbridge-Event") == "dtmf")
        #expect(request.header("X-Rtpbridge-Delivery") == "42")
        #expect(request.header("X-Rtpbridge-Timestamp") == "1781270400")
        #expect(request.header("X-Rtpbridge-Signature") == EventSignatureTests.known)
    }

    @Test func withoutASecretNothingIsSigned() async throws {
        let server = EventWebServer()
        let target = try target(try await server.start())
        await target.send(EventSamples.message(1))
        let request = try #require(await server.requests(1).first)
        await target.close()
        await server.stop()
        #expect(request.header("X-Rtpbridge-Signature") == nil)
    }

    @Test func anErrorIsRepeatedAndTheOrderOfACallKept() async throws {
        let failures = ["1": 2, "3": 1]
        let server = EventWebServer { request, tries in
            tries <= failures[request.header("X-Rtpbridge-Delivery") ?? "", default: 0] ? (.internalServerError, [:]) : (.ok, [:])
        }
        let target = try target(try await server.start())
        for id in 1...4 as ClosedRange<UInt64> { await target.send(EventSamples.message(id)) }
        await target.close()
        await server.stop()
        #expect(await server.requests.map { $0.header("X-Rtpbridge-Delivery") } == ["1", "1", "1", "2", "3", "3", "4"])
        #expect(await target.counters == EventCounters(sent: 4, retried: 3, dropped: 0, failed: 0))
    }

    @Test(arguments: [408, 429, 500, 503]) func statusesThatAreTriedAgain(_ status: Int) async throws {
        let counters = try await counters { _, _ in (HTTPResponseStatus(statusCode: status), [:]) }
        #expect(counters == EventCounters(sent: 0, retried: 2, dropped: 0, failed: 1))
    }

    @Test(arguments: [301, 307, 400, 401, 404, 413]) func statusesThatAreFinal(_ status: Int) async throws {
        let counters = try await counters { _, _ in (HTTPResponseStatus(statusCode: status), ["Location": "http://127.0.0.1:1/"]) }
        #expect(counters == EventCounters(sent: 0, retried: 0, dropped: 0, failed: 1))
    }

    @Test func aLostConnectionIsTriedAgain() async throws {
        #expect(try await counters { _, _ in nil }.retried == 2)
    }

    @Test func nobodyListens() async throws {
        let server = EventWebServer()
        let url = try await server.start()
        await server.stop()
        let target = try target(url) { $0.retries.maximumTries = 3 }
        await target.send(EventSamples.message(1))
        await target.close()
        #expect(await target.counters == EventCounters(sent: 0, retried: 2, dropped: 0, failed: 1))
    }

    /// The server's wish, within bounds; without one the schedule's own delay.
    @Test(arguments: [("2", 2_000), ("86400", 3_000), ("soon", 500)]) func retryAfter(_ header: String, _ milliseconds: Int) async throws {
        let (waits, sink) = AsyncStream.makeStream(of: Nanoseconds.self)
        let server = EventWebServer { _, _ in (.tooManyRequests, ["Retry-After": header]) }
        let flushTime = Nanoseconds.seconds(99)
        let target = try target(try await server.start()) {
            $0.retries.firstDelay = .milliseconds(500)
            $0.retries.maximumDelay = .seconds(3)
            $0.flushTime = flushTime
        } sleep: { length in
            if length == flushTime { return }
            sink.yield(length)
            try await Task.sleep(nanoseconds: UInt64.max >> 2)
        }
        await target.send(EventSamples.message(1))
        var waited = waits.makeAsyncIterator()
        let wait = try #require(await waited.next())
        // Some of it has passed until the alarm is set.
        #expect((Nanoseconds.milliseconds(max(0, milliseconds - 900))...Nanoseconds.milliseconds(milliseconds)).contains(wait))
        await target.close()
        await server.stop()
        #expect(await target.counters.dropped == 1)
    }

    @Test func aServerThatNeverAnswersHoldsNothingUpForEver() async throws {
        let (asked, sink) = AsyncStream.makeStream(of: Void.self)
        let poster = Poster { _ in
            sink.yield()
            try? await Task.sleep(nanoseconds: UInt64.max >> 2)
            return PostResult(outcome: .failed(retryAfter: nil), detail: "cancelled")
        }
        var configuration = WebhookConfiguration(url: try WebhookURL("http://a"))
        configuration.queueLength = 2
        configuration.flushTime = .milliseconds(20)
        let target = WebhookTarget(configuration, poster: poster, logger: .silent)
        await target.send(EventSamples.message(1))
        for await _ in asked { break }
        for id in 2...6 as ClosedRange<UInt64> { await target.send(EventSamples.message(id)) }
        #expect(await target.counters.dropped == 3)
        await target.close()
        // The one under way too.
        #expect(await target.counters.dropped == 6)
        // What comes after the end is not taken.
        await target.send(EventSamples.message(7))
        #expect(await target.counters.dropped == 6)
    }

    private func counters(_ answer: @escaping EventWebServer.Answer) async throws -> EventCounters {
        let server = EventWebServer(answer)
        let target = try target(try await server.start()) { $0.retries.maximumTries = 3 }
        await target.send(EventSamples.message(1))
        await target.close()
        await server.stop()
        return await target.counters
    }

    struct Poster: EventPoster {
        var body: @Sendable (EventMessage) async -> PostResult
        func post(_ message: EventMessage) async -> PostResult { await body(message) }
        func close() async {}
    }
}
