import Logging
import MediaIO
import NGProtocol
import Wire

/// From the bytes of a request to the bytes of its reply: duplicates, decoding, encoding.
///
/// Messages come in one after the other, in the order of their arrival; replies leave when they are ready.
@ControlActor
final class NGServer: ControlLoopMember {
    /// The way back to one client. Called once at most, with the whole datagram.
    typealias Reply = @ControlActor (_ datagram: [UInt8]) -> Void

    private let registry: CallRegistry
    private let logger: Logger
    private let now: @Sendable () -> MonotonicInstant
    private var cache: ReplyCache

    init(registry: CallRegistry, logger: Logger, now: @escaping @Sendable () -> MonotonicInstant = { SystemClock.now }) {
        self.registry = registry
        self.logger = logger
        self.now = now
        cache = ReplyCache(at: now())
        ControlLoop.shared.add(self)
    }

    func close() { ControlLoop.shared.remove(self) }

    /// When this returns, the request stands in the queue of its call or has been answered.
    func receive(_ datagram: Bytes, reply: @escaping Reply) {
        guard let envelope = NGEnvelope(datagram) else {
            return logger.warning("message of \(datagram.count) bytes without a cookie is dropped")
        }
        switch cache.begin(envelope.cookie, at: now(), reply: reply) {
        case .new: carryOut(DecodedMessage(envelope))
        case .done(let bytes): reply(bytes)
        case .running: break
        case .overloaded: logger.warning("too many requests at once: one is dropped")
        }
    }

    private func carryOut(_ message: DecodedMessage) {
        let (cookie, encoding) = (message.cookie, message.encoding)
        let request: NGRequest
        do throws(NGError) { request = try NGRequest(message.content.get()) } catch {
            return finish(cookie, encoding, .error(error))
        }
        for warning in request.warnings {
            logger.notice("\(warning)", metadata: request.command.callID.map { ["call-id": .string($0.printable)] })
        }
        registry.dispatch(request.command) { [self] reply in finish(cookie, encoding, reply) }
    }

    /// Keeps the reply and sends it to everybody who asked.
    private func finish(_ cookie: [UInt8], _ encoding: NGEnvelope.Encoding, _ reply: NGReply) {
        if let reason = reply.dictionary["error-reason"]?.text { logger.warning("request refused: \(reason)") }
        let datagram = switch encoding {
        case .bencode: BencodeEncoder.reply(cookie: cookie, reply.dictionary)
        case .json: NGEnvelope.wrap(cookie: cookie, payload: JSONCodec.encode(reply.dictionary))
        }
        for waiter in cache.finish(cookie, reply: datagram) { waiter(datagram) }
    }

    // MARK: The cache's age

    var timeLeft: Nanoseconds? { cache.nextChange.map { $0 - now() } }

    func meetDeadlines() { cache.turn(at: now()) }
}
