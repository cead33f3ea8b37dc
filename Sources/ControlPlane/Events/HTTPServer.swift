import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket
import Wire

/// A path at which the HTTP server speaks WebSocket (RFC 6455).
struct WebSocketRoute: Sendable {
    /// The status by which a client is turned away; `nil` lets it in. Called on the server's loop.
    var refusal: @Sendable (RequestTarget, HTTPHeaders) -> HTTPResponseStatus?
    /// Gives the connection its handler. Called on the server's loop.
    var attach: @Sendable (any Channel, RequestTarget) -> EventLoopFuture<Void>
}

/// The HTTP server of events: an address, its connections with their limits, and a table of what it has at which path.
struct HTTPServer: Sendable {
    private let listener: TCPListener

    var channels: [any Channel] { listener.channels }

    struct Limits: Sendable {
        var connections: Int
        /// From a connection to its request.
        var requestTimeout: Nanoseconds
        /// Of a WebSocket client's frames [bytes].
        var frameLength: Int
    }

    /// - Parameter loop: everything of the server runs on it, one thing after the other.
    static func bind(
        _ address: ListenAddress, on loop: any EventLoop, limits: Limits, webSockets: [String: WebSocketRoute]
    ) async throws -> HTTPServer {
        let routes = HTTPRoutes(webSockets: webSockets)
        return HTTPServer(listener: try await TCPListener.bind(address, on: loop, maximum: limits.connections) { channel in
            try configure(channel, routes, limits)
        })
    }

    func close() async { await listener.close() }

    private static func configure(_ channel: any Channel, _ routes: HTTPRoutes, _ limits: Limits) throws {
        let plain = HTTPRequestHandler(routes, timeout: .nanoseconds(limits.requestTimeout.count))
        let upgrader = NIOWebSocketServerUpgrader(
            maxFrameSize: limits.frameLength,
            shouldUpgrade: { channel, head in
                channel.eventLoop.makeSucceededFuture(routes.refusal(of: head) == nil ? [:] : nil)
            },
            upgradePipelineHandler: { channel, head in
                guard let target = RequestTarget(head.uri), let route = routes.webSockets[target.path] else { return channel.close() }
                return route.attach(channel, target)
            })
        let bound = NIOLoopBound(plain, eventLoop: channel.eventLoop)
        try channel.pipeline.syncOperations.configureHTTPServerPipeline(
            withServerUpgrade: ([upgrader], { $0.pipeline.syncOperations.removeHandler(bound.value, promise: nil) }))
        try channel.pipeline.syncOperations.addHandler(plain)
    }
}

/// What the server has at which path.
struct HTTPRoutes: Sendable {
    var webSockets: [String: WebSocketRoute]

    /// Why a request is not served; `nil` for one that may become a WebSocket.
    func refusal(of head: HTTPRequestHead) -> HTTPResponseStatus? {
        guard head.method == .GET, let target = RequestTarget(head.uri), let route = webSockets[target.path] else { return .notFound }
        guard Self.isSameOrigin(head.headers) else { return .forbidden }
        return route.refusal(target, head.headers)
    }

    /// Browsers let every page open a WebSocket to every server and say whose page it is (RFC 6455 section 10.2). Other
    /// clients say nothing.
    private static func isSameOrigin(_ headers: HTTPHeaders) -> Bool {
        guard let origin = headers.first(name: "Origin") else { return true }
        guard let host = headers.first(name: "Host") else { return false }
        return ["http://\(host)", "https://\(host)"].contains { $0.lowercased() == origin.lowercased() }
    }
}

/// Answers what does not become a WebSocket, one request for each connection.
final class HTTPRequestHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let routes: HTTPRoutes
    private let timeout: TimeAmount
    private var alarm: Scheduled<Void>?

    init(_ routes: HTTPRoutes, timeout: TimeAmount) {
        self.routes = routes
        self.timeout = timeout
    }

    func handlerAdded(context: ChannelHandlerContext) {
        alarm = context.eventLoop.assumeIsolated().scheduleTask(in: timeout) { context.close(promise: nil) }
    }

    /// It has become a WebSocket, or is closed.
    func handlerRemoved(context: ChannelHandlerContext) { alarm?.cancel() }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .head(let head) = unwrapInboundIn(data) else { return }
        let status = routes.refusal(of: head) ?? .upgradeRequired
        var response = HTTPResponseHead(version: .http1_1, status: status, headers: ["Connection": "close", "Content-Length": "0"])
        if status == .upgradeRequired { response.headers.add(name: "Upgrade", value: "websocket") }
        context.write(wrapOutboundOut(.head(response)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil))).assumeIsolated().whenComplete { _ in context.close(promise: nil) }
    }

    /// A refused upgrade is an error too, and its request comes after it.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if error is HTTPParserError { context.close(promise: nil) }
    }
}
