@testable import ControlPlane
import NIOCore
import NIOHTTP1
import NIOPosix
import Testing

/// A web server for webhooks: keeps what it is sent and answers by a script.
actor EventWebServer {
    struct Request: Sendable {
        var head: HTTPRequestHead
        var body: String
        func header(_ name: String) -> String? { head.headers.first(name: name) }
    }

    /// Gets the request and how often its event has come, this time included; `nil` closes the connection instead of an answer.
    typealias Answer = @Sendable (Request, Int) -> (status: HTTPResponseStatus, headers: HTTPHeaders)?

    private(set) var requests: [Request] = []
    private var waiters: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    private var channel: (any Channel)?
    private let answer: Answer

    init(_ answer: @escaping Answer = { _, _ in (.ok, [:]) }) { self.answer = answer }

    func start() async throws -> WebhookURL {
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(Handler(self))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        self.channel = channel
        return try WebhookURL("http://127.0.0.1:\(channel.localAddress?.port ?? 0)/hook?token=t")
    }

    func stop() async { try? await channel?.close().get() }

    /// Waits for so many requests, from the first one on.
    func requests(_ count: Int) async -> [Request] {
        if requests.count < count { await withCheckedContinuation { waiters.append((count, $0)) } }
        return requests
    }

    fileprivate func take(_ request: Request) -> (status: HTTPResponseStatus, headers: HTTPHeaders)? {
        requests.append(request)
        for waiter in waiters where waiter.count <= requests.count { waiter.continuation.resume() }
        waiters.removeAll { $0.count <= requests.count }
        let event = request.header("X-Rtpbridge-Delivery")
        return answer(request, requests.count { $0.header("X-Rtpbridge-Delivery") == event })
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        private let server: EventWebServer
        private var head: HTTPRequestHead?
        private var body = ByteBuffer()

        init(_ server: EventWebServer) { self.server = server }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head):
                self.head = head
                body = ByteBuffer()
            case .body(var part): body.writeBuffer(&part)
            case .end:
                guard let head else { return }
                let request = Request(head: head, body: String(buffer: body))
                let server = server
                let channel = context.channel
                Task {
                    guard let (status, headers) = await server.take(request) else { return channel.close(promise: nil) }
                    let head = HTTPResponseHead(version: .http1_1, status: status, headers: headers)
                    channel.write(HTTPServerResponsePart.head(head), promise: nil)
                    channel.writeAndFlush(HTTPServerResponsePart.end(nil), promise: nil)
                }
            }
        }
    }
}
