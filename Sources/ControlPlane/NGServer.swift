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

    /// What became of a message.
    enum Receipt: Equatable {
        /// It is going to be answered, or has been.
        case taken
        /// There is no space in it, or nothing before it: no answer is possible.
        case noCookie
        /// Too much is being carried out.
        case overloaded
    }

    let registry: CallRegistry
    let commands: CommandLineInterface
    private let statistics: Statistics
    private let logger: Logger
    private let now: @Sendable () -> MonotonicInstant
    private var cache: ReplyCache
    /// Options and commands that are known and not served, as far as the log has them: each is named once.
    private var unserved: Set<String> = []
    /// Requests without a cookie that are being carried out.
    private var plainCount = 0

    init(registry: CallRegistry, logger: Logger, now: @escaping @Sendable () -> MonotonicInstant = { SystemClock.now }) {
        self.registry = registry
        commands = CommandLineInterface(registry: registry)
        statistics = registry.environment.statistics
        self.logger = logger
        self.now = now
        cache = ReplyCache(at: now())
        ControlLoop.shared.add(self)
    }

    var configuration: ControlPlaneConfiguration { registry.environment.configuration }
    /// Of what leaves by UDP.
    var trafficClass: UInt8 { registry.environment.settings.controlTrafficClass }

    func close() { ControlLoop.shared.remove(self) }

    /// When this returns, the request stands in the queue of its call or has been answered.
    @discardableResult
    func receive(_ datagram: Bytes, from client: TransportAddress? = nil, reply: @escaping Reply) -> Receipt {
        guard let envelope = NGEnvelope(datagram) else {
            logger.warning("message of \(datagram.count) bytes without a cookie is dropped")
            return .noCookie
        }
        switch cache.begin(envelope.cookie, at: now(), reply: reply) {
        case .new:
            let cookie = envelope.cookie
            carryOut(DecodedMessage(envelope), from: client) { [self] in finish(cookie, $0, $1) }
        case .done(let bytes): reply(bytes)
        case .running: break
        case .overloaded:
            logger.warning("too many requests at once: one is dropped")
            return .overloaded
        }
        return .taken
    }

    /// The same for a payload without a cookie, by a transport that knows which reply belongs to which request: carried out each
    /// time that it comes, and answered with a payload alone.
    func receivePlain(_ payload: [UInt8], from client: TransportAddress? = nil, reply: @escaping Reply) -> Receipt {
        guard plainCount < ReplyCache.maximumRunning else { return .overloaded }
        plainCount += 1
        carryOut(DecodedMessage(plain: payload), from: client) { [self] encoding, content in
            plainCount -= 1
            reply(Self.encode(content, encoding))
        }
        return .taken
    }

    private typealias Completion = @ControlActor (NGEnvelope.Encoding, NGReply) -> Void

    private func carryOut(_ message: DecodedMessage, from client: TransportAddress?, _ completion: @escaping Completion) {
        let (encoding, start) = (message.encoding, now())
        let name = (try? message.content.get())?["command"]?.text
        let finish: CallSession.Reply = { [self] reply in
            let reason = reply.dictionary["error-reason"]?.text
            if let reason { logger.warning("request refused: \(reason)") }
            statistics.count(.init(command: name, proxy: client?.ip, duration: now() - start, isError: reason != nil))
            completion(encoding, reply)
        }
        do throws(NGError) {
            let dictionary = try message.content.get()
            let request = try NGRequest(dictionary, templates: registry.environment.settings.templates)
            for warning in request.warnings {
                logger.notice("\(warning)", metadata: request.command.callID.map { ["call-id": .string($0.printable)] })
            }
            for option in request.unserved where unserved.insert(option).inserted { logger.notice("'\(option)' is ignored, now and later") }
            switch request.command {
            // These two concern the daemon and no call.
            case .statistics: finish(.ok(["statistics": StatisticsTree.make(registry.snapshot).ngValue]))
            case .cli(let line): commands.run(line) { finish(.ok(["response": .string($0)])) }
            default: registry.dispatch(request.command, from: client, reply: finish)
            }
        } catch { finish(.error(error)) }
    }

    /// Keeps the reply and sends it to everybody who asked.
    private func finish(_ cookie: [UInt8], _ encoding: NGEnvelope.Encoding, _ reply: NGReply) {
        let datagram = switch encoding {
        case .bencode: BencodeEncoder.reply(cookie: cookie, reply.dictionary)
        case .json: NGEnvelope.wrap(cookie: cookie, payload: JSONCodec.encode(reply.dictionary))
        }
        for waiter in cache.finish(cookie, reply: datagram) { waiter(datagram) }
    }

    private static func encode(_ reply: NGReply, _ encoding: NGEnvelope.Encoding) -> [UInt8] {
        switch encoding {
        case .bencode: BencodeEncoder.encode(reply.dictionary)
        case .json: JSONCodec.encode(reply.dictionary)
        }
    }

    // MARK: The cache's age

    var timeLeft: Nanoseconds? { cache.nextChange.map { $0 - now() } }

    func meetDeadlines() { cache.turn(at: now()) }
}
