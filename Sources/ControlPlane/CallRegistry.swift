import Logging
import MediaCore
import MediaIO
import NGProtocol
import Wire

/// Every call that there is, by call-id, by the engine's number, and by age. No command costs more the more calls there are.
@ControlActor
final class CallRegistry: ControlLoopMember {
    private let environment: CallEnvironment
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
    private var isShutDown = false
    /// Who waits for the last call to be over.
    private var onEmpty: CheckedContinuation<Void, Never>?

    init(_ environment: CallEnvironment) {
        self.environment = environment
        loadWatch = LoadWatch(
            environment.configuration.limits, engine: environment.engine, logger: environment.logger,
            at: environment.configuration.clock())
        ControlLoop.shared.add(self)
    }

    var count: Int { byCallID.count }

    /// The engine's numbers of the calls, the oldest first.
    var engineIDs: [UInt64] { oldestCalls(count).map(\.id) }

    /// Hands a request on to its call, or answers it. `reply` is called once.
    ///
    /// When this returns the request stands in its call's queue, so that the order of the requests is kept.
    func dispatch(_ command: NGCommand, reply: @escaping CallSession.Reply) {
        switch command {
        case .ping: reply(.pong)
        case .list(let limit): reply(list(limit: limit))
        case .offer(let offer): dispatch(offer, reply: reply)
        case .answer(let answer): dispatch(to: answer.callID, otherwise: .error(.unknownCall), reply: reply) { .answer(answer, $0) }
        case .delete(let delete):
            dispatch(to: delete.callID, otherwise: CallSession.notFound(isFatal: delete.isFatal), reply: reply) { .delete(delete, $0) }
        case .query(let query): dispatch(to: query.callID, otherwise: .error(.unknownCall), reply: reply) { .query(query, $0) }
        case .unblockMedia(let unblock):
            dispatch(to: unblock.callID, otherwise: .error(.unknownCall), reply: reply) { .unblockMedia(unblock, $0) }
        }
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

    private func dispatch(
        to callID: String, otherwise missing: NGReply, reply: @escaping CallSession.Reply,
        _ command: (@escaping CallCommand.Completion) -> CallCommand
    ) {
        guard let session = byCallID[callID] else { return reply(missing) }
        session.post(command { outcome in
            if case .reply(let content) = outcome { reply(content) } else { reply(missing) }
        })
    }

    private func dispatch(_ offer: OfferCommand, reply: @escaping CallSession.Reply) {
        let session: CallSession
        switch self.session(offer.callID) {
        case .success(let found): session = found
        case .failure(let refusal): return reply(.refused(refusal.limit, clientKnowsLoadLimit: offer.fields.knowsLoadLimit))
        }
        session.post(.offer(offer) { [self] outcome in
            if case .reply(let content) = outcome { return reply(content) }
            // The call ended while the offer waited: the offer makes a new one.
            dispatch(offer, reply: reply)
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
        session.setTimer(.final, environment.configuration.timeouts.final)
        return session
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
        memoryWatch.note(calls: count, at: now)
    }
}
