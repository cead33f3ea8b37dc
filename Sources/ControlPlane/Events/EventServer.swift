import Logging
import NIOCore
import NIOHTTP1
import NIOWebSocket
import Wire

/// Events for WebSocket clients, at `/events`; `?call-id=` narrows them to some calls.
final class EventServer: EventTarget {
    private let server: HTTPServer
    private let feed: EventFeed

    let name = "WebSocket"
    static let path = "/events"

    static func open(
        _ configuration: WebSocketConfiguration, on loop: any EventLoop, logger: Logger
    ) async throws(EventTargetError) -> EventServer {
        let feed = EventFeed(configuration, on: loop, logger: logger)
        let route = WebSocketRoute(
            refusal: { _, _ in feed.isFull ? .serviceUnavailable : nil },
            attach: { channel, target in feed.attach(channel, callIDs: Set(target.values(of: "call-id"))) })
        // A few more for those who ask for something else.
        let limits = HTTPServer.Limits(
            connections: configuration.maximumClients + 16, requestTimeout: configuration.requestTimeout,
            frameLength: configuration.maximumFrameLength)
        do {
            let server = try await HTTPServer.bind(configuration.address, on: loop, limits: limits, webSockets: [path: route])
            logger.info("events are at ws://\(server.channels.first?.localAddress?.plain ?? "?")\(path)")
            return EventServer(server, feed)
        } catch { throw .cannotListen(configuration.address, reason: "\(error)") }
    }

    private init(_ server: HTTPServer, _ feed: EventFeed) {
        self.server = server
        self.feed = feed
    }

    var localAddress: SocketAddress? { server.channels.first?.localAddress }

    func send(_ message: EventMessage) async { await feed.send(message) }

    func close() async {
        await server.close()
        await feed.close()
    }

    var counters: EventCounters { get async { await feed.counters } }
}

/// The clients of the server. All of it lives on the server's loop, where nothing waits for a slow one.
final class EventFeed: Sendable {
    private let configuration: WebSocketConfiguration
    private let loop: any EventLoop
    private let logger: Logger
    private let state: NIOLoopBoundBox<State>

    private struct State {
        var clients: [ObjectIdentifier: EventClientHandler] = [:]
        var counters = EventCounters()
    }

    init(_ configuration: WebSocketConfiguration, on loop: any EventLoop, logger: Logger) {
        self.configuration = configuration
        self.loop = loop
        self.logger = logger
        state = .makeBoxSendingValue(State(), eventLoop: loop)
    }

    /// On the loop.
    var isFull: Bool { state.value.clients.count >= configuration.maximumClients }

    /// On the loop. Without call-ids the client gets the events of all calls.
    func attach(_ channel: any Channel, callIDs: Set<String>) -> EventLoopFuture<Void> {
        channel.eventLoop.makeCompletedFuture {
            // The kernel's buffer would else hold megabytes more for a client that does not read.
            try channel.syncOptions?.setOption(.socketOption(.so_sndbuf), value: 1 << 16)
            try channel.pipeline.syncOperations.addHandler(EventClientHandler(configuration, feed: self, callIDs: callIDs))
        }
    }

    func send(_ message: EventMessage) async {
        try? await loop.submit { [self] in
            for client in state.value.clients.values where client.wants(message.callID) { client.send(message.body) }
        }.get()
    }

    func close() async {
        try? await loop.submit { [self] in
            for client in state.value.clients.values { client.leave(.goingAway) }
        }.get()
    }

    var counters: EventCounters {
        get async { (try? await loop.submit { [self] in state.value.counters }.get()) ?? EventCounters() }
    }

    // The handlers' way back, on the loop.

    func joined(_ client: EventClientHandler) { state.value.clients[ObjectIdentifier(client)] = client }
    func left(_ client: EventClientHandler) { state.value.clients[ObjectIdentifier(client)] = nil }
    func sent() { state.value.counters.sent &+= 1 }

    func isTooSlow(_ remote: SocketAddress?) {
        state.value.counters.dropped &+= 1
        logger.notice("event client \(remote?.plain ?? "?") reads too slowly and is disconnected")
    }
}

extension SocketAddress {
    /// `192.0.2.1:5004` or `[2001:db8::1]:5004`.
    fileprivate var plain: String {
        guard let ipAddress, let port, let address = TransportAddress(ipAddress, port: UInt16(truncatingIfNeeded: port)) else { return "?" }
        return address.description
    }
}
