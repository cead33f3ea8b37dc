import Logging
import MediaCore
import MediaIO
import NGProtocol
import SDP
import Wire

/// Every call that there is, by call-id, by the engine's number, and by age. No command costs more the more calls there are.
@ControlActor
final class CallRegistry: ControlLoopMember {
    let environment: CallEnvironment
    private let loadWatch: LoadWatch
    private var memoryWatch = MemoryWatch()
    private(set) var byCallID: [String: CallSession] = [:]
    private var byEngineID: [UInt64: CallSession] = [:]
    /// By the calls' own numbers, which are reused.
    private var byNumber: [CallSession?] = []
    private var freeNumbers: [Int] = []
    private var deadlines = DeadlineHeap()
    private var oldest: CallSession?
    private var newest: CallSession?
    private var fragments: [WaitingFragment] = []
    private var isShutDown = false
    /// Who waits for the last call to be over.
    private var onEmpty: CheckedContinuation<Void, Never>?

    init(_ environment: CallEnvironment) {
        self.environment = environment
        loadWatch = LoadWatch(
            environment.configuration.limits, engine: environment.engine, statistics: environment.statistics,
            logger: environment.logger, at: environment.configuration.clock())
        ControlLoop.shared.add(self)
    }

    var count: Int { byCallID.count }

    /// The engine's numbers of the calls, the oldest first.
    var engineIDs: [UInt64] { oldestCalls(count).map(\.id) }

    /// Hands a request on to its call, or answers it. `reply` is called once.
    ///
    /// When this returns the request stands in its call's queue, so that the order of the requests is kept.
    /// - Parameter client: who asks; the call that it makes shows it.
    func dispatch(_ command: NGCommand, from client: TransportAddress? = nil, reply: @escaping CallSession.Reply) {
        switch command {
        case .ping: reply(.pong)
        case .list(let limit): reply(list(limit: limit))
        case .offer(let offer): dispatch(offer, from: client, reply: reply)
        case .publish(let publish): dispatch(.publish(publish.named), publish.fields, from: client, reply: reply)
        case .create(let create): dispatch(.create(create.named), create.fields, from: client, reply: reply)
        case .ignored(let command): reply(.ok(warning: command.warning))
        default:
            guard let callID = command.callID else { return reply(.error(.noHandler)) }
            dispatch(to: callID, command, reply: reply)
        }
    }

    /// Ends calls at once, without their `delete-delay`.
    func terminate(_ sessions: [CallSession]) { for session in sessions { session.post(.terminate) } }

    /// What may change while the daemon runs; holds from now on.
    func change(_ settings: RuntimeSettings) {
        environment.settings = settings
        loadWatch.limits = settings.limits
    }

    /// An event of the engine.
    func handle(_ event: CallEvent, ofCall id: UInt64) { byEngineID[id]?.post(.event(event)) }

    /// Ends every call and refuses new ones; returns when their ports are free.
    func shutdown() async {
        isShutDown = true
        ControlLoop.shared.remove(self)
        guard !byEngineID.isEmpty else { return }
        await withCheckedContinuation { continuation in
            onEmpty = continuation
            for session in Array(byEngineID.values) { session.post(.shutdown) }
        }
    }

    private func dispatch(to callID: String, _ command: NGCommand, reply: @escaping CallSession.Reply) {
        guard let session = byCallID[callID] else { return reply(command.replyWithoutCall) }
        session.post(.request(command) { outcome in
            if case .reply(let content) = outcome { reply(content) } else { reply(command.replyWithoutCall) }
        })
    }

    private func dispatch(_ offer: OfferCommand, from client: TransportAddress?, reply: @escaping CallSession.Reply) {
        if offer.fields.isFragment, byCallID[offer.callID] == nil {
            keepFragment(of: offer)
            return reply(.ok())
        }
        dispatch(.offer(offer), offer.fields, from: client, reply: reply)
    }

    /// A command that makes the call if there is none.
    private func dispatch(
        _ command: NGCommand, _ fields: MessageFields, from client: TransportAddress?, reply: @escaping CallSession.Reply
    ) {
        guard let callID = command.callID else { return reply(.error(.noCallID)) }
        let session: CallSession
        switch self.session(callID) {
        case .success(let found): session = found
        case .failure(let refusal):
            environment.statistics.countRejected()
            return reply(.refused(refusal.limit, clientKnowsLoadLimit: fields.knowsLoadLimit))
        }
        if session.client == nil { session.client = client }
        session.post(.request(command) { [self] outcome in
            if case .reply(let content) = outcome { return reply(content) }
            // The call ended while the command waited: it makes a new one.
            dispatch(command, fields, from: client, reply: reply)
        })
    }

