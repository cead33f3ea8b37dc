@testable import ControlPlane
import Foundation
import Logging
import NIOCore
import NIOPosix
import Testing
import Wire

/// From a record to what arrives, and what becomes of targets that do not keep up.
@Suite struct EventPublisherTests {
    /// Keeps what it is sent, when the test lets it.
    actor Recorder: EventTarget {
        nonisolated let name = "recorder"
        private(set) var messages: [EventMessage] = []
        private(set) var isClosed = false
        private var isHeld: Bool
        private var held: [CheckedContinuation<Void, Never>] = []

        init(isHeld: Bool = false) { self.isHeld = isHeld }

        func send(_ message: EventMessage) async {
            if isHeld { await withCheckedContinuation { held.append($0) } }
            messages.append(message)
        }
        func release() {
            isHeld = false
            for one in held { one.resume() }
        }
        func close() { isClosed = true }
        var counters: EventCounters { EventCounters(sent: UInt64(messages.count)) }
    }

    @Test func numbersGrowAndKindsAreFiltered() async throws {
        let recorder = Recorder()
        let publisher = EventPublisher(targets: [recorder], kinds: [.dtmf, .ended], firstID: 1_000, logger: .silent)
        #expect(publisher.wants(.dtmf) && !publisher.wants(.silence))
        for record in EventSamples.all { publisher.publish(record) }
        await publisher.close()
        let messages = await recorder.messages
        #expect(messages.map(\.kind) == [.dtmf, .ended])
        #expect(messages.map(\.id) == [1_000, 1_001])
        #expect(messages.allSatisfy { String(buffer: $0.body).contains("\"event-id\":\($0.id)") })
        #expect(await recorder.isClosed)
    }

    /// Calls publish from many threads at once.
    @Test func numbersGrowInTheOrderInWhichEventsLeave() async {
        let recorder = Recorder()
        let publisher = EventPublisher(targets: [recorder], firstID: 0, logger: .silent)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask { for _ in 0..<200 { publisher.publish(EventSamples.record(.mediaReady, of: nil)) } }
            }
        }
        await publisher.close()
        #expect(await recorder.messages.map(\.id) == Array(0..<1_600))
    }

    @Test func withoutATargetNothingIsDone() async {
        let publisher = EventPublisher.silent(.silent)
        #expect(EventKind.allCases.allSatisfy { !publisher.wants($0) })
        publisher.publish(EventSamples.record(.mediaReady, of: nil))
        await publisher.close()
        #expect(publisher.dropped == 0)
    }

    /// `publish` neither waits nor piles up without end.
    @Test func aTargetThatHangsCostsEventsAndNothingElse() async {
        let recorder = Recorder(isHeld: true)
        let publisher = EventPublisher(targets: [recorder], firstID: 0, logger: .silent)
        let extra = 100
        for _ in 0..<(EventPublisher.maximumPending + extra) { publisher.publish(EventSamples.record(.mediaReady, of: nil)) }
        #expect((UInt64(extra) - 1...UInt64(extra)).contains(publisher.dropped))
        await recorder.release()
        await publisher.close()
        #expect(await UInt64(recorder.messages.count) == UInt64(EventPublisher.maximumPending + extra) - publisher.dropped)
    }

    @Test func datagrams() async throws {
        let socket = try UDPSocket()
        var configuration = EventConfiguration()
        configuration.udp = try EventHost("127.0.0.1:\(socket.port)")
        let publisher = try await EventPublisher.start(
            configuration, on: MultiThreadedEventLoopGroup.singleton, logger: .silent) { 1_781_270_400_000_000_000 }
        for record in EventSamples.all { publisher.publish(record) }
        for (index, record) in EventSamples.all.enumerated() {
            let datagram = try #require(await socket.receive())
            let object = try #require(try JSONSerialization.jsonObject(with: Data(datagram.bytes)) as? [String: Any])
            #expect(object["event"] as? String == record.kind.rawValue)
            #expect(object["event-id"] as? UInt64 == 1_781_270_400_000_000 + UInt64(index))
        }
        await publisher.close()
    }

    @Test func everyTargetAtOnce() async throws {
        let socket = try UDPSocket(), server = EventWebServer()
        var configuration = EventConfiguration()
        configuration.udp = try EventHost("127.0.0.1:\(socket.port)")
        configuration.webhook = WebhookConfiguration(url: try await server.start())
        configuration.webSocket = WebSocketConfiguration(address: ListenAddress(ip: IPAddress(v4: 0x7f00_0001), port: 0))
        let publisher = try await EventPublisher.start(configuration, on: MultiThreadedEventLoopGroup.singleton, logger: .silent) { 0 }
        let client = try await EventWebSocketClient(try #require(publisher.webSocketAddress?.port))
        var received: EventWebSocketClient.Incoming?
        while received == nil {
            publisher.publish(EventSamples.record(.mediaReady, of: EventSamples.pbx))
            received = await client.next()
        }
        let datagram = try #require(await socket.receive())
        let request = try #require(await server.requests(1).first)
        await publisher.close()
        await server.stop()
        #expect(String(decoding: datagram.bytes, as: UTF8.self) == request.body)
        guard case .text(let text) = received else { return #expect(Bool(false), "no text frame") }
        #expect(text.contains("\"event\":\"media-ready\""))
    }

    @Test func whatCannotBeOpenedIsSaid() async throws {
        let group = MultiThreadedEventLoopGroup.singleton
        var configuration = EventConfiguration()
        configuration.udp = try EventHost("no-such-host.invalid:1")
        await #expect(throws: EventTargetError.unknownHost("no-such-host.invalid")) {
            try await EventPublisher.start(configuration, on: group, logger: .silent) { 0 }
        }
        let socket = try await ServerBootstrap(group: group).bind(host: "127.0.0.1", port: 0).get()
        configuration.udp = nil
        let taken = ListenAddress(ip: IPAddress(v4: 0x7f00_0001), port: UInt16(socket.localAddress?.port ?? 0))
        configuration.webSocket = WebSocketConfiguration(address: taken)
        await #expect(throws: EventTargetError.self) {
            try await EventPublisher.start(configuration, on: group, logger: .silent) { 0 }
        }
        try await socket.close().get()
    }
}
