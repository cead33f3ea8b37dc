import Logging
import MediaIO
import NGProtocol
import Wire

/// From the bytes of a request to the bytes of its reply: duplicates, decoding, encoding.
///
/// Messages come in one after the other, in the order of their arrival; replies leave when they are ready.
actor NGServer {
    private let registry: CallRegistry
    private let logger: Logger
    private let now: @Sendable () -> MonotonicInstant
    private var cache: ReplyCache

    init(registry: CallRegistry, logger: Logger, now: @escaping @Sendable () -> MonotonicInstant = { SystemClock.now }) {
        self.registry = registry
        self.logger = logger
        self.now = now
        cache = ReplyCache(at: now())
    }

    /// When this returns, the request stands in the queue of its call or has been answered.
    func receive(_ inbound: InboundMessage) async {
        guard let message = DecodedMessage(inbound.bytes) else {
            return logger.warning("message of \(inbound.bytes.count) bytes without a cookie is dropped")
        }
        switch cache.begin(message.cookie, at: now(), reply: inbound.reply) {
        case .new: await carryOut(message)
        case .done(let reply): inbound.reply(reply)
        case .running: break
        case .overloaded: logger.warning("too many requests at once: one is dropped")
        }
    }

    private func carryOut(_ message: DecodedMessage) async {
        let request: NGRequest
        do throws(NGError) { request = try NGRequest(message.content.get()) } catch {
            return finish(message, .error(error))
        }
        for warning in request.warnings {
            logger.notice("\(warning)", metadata: request.command.callID.map { ["call-id": .string($0.printable)] })
        }
        await registry.dispatch(request.command) { reply in
            Task { await self.finish(message, reply) }
        }
    }

    /// Keeps the reply and sends it to everybody who asked.
    private func finish(_ message: DecodedMessage, _ reply: NGReply) {
        if let reason = reply.dictionary["error-reason"]?.text { logger.warning("request refused: \(reason)") }
        let payload = switch message.encoding {
        case .bencode: BencodeEncoder.encode(reply.dictionary)
        case .json: JSONCodec.encode(reply.dictionary)
        }
        let bytes = NGEnvelope.wrap(cookie: message.cookie, payload: payload)
        for waiter in cache.finish(message.cookie, reply: bytes) { waiter(bytes) }
    }
}
