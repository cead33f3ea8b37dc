@testable import ControlPlane
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket
import Testing
import Wire

/// The WebSocket server on loopback.
@Suite struct EventWebSocketTests {
    private func with(
        _ change: (inout WebSocketConfiguration) -> Void = { _ in }, _ body: (EventServer, Int) async throws -> Void
    ) async throws {
        var configuration = WebSocketConfiguration(address: ListenAddress(ip: IPAddress(v4: 0x7f00_0001), port: 0))
        change(&configuration)
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let server = try await EventServer.open(configuration, on: loop, logger: .silent)
        do { try await body(server, try #require(server.localAddress?.port)) } catch {
            await server.close()
            throw error
        }
        await server.close()
    }

    /// A client that the server knows of: it has answered a ping.
    private func client(_ port: Int, _ target: String = "/events") async throws -> EventWebSocketClient {
        let client = try await EventWebSocketClient(port, target)
        try await Self.greet(client)
        return client
    }

    private static func greet(_ client: EventWebSocketClient) async throws {
        try await client.send(.ping, "hello")
        #expect(await client.next() == .pong("hello"))
    }

    @Test func everyEventIsATextFrame() async throws {
        try await with { server, port in
            let client = try await client(port)
            for id in 1...3 as ClosedRange<UInt64> { await server.send(EventSamples.message(id)) }
            for id in 1...3 { #expect(await client.next() == .text("{\"event-id\":\(id)}")) }
            #expect(await server.counters.sent == 3)
            await client.close()
        }
    }

    @Test func aFilterNarrowsToCalls() async throws {
        try await with { server, port in
            let all = try await client(port), two = try await client(port, "/events?call-id=a%2F1&call-id=b")
            for (id, call) in [(1, "a"), (2, "a/1"), (3, "c"), (4, "b")] as [(UInt64, String)] {
                await server.send(EventSamples.message(id, call: call))
            }
            for id in 1...4 { #expect(await all.next() == .text("{\"event-id\":\(id)}")) }
            for id in [2, 4] { #expect(await two.next() == .text("{\"event-id\":\(id)}")) }
        }
    }

    @Test func aSlowReaderIsDisconnectedAndTheOthersGoOn() async throws {
        try await with({ $0.maximumBacklog = 1 << 18 }) { server, port in
            let slow = try await EventWebSocketClient(port, reads: false)
            let quick = try await client(port)
            let text = String(repeating: "x", count: 1 << 16)
            var sent: UInt64 = 0
            // Kernel buffers take some of it, a few megabytes at most.
            while await server.counters.dropped == 0, sent < 1_000 {
                sent += 1
                await server.send(EventSamples.message(sent, text: text))
                #expect(await quick.next() == .text(text))
            }
            #expect(await server.counters.dropped == 1)
            await server.send(EventSamples.message(sent + 1))
            #expect(await quick.next() == .text("{\"event-id\":\(sent + 1)}"))
            await slow.close()
        }
    }

    @Test func silentClientsArePinged() async throws {
        try await with({ $0.pingInterval = .milliseconds(20) }) { _, port in
            let client = try await EventWebSocketClient(port)
            // It does not answer, and is gone after two.
            #expect(await client.next() == .ping)
            #expect(await client.next() == .ping)
            #expect(await client.next() == nil)
        }
    }

    @Test func onlySoManyClients() async throws {
        try await with({ $0.maximumClients = 2 }) { server, port in
            let first = try await client(port), second = try await client(port)
            let third = try await EventWebSocketClient(port)
            #expect(await third.next() == .refused(503))
            #expect(await third.next() == nil)
            await first.close()
            // The place is free once the server has seen it.
            var fourth = EventWebSocketClient.Incoming.refused(503)
            for _ in 0..<200 where fourth == .refused(503) {
                let client = try await EventWebSocketClient(port)
                await server.send(EventSamples.message(1))
                fourth = await client.next() ?? .refused(0)
                await client.close()
            }
            #expect(fourth == .text("{\"event-id\":1}"))
            await second.close()
        }
    }

    @Test(arguments: ["/", "/event", "/events/", "/events?call-id=%zz", "/ng"]) func otherPathsAreNotThere(_ target: String) async throws {
        try await with { _, port in
            let client = try await EventWebSocketClient(port, target)
            #expect(await client.next() == .refused(404))
            #expect(await client.next() == nil)
        }
    }

    @Test func pagesOfOtherServersAreRefused() async throws {
        try await with { _, port in
            let foreign = try await EventWebSocketClient(port, headers: ["Host": "relay:8080", "Origin": "https://evil.example"])
            #expect(await foreign.next() == .refused(403))
            let own = try await EventWebSocketClient(port, headers: ["Host": "relay:8080", "Origin": "http://relay:8080"])
            try await Self.greet(own)
        }
    }

    @Test func framesMustBeMaskedAndShort() async throws {
        try await with { server, port in
            let unmasked = try await client(port)
            try await unmasked.send(.text, "x", isMasked: false)
            #expect(await unmasked.next() == .closing(1002))
            await unmasked.closed()
            let long = try await client(port)
            try await long.send(.text, String(repeating: "x", count: 5_000))
            #expect(await long.next() == .closing(1009))
            await long.closed()
            // What a client says is not listened to otherwise.
            let talking = try await client(port)
            try await talking.send(.text, "{\"command\":\"delete\"}")
            await server.send(EventSamples.message(1))
            #expect(await talking.next() == .text("{\"event-id\":1}"))
        }
    }

    @Test func bothSidesSayGoodbye() async throws {
        try await with { server, port in
            let leaving = try await client(port)
            try await leaving.send(.connectionClose)
            #expect(await leaving.next() == .closing(1000))
            await leaving.closed()
            let staying = try await client(port)
            await server.close()
            #expect(await staying.next() == .closing(1001))
            #expect(await staying.next() == nil)
        }
    }

    /// Requests that are none, those without an upgrade, and those that never come to their end.
    @Test func bareRequests() async throws {
        try await with { _, port async throws in
            #expect(try await Self.exchange(port, "GET /events HTTP/1.1\r\nHost: a\r\n\r\n").hasPrefix("HTTP/1.1 426 "))
            #expect(try await Self.exchange(port, "POST /events HTTP/1.1\r\nHost: a\r\n\r\n").hasPrefix("HTTP/1.1 404 "))
            #expect(try await Self.exchange(port, "\u{16}\u{3}\u{1}").hasPrefix("HTTP/1.1 400 "))
        }
        try await with({ $0.requestTimeout = .milliseconds(50) }) { _, port async throws in
            #expect(try await Self.exchange(port, "GET /ev").isEmpty)
        }
    }

    /// What a client gets for some bytes, until the server closes.
    private static func exchange(_ port: Int, _ text: String) async throws -> String {
        let (parts, sink) = AsyncStream.makeStream(of: String.self)
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Collector(sink)) }
            }
            .connect(host: "127.0.0.1", port: port).get()
        channel.writeAndFlush(ByteBuffer(string: text), promise: nil)
        return await parts.reduce("", +)
    }

    private final class Collector: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private let sink: AsyncStream<String>.Continuation

        init(_ sink: AsyncStream<String>.Continuation) { self.sink = sink }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) { sink.yield(String(buffer: unwrapInboundIn(data))) }
        func channelInactive(context: ChannelHandlerContext) { sink.finish() }
        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }
}