    // MARK: Calls come and go

    private struct Refusal: Error { var limit: LoadLimit }

    /// The call of that name, or a new one.
    private func session(_ callID: String) -> Result<CallSession, Refusal> {
        if let session = byCallID[callID] { return .success(session) }
        if isShutDown { return .failure(Refusal(limit: .sessions)) }
        switch loadWatch.verdict(sessions: count) {
        case .refused(let limit): return .failure(Refusal(limit: limit))
        case .admitted(let worker): return .success(add(callID, worker: worker))
        }
    }

    private func add(_ callID: String, worker: Int) -> CallSession {
        let number = freeNumbers.popLast() ?? byNumber.count
        let session = CallSession(
            callID: callID, environment: environment, handle: environment.engine.makeCall(on: worker), registry: self, number: number)
        if number == byNumber.count { byNumber.append(session) } else { byNumber[number] = session }
        byCallID[callID] = session
        byEngineID[session.id] = session
        session.older = newest
        newest?.newer = session
        newest = session
        if oldest == nil { oldest = session }
        session.setTimer(.final, environment.settings.timeouts.final)
        session.fragments = fragments.filter { $0.callID == callID }
        fragments.removeAll { $0.callID == callID }
        return session
    }

    /// Trickle ICE of a call that is to come; the oldest gives way.
    private func keepFragment(of offer: OfferCommand) {
        let now = environment.configuration.clock()
        fragments.removeAll { $0.end < now }
        if fragments.count == WaitingFragment.maximumCount { fragments.removeFirst() }
        fragments.append(WaitingFragment(
            callID: offer.callID, tag: offer.fromTag, sdp: offer.sdp, end: now + WaitingFragment.lifetime))
    }

    /// The call is over and its ports are free.
    func remove(_ session: CallSession) {
        guard byNumber.indices.contains(session.number), byNumber[session.number] === session else { return }
        byNumber[session.number] = nil
        freeNumbers.append(session.number)
        deadlines.remove(session.number)
        byEngineID[session.id] = nil
        if byCallID[session.callID] === session { byCallID[session.callID] = nil }
        if session === oldest { oldest = session.newer }
        if session === newest { newest = session.older }
        session.older?.newer = session.newer
        session.newer?.older = session.older
        (session.older, session.newer) = (nil, nil)
        if byEngineID.isEmpty {
            onEmpty?.resume()
            onEmpty = nil
        }
    }

    /// The oldest calls first.
    private func list(limit: Int) -> NGReply {
        .ok(["calls": .list(oldestCalls(limit).map { .string($0.callID) })])
    }

    private func oldestCalls(_ limit: Int) -> [CallSession] {
        var calls: [CallSession] = []
        var next = oldest
        while let session = next, calls.count < limit {
            calls.append(session)
            next = session.newer
        }
        return calls
    }

    // MARK: Time

    /// A timer of the call was set or cancelled.
    func schedule(_ session: CallSession) { deadlines.set(session.number, to: session.timers.earliest) }

    var timeLeft: Nanoseconds? { min(deadlines.earliest, loadWatch.nextSample) - environment.configuration.clock() }

    func meetDeadlines() {
        let now = environment.configuration.clock()
        while let number = deadlines.popDue(at: now) {
            guard let session = byNumber[number] else { continue }
            deadlines.set(number, to: session.timers.earliest(after: now))
            session.ring(at: now)
        }
        loadWatch.sample(sessions: count, at: now)
        memoryWatch.note(calls: count, engine: environment.engine, at: now)
    }
}

extension NGCommand {
    /// What is said of a call that is not there.
    fileprivate var replyWithoutCall: NGReply {
        switch self {
        case .delete(let delete): CallSession.notFound(isFatal: delete.isFatal)
        case .answer(let answer): .error(answer.fields.isFragment ? .unknownCall : SessionDescription.error(answer.sdp) ?? .unknownCall)
        case .query, .record: .error(.unknownCall)
        case .createAnswer: .error(.createdCallNotFound)
        default: .error(.unknownCallID)
        }
    }
}

extension SessionDescription {
    /// What is wrong with an answer's text, which is read before anybody looks for its call.
    fileprivate static func error(_ text: String) -> NGError? {
        guard let description = try? SessionDescription(parsing: text) else { return .unparsableSDP }
        return description.media.contains { description.connection(of: $0) == nil } ? .incompleteSDP : nil
    }
}
