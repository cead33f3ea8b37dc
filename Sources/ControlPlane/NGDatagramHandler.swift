import Logging
import NIOCore
import NIOPosix

/// Datagrams of one socket to messages, and replies back to datagrams.
final class NGDatagramHandler: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>
    typealias OutboundOut = AddressedEnvelope<ByteBuffer>

    /// The longest UDP payload there is, rounded up [bytes].
    static let maximumLength = 65_536
    /// Sockets that a wildcard socket opens for single addresses; a machine has fewer addresses.
    private static let maximumSpecific = 64

    private let logger: Logger
    private let isWildcard: Bool
    private let onMessage: @Sendable (InboundMessage) -> Void
    /// The sockets for single addresses, by address.
    private var specific: [String: EventLoopFuture<any Channel>] = [:]

    init(logger: Logger, isWildcard: Bool, _ onMessage: @escaping @Sendable (InboundMessage) -> Void) {
        self.logger = logger
        self.isWildcard = isWildcard
        self.onMessage = onMessage
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let envelope = unwrapInboundIn(data)
        let outbound = outbound(context, to: envelope.metadata?.packetInfo?.destinationAddress)
        let remote = envelope.remoteAddress
        let logger = logger
        let message = InboundMessage(bytes: Array(envelope.data.readableBytesView)) { reply in
            outbound.whenSuccess { channel in
                let write = channel.writeAndFlush(AddressedEnvelope(remoteAddress: remote, data: ByteBuffer(bytes: reply)))
                write.whenFailure { logger.warning("reply of \(reply.count) bytes to \(remote) is lost: \($0)") }
            }
        }
        onMessage(message)
    }

    /// An error of one datagram, such as a client that went away, is none of the socket.
    func errorCaught(context: ChannelHandlerContext, error: any Error) { logger.debug("ng socket: \(error)") }

    func channelInactive(context: ChannelHandlerContext) {
        for channel in specific.values { channel.whenSuccess { $0.close(promise: nil) } }
        specific = [:]
    }

    /// The socket that replies leave from: for a wildcard one, that of the address which the request came to.
    private func outbound(_ context: ChannelHandlerContext, to destination: SocketAddress?) -> EventLoopFuture<any Channel> {
        let own = context.eventLoop.makeSucceededFuture(context.channel)
        guard isWildcard, let ip = destination?.ipAddress, let port = context.channel.localAddress?.port,
              let address = try? SocketAddress(ipAddress: ip, port: port) else { return own }
        if let channel = specific[ip] { return channel }
        guard specific.count < Self.maximumSpecific else { return own }
        let wildcard = context.channel
        let logger = logger
        let channel = DatagramBootstrap.forNG(context.eventLoop, logger: logger, isWildcard: false, onMessage)
            .channelOption(.socketOption(.so_reuseaddr), value: 1)
            .bind(to: address)
            .flatMapErrorThrowing { error in
                logger.notice("no socket for \(ip), replies leave as the system chooses: \(error)")
                return wildcard
            }
        specific[ip] = channel
        return channel
    }
}
