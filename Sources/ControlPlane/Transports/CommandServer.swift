import NIOCore
import Wire

/// The operator's commands over TCP (`--listen-cli`): one line in, text out, and the connection is closed.
struct CommandServer: Sendable {
    let listener: TCPListener
    private let connections: ConnectionSet

    static let maximumConnections = 64
    /// From the connection to the end of the line.
    static let timeout = TimeAmount.seconds(30)

    static func open(_ address: ListenAddress, inlet: ControlInlet, on loop: any EventLoop) async throws -> CommandServer {
        let connections = ConnectionSet(on: loop)
        let listener = try await TCPListener.bind(address, on: loop, maximum: maximumConnections) { channel in
            connections.add(channel)
            // Whoever pipes a line into us closes his side behind it and reads on.
            try channel.syncOptions?.setOption(.allowRemoteHalfClosure, value: true)
            try channel.pipeline.syncOperations.addHandler(CommandHandler(inlet))
        }
        return CommandServer(listener: listener, connections: connections)
    }

    func close() async {
        await listener.close()
        await connections.close()
    }
}

/// Collects a line; whole as soon as its end is there.
struct CommandLine {
    private var bytes: [UInt8] = []

    /// More than this is no command [bytes].
    static let maximumLength = CommandLineInterface.maximumLength

    /// - Returns: the line without its end, once there is one, or too much for one.
    mutating func append(_ new: some Sequence<UInt8>) -> String? {
        for byte in new {
            if byte == UInt8(ascii: "\n") || bytes.count > Self.maximumLength { return text }
            bytes.append(byte)
        }
        return nil
    }

    /// What there is.
    var text: String { String(decoding: bytes.last == UInt8(ascii: "\r") ? bytes.dropLast() : bytes[...], as: UTF8.self) }
}

final class CommandHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let inlet: ControlInlet
    private var line = CommandLine()
    private var isTaken = false
    private var alarm: Scheduled<Void>?

    init(_ inlet: ControlInlet) { self.inlet = inlet }

    func handlerAdded(context: ChannelHandlerContext) {
        alarm = context.eventLoop.assumeIsolated().scheduleTask(in: CommandServer.timeout) { context.close(promise: nil) }
    }

    func handlerRemoved(context: ChannelHandlerContext) { alarm?.cancel() }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isTaken, let text = line.append(unwrapInboundIn(data).readableBytesView) else { return }
        run(text, context)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard let event = event as? ChannelEvent, event == .inputClosed, !isTaken else { return }
        run(line.text, context)
    }

    private func run(_ text: String, _ context: ChannelHandlerContext) {
        isTaken = true
        let own = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        inlet.command(text, on: context.eventLoop) { reply in
            let (handler, context) = own.value
            let written = context.writeAndFlush(handler.wrapOutboundOut(ByteBuffer(string: reply)))
            written.assumeIsolated().whenComplete { _ in context.close(promise: nil) }
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
