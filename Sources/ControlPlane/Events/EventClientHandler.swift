import NIOCore
import NIOWebSocket
import Wire

/// One WebSocket client: events out as text frames, control frames in.
final class EventClientHandler: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame

    private let configuration: WebSocketConfiguration
    private let feed: EventFeed
    private let callIDs: Set<String>
    private var context: ChannelHandlerContext?
    private var pings: RepeatedTask?
    private var unansweredPings = 0
    /// Written and not yet taken by the kernel [bytes].
    private var backlog = 0
    private var isClosing = false

    private static let maximumUnansweredPings = 2
    /// What a frame costs beside its payload [bytes].
    private static let overhead = 64

    init(_ configuration: WebSocketConfiguration, feed: EventFeed, callIDs: Set<String>) {
        self.configuration = configuration
        self.feed = feed
        self.callIDs = callIDs
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        feed.joined(self)
        let interval = TimeAmount.nanoseconds(configuration.pingInterval.count)
        let own = NIOLoopBound(self, eventLoop: context.eventLoop)
        pings = context.eventLoop.scheduleRepeatedTask(initialDelay: interval, delay: interval) { _ in own.value.ping() }
    }

    func handlerRemoved(context: ChannelHandlerContext) { end() }
    func channelInactive(context: ChannelHandlerContext) { end() }

    func wants(_ callID: String) -> Bool { !isClosing && (callIDs.isEmpty || callIDs.contains(callID)) }

    func send(_ text: ByteBuffer) {
        if write(WebSocketFrame(fin: true, opcode: .text, data: text)) { feed.sent() }
    }

    /// Says why and closes.
    func leave(_ reason: WebSocketErrorCode) {
        guard let context, !isClosing else { return }
        isClosing = true
        var data = ByteBuffer()
        data.write(webSocketErrorCode: reason)
        let frame = WebSocketFrame(fin: true, opcode: .connectionClose, data: data)
        context.writeAndFlush(wrapOutboundOut(frame)).assumeIsolated().whenComplete { _ in context.close(promise: nil) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        // RFC 6455 section 5.1.
        guard frame.maskKey != nil else { return leave(.protocolError) }
        unansweredPings = 0
        switch frame.opcode {
        case .ping: _ = write(WebSocketFrame(fin: true, opcode: .pong, data: frame.unmaskedData))
        case .connectionClose: leave(.normalClosure)
        default: break
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // The frame decoder's errors have been answered by the handler before this one, which then closes.
        if !(error is NIOWebSocketError) { context.close(promise: nil) }
    }

    private func ping() {
        guard unansweredPings < Self.maximumUnansweredPings else {
            context?.close(promise: nil)
            return
        }
        unansweredPings += 1
        _ = write(WebSocketFrame(fin: true, opcode: .ping, data: ByteBuffer()))
    }

    /// - Returns: `false` when the client is too far behind; then it is disconnected, without a word that it would not read either.
    private func write(_ frame: WebSocketFrame) -> Bool {
        guard let context, !isClosing else { return false }
        let length = frame.data.readableBytes + Self.overhead
        guard backlog + length <= configuration.maximumBacklog else {
            isClosing = true
            feed.isTooSlow(context.remoteAddress)
            context.close(promise: nil)
            return false
        }
        backlog += length
        context.writeAndFlush(wrapOutboundOut(frame)).assumeIsolated().whenComplete { [self] _ in backlog -= length }
        return true
    }

    private func end() {
        pings?.cancel()
        pings = nil
        context = nil
        feed.left(self)
    }
}
