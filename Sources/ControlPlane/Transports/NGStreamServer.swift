import Logging
import NIOCore
import Wire

/// ng over TCP (`--listen-tcp-ng`): bencode only, as a stream.
struct NGStreamServer: Sendable {
    let listener: TCPListener
    private let connections: ConnectionSet

    /// More proxies than anybody has.
    static let maximumConnections = 256

    static func open(
        _ address: ListenAddress, inlet: ControlInlet, on loop: any EventLoop, trafficClass: UInt8, logger: Logger
    ) async throws -> NGStreamServer {
        let connections = ConnectionSet(on: loop)
        let listener = try await TCPListener.bind(address, on: loop, maximum: maximumConnections, trafficClass: trafficClass) { channel in
            connections.add(channel)
            try channel.pipeline.syncOperations.addHandler(NGStreamHandler(inlet, logger: logger))
        }
        return NGStreamServer(listener: listener, connections: connections)
    }

    /// Sends a whole message to every client that reads.
    func push(_ message: [UInt8]) { connections.write(message) }

    func close() async {
        await listener.close()
        await connections.close()
    }
}

/// One TCP client of ng. It is not read from while it does not read its replies, or while too many of them are due.
final class NGStreamHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let inlet: ControlInlet
    private let logger: Logger
    private var framer = NGStreamFramer()
    /// Requests that have no reply yet.
    private var pending = 0
    /// The loop wants to read and has to wait.
    private var isReadDue = false
    /// Rings when the rest of a message has not come.
    private var alarm: Scheduled<Void>?

    private static let maximumPending = 256
    /// From the beginning of a long message to its end; between messages a connection may rest for as long as it likes.
    static let patience = TimeAmount.seconds(30)

    init(_ inlet: ControlInlet, logger: Logger) {
        self.inlet = inlet
        self.logger = logger
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        framer.append(unwrapInboundIn(data).readableBytesView)
        while let message = framer.next() {
            setAlarm(nil)
            take(message, context)
        }
        guard framer.isHopeless else { return watchRest(context) }
        logger.warning("\(framer.count) bytes from \(Self.name(context)) are no ng message: the connection is closed")
        context.close(promise: nil)
    }

    func handlerRemoved(context: ChannelHandlerContext) { setAlarm(nil) }

    /// What there is of a message has memory of ours; a line end behind the last one, which some clients write, is no matter.
    private func watchRest(_ context: ChannelHandlerContext) {
        guard framer.count > NGStreamFramer.maximumUnparsed else { return setAlarm(nil) }
        guard alarm == nil else { return }
        setAlarm(context.eventLoop.assumeIsolated().scheduleTask(in: Self.patience) { [self] in
            logger.warning("\(framer.count) bytes from \(Self.name(context)) are less than an ng message: the connection is closed")
            context.close(promise: nil)
        })
    }

    private func setAlarm(_ new: Scheduled<Void>?) {
        alarm?.cancel()
        alarm = new
    }

    private static func name(_ context: ChannelHandlerContext) -> String {
        context.remoteAddress?.transportAddress?.description ?? "a client"
    }

    private func take(_ message: [UInt8], _ context: ChannelHandlerContext) {
        pending += 1
        let own = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        inlet.request(message, hasCookie: true, from: context.remoteAddress?.transportAddress, on: context.eventLoop) { outcome in
            let (handler, context) = own.value
            handler.finish(outcome, context)
        }
    }

    private func finish(_ outcome: ControlInlet.Outcome, _ context: ChannelHandlerContext) {
        pending -= 1
        if case .reply(let bytes) = outcome { context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil) }
        resume(context)
    }

    func read(context: ChannelHandlerContext) {
        isReadDue = true
        resume(context)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        resume(context)
        context.fireChannelWritabilityChanged()
    }

    private func resume(_ context: ChannelHandlerContext) {
        guard isReadDue, pending < Self.maximumPending, context.channel.isWritable else { return }
        isReadDue = false
        context.read()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
