@testable import ControlPlane
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket
import Testing

/// A WebSocket client that reads when the test does.
final class EventWebSocketClient: Sendable {
    enum Incoming: Sendable, Equatable {
        case text(String)
        case binary(String)
        case ping, pong(String)
        /// The code of a close frame.
        case closing(UInt16?)
        /// The server's answer where it did not become a WebSocket.
        case refused(Int)
    }

    private let channel: any Channel
    private let incoming: AsyncStream<Incoming>

    /// - Parameter target: path and query.
    init(_ port: Int, _ target: String = "/events", reads: Bool = true, headers: HTTPHeaders = [:]) async throws {
        let (incoming, sink) = AsyncStream.makeStream(of: Incoming.self)
        self.incoming = incoming
        var head = HTTPRequestHead(version: .http1_1, method: .GET, uri: target, headers: headers)
        if !head.headers.contains(name: "Host") { head.headers.add(name: "Host", value: "localhost") }
        let (channel, upgrade) = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.socketOption(.so_rcvbuf), value: 1 << 14)
            .connect(host: "127.0.0.1", port: port) { [head] channel in
                channel.eventLoop.makeCompletedFuture {
                    let upgrader = NIOTypedWebSocketClientUpgrader<Void>(maxFrameSize: 1 << 20, upgradePipelineHandler: { channel, _ in
                        channel.eventLoop.makeCompletedFuture {
                            try channel.pipeline.syncOperations.addHandler(FrameHandler(sink))
                            if !reads { try channel.syncOptions?.setOption(.autoRead, value: false) }
                        }
                    })
                    let configuration = NIOTypedHTTPClientUpgradeConfiguration(upgradeRequestHead: head, upgraders: [upgrader]) { channel in
                        channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(HeadHandler(sink)) }
                    }
                    return (channel, try channel.pipeline.syncOperations.configureUpgradableHTTPClientPipeline(
                        configuration: .init(upgradeConfiguration: configuration)))
                }
            }
        self.channel = channel
        try await upgrade.get()
        channel.closeFuture.whenComplete { _ in sink.finish() }
    }

    /// What comes, until the connection ends.
    func next() async -> Incoming? {
        for await one in incoming { return one }
        return nil
    }

    func send(_ opcode: WebSocketOpcode, _ text: String = "", isMasked: Bool = true) async throws {
        let key = isMasked ? WebSocketMaskingKey([1, 2, 3, 4]) : nil
        try await channel.writeAndFlush(WebSocketFrame(fin: true, opcode: opcode, maskKey: key, data: ByteBuffer(string: text))).get()
    }

    func close() async { try? await channel.close().get() }
    /// Waits until the server has closed.
    func closed() async { try? await channel.closeFuture.get() }

    private final class HeadHandler: ChannelInboundHandler {
        typealias InboundIn = HTTPClientResponsePart

        private let sink: AsyncStream<Incoming>.Continuation

        init(_ sink: AsyncStream<Incoming>.Continuation) { self.sink = sink }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            if case .head(let head) = unwrapInboundIn(data) { sink.yield(.refused(Int(head.status.code))) }
        }
    }

    private final class FrameHandler: ChannelInboundHandler {
        typealias InboundIn = WebSocketFrame

        private let sink: AsyncStream<Incoming>.Continuation

        init(_ sink: AsyncStream<Incoming>.Continuation) { self.sink = sink }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let frame = unwrapInboundIn(data)
            var payload = frame.data
            switch frame.opcode {
            case .text: sink.yield(.text(String(buffer: payload)))
            case .binary: sink.yield(.binary(String(buffer: payload)))
            case .ping: sink.yield(.ping)
            case .pong: sink.yield(.pong(String(buffer: payload)))
            case .connectionClose: sink.yield(.closing(payload.readInteger(as: UInt16.self)))
            default: break
            }
        }
    }
}
