import Logging
import NIOCore
import NIOHTTP1
import NIOSSL
import NIOWebSocket
import Wire

/// ng, the operator's commands and metrics by HTTP and WebSocket (`--listen-http`, `--listen-https`).
struct ControlHTTPServer: Sendable {
    let listener: TCPListener
    private let connections: ConnectionSet

    static let maximumConnections = 256
    /// Of a request's body, and of a WebSocket message [bytes].
    static let maximumBody = NGStreamFramer.maximumLength
    /// A message may come in so many frames.
    private static let maximumFrames = 1_024

    /// - Parameters:
    ///   - tls: for HTTPS.
    ///   - idleTimeout: zero is never.
    static func open(
        _ address: ListenAddress, tls: NIOSSLContext?, idleTimeout: Nanoseconds, inlet: ControlInlet, on loop: any EventLoop,
        trafficClass: UInt8, logger: Logger
    ) async throws -> ControlHTTPServer {
        let connections = ConnectionSet(on: loop)
        let listener = try await TCPListener.bind(address, on: loop, maximum: maximumConnections, trafficClass: trafficClass) { channel in
            connections.add(channel)
            let pipeline = channel.pipeline.syncOperations
            if let tls { try pipeline.addHandler(NIOSSLServerHandler(context: tls)) }
            if idleTimeout > .zero {
                try pipeline.addHandler(IdleStateHandler(allTimeout: .nanoseconds(idleTimeout.count)))
                try pipeline.addHandler(IdleConnectionCloser())
            }
            try configure(channel, inlet, logger)
        }
        return ControlHTTPServer(listener: listener, connections: connections)
    }

    func close() async {
        await listener.close()
        await connections.close()
    }

    private static func configure(_ channel: any Channel, _ inlet: ControlInlet, _ logger: Logger) throws {
        let handler = NIOLoopBound(ControlHTTPHandler(inlet, logger: logger), eventLoop: channel.eventLoop)
        let upgrader = NIOWebSocketServerUpgrader(
            maxFrameSize: maximumBody,
            shouldUpgrade: { channel, head in
                let chosen = WebSocketSubprotocol.chosen(head)
                return channel.eventLoop.makeSucceededFuture(chosen.map { ["Sec-WebSocket-Protocol": $0.rawValue] })
            },
            upgradePipelineHandler: { channel, head in
                channel.eventLoop.makeCompletedFuture {
                    guard let chosen = WebSocketSubprotocol.chosen(head) else { return }
                    let aggregator = NIOWebSocketFrameAggregator(
                        minNonFinalFragmentSize: 0, maxAccumulatedFrameCount: maximumFrames, maxAccumulatedFrameSize: maximumBody)
                    try channel.pipeline.syncOperations.addHandlers([aggregator, ControlWebSocketHandler(chosen, inlet)])
                }
            })
        try channel.pipeline.syncOperations.configureHTTPServerPipeline(
            withPipeliningAssistance: true,
            withServerUpgrade: ([upgrader], { $0.pipeline.syncOperations.removeHandler(handler.value, promise: nil) }))
        try channel.pipeline.syncOperations.addHandler(handler.value)
    }
}

extension NIOSSLContext {
    /// Of PEM files; both are read now.
    static func server(_ files: ControlPlaneConfiguration.TLSFiles) throws -> NIOSSLContext {
        let chain = try NIOSSLCertificate.fromPEMFile(files.certificate).map { NIOSSLCertificateSource.certificate($0) }
        let key = try NIOSSLPrivateKey(file: files.key ?? files.certificate, format: .pem)
        return try NIOSSLContext(configuration: .makeServerConfiguration(certificateChain: chain, privateKey: .privateKey(key)))
    }
}

/// Closes a connection on which nothing has happened for long.
private final class IdleConnectionCloser: ChannelInboundHandler {
    typealias InboundIn = NIOAny

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is IdleStateHandler.IdleStateEvent { context.close(promise: nil) } else { context.fireUserInboundEventTriggered(event) }
    }
}
