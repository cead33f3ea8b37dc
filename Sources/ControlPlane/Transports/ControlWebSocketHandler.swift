import NIOCore
import NIOWebSocket

/// One WebSocket of ng, of the operator's commands, or of an echo: a message in, a binary message out, as in rtpengine.
final class ControlWebSocketHandler: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame

    private let subprotocol: WebSocketSubprotocol
    private let inlet: ControlInlet
    /// Requests that have no reply yet.
    private var pending = 0
    private var isClosing = false

    /// A client that asks for more at once is disconnected.
    private static let maximumPending = 256

    init(_ subprotocol: WebSocketSubprotocol, _ inlet: ControlInlet) {
        self.subprotocol = subprotocol
        self.inlet = inlet
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        // The aggregator has unmasked what it put together; what came in one piece is still masked.
        guard !isClosing else { return }
        // Who does not read what he has asked for would have it kept here.
        guard context.channel.isWritable else { return context.close(promise: nil) }
        switch frame.opcode {
        case .text, .binary: take(frame.unmaskedData, context)
        case .ping: write(.pong, frame.unmaskedData, context)
        case .connectionClose: close(frame.unmaskedData, context)
        default: break
        }
    }

    private func take(_ message: ByteBuffer, _ context: ChannelHandlerContext) {
        guard pending < Self.maximumPending else { return context.close(promise: nil) }
        if subprotocol == .echo { return write(.binary, message, context) }
        pending += 1
        let own = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let finish: @Sendable (ByteBuffer?) -> Void = { reply in
            let (handler, context) = own.value
            handler.pending -= 1
            if let reply, !handler.isClosing { handler.write(.binary, reply, context) }
        }
        if subprotocol == .commands {
            let line = String(decoding: message.readableBytesView, as: UTF8.self)
            return inlet.command(line, on: context.eventLoop) { finish(ByteBuffer(string: $0)) }
        }
        let address = context.remoteAddress?.transportAddress
        inlet.request(Array(message.readableBytesView), hasCookie: subprotocol == .ng, from: address, on: context.eventLoop) { outcome in
            if case .reply(let bytes) = outcome { finish(ByteBuffer(bytes: bytes)) } else { finish(nil) }
        }
    }

    private func write(_ opcode: WebSocketOpcode, _ data: ByteBuffer, _ context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(WebSocketFrame(fin: true, opcode: opcode, data: data)), promise: nil)
    }

    private func close(_ reason: ByteBuffer, _ context: ChannelHandlerContext) {
        isClosing = true
        let frame = WebSocketFrame(fin: true, opcode: .connectionClose, data: reason)
        context.writeAndFlush(wrapOutboundOut(frame)).assumeIsolated().whenComplete { _ in context.close(promise: nil) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
