import Logging
import NGProtocol
import NIOCore
import NIOHTTP1

/// Answers the requests of one connection, one after the other.
final class ControlHTTPHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let inlet: ControlInlet
    private let logger: Logger
    private var request: ControlHTTPRequest?
    /// Nothing of the request is to come.
    private var isComplete = false
    private var keepsAlive = true
    private var isBrowser = false
    private var body = ByteBuffer()

    init(_ inlet: ControlInlet, logger: Logger) {
        self.inlet = inlet
        self.logger = logger
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): begin(head, context)
        case .body(let part): take(part, context)
        case .end:
            isComplete = true
            proceed(context)
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        proceed(context)
        context.fireChannelWritabilityChanged()
    }

    /// Answers a request that is there as a whole, once the client has read what it asked for before: responses are longer than requests.
    private func proceed(_ context: ChannelHandlerContext) {
        guard isComplete, context.channel.isWritable, let request else { return }
        self.request = nil
        answer(request, context)
    }

    private func begin(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        let request = ControlHTTPRequest(head)
        // A WebSocket without a subprotocol of ours ends as one without any.
        let isUpgrade = head.headers.contains(name: "Sec-WebSocket-Key")
        guard request != .unanswerable, !isUpgrade else {
            logger.notice("HTTP: a request for \(String(head.uri.prefix(80)).printable) lacks what it needs; the connection is closed")
            return context.close(promise: nil)
        }
        self.request = request
        isComplete = false
        keepsAlive = head.isKeepAlive
        isBrowser = head.headers.contains(name: "Origin")
        body.clear(minimumCapacity: 0)
    }

    private func take(_ part: ByteBuffer, _ context: ChannelHandlerContext) {
        guard request != nil else { return }
        guard body.readableBytes + part.readableBytes <= ControlHTTPServer.maximumBody else {
            request = nil
            keepsAlive = false
            return respond(.payloadTooLarge, "too large\n", context: context)
        }
        body.writeImmutableBuffer(part)
    }

    private func answer(_ request: ControlHTTPRequest, _ context: ChannelHandlerContext) {
        let bytes = body
        body = ByteBuffer()
        switch request {
        case .ping: respond(.ok, "pong\n", context: context)
        case .options: respond(.ok, "", context: context)
        case .notFound, .unanswerable: respond(.notFound, "not found\n", context: context)
        case .metrics:
            let own = NIOLoopBound((self, context), eventLoop: context.eventLoop)
            inlet.metrics(on: context.eventLoop) { text in own.value.0.respond(.ok, text, context: own.value.1) }
        case .command(let line): run(line, context)
        case .commandInBody: run(String(decoding: bytes.readableBytesView, as: UTF8.self), context)
        case .ng(let hasCookie, let type): pass(Array(bytes.readableBytesView), hasCookie, type, context)
        }
    }

    private func run(_ line: String, _ context: ChannelHandlerContext) {
        let own = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        inlet.command(line, on: context.eventLoop) { text in own.value.0.respond(.ok, text, context: own.value.1) }
    }

    private func pass(_ message: [UInt8], _ hasCookie: Bool, _ type: String, _ context: ChannelHandlerContext) {
        let own = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        inlet.request(message, hasCookie: hasCookie, from: context.remoteAddress?.transportAddress, on: context.eventLoop) { outcome in
            let (handler, context) = own.value
            switch outcome {
            case .reply(let reply): handler.respond(.ok, ByteBuffer(bytes: reply), type: type, context: context)
            // rtpengine's status for it, which HTTP does not know.
            case .noCookie: handler.respond(.custom(code: 600, reasonPhrase: "Error"), "error\n", context: context)
            case .overloaded: handler.respond(.serviceUnavailable, "error\n", context: context)
            }
        }
    }

    private func respond(_ status: HTTPResponseStatus, _ text: String, context: ChannelHandlerContext) {
        respond(status, ByteBuffer(string: text), type: ControlHTTPRequest.textType, context: context)
    }

    private func respond(_ status: HTTPResponseStatus, _ content: ByteBuffer, type: String, context: ChannelHandlerContext) {
        var headers: HTTPHeaders = ["Content-Type": type, "Content-Length": String(content.readableBytes)]
        if isBrowser {
            headers.add(name: "Access-Control-Allow-Origin", value: "*")
            headers.add(name: "Access-Control-Allow-Methods", value: "GET, POST, OPTIONS")
            headers.add(name: "Access-Control-Allow-Headers", value: "Content-Type")
        }
        if !keepsAlive { headers.add(name: "Connection", value: "close") }
        context.write(wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: status, headers: headers))), promise: nil)
        if content.readableBytes > 0 { context.write(wrapOutboundOut(.body(.byteBuffer(content))), promise: nil) }
        let written = context.writeAndFlush(wrapOutboundOut(.end(nil)))
        if !keepsAlive { written.assumeIsolated().whenComplete { _ in context.close(promise: nil) } }
    }

    /// A refused upgrade is an error too, and its request comes after it.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if error is HTTPParserError { context.close(promise: nil) }
    }
}
