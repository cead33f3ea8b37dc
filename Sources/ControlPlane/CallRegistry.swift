import Logging
import MediaCore
import NGProtocol
import Wire

/// Every call that there is, by call-id and by the engine's number.
actor CallRegistry {
    private let environment: CallEnvironment
    private(set) var byCallID: [String: CallSession] = [:]
    private var byEngineID: [UInt64: CallSession] = [:]
    private var isShutDown = false

    init(_ environment: CallEnvironment) { self.environment = environment }

    var count: Int { byCallID.count }
    /// The engine's numbers of the calls, the oldest first.
    var engineIDs: [UInt64] { byEngineID.keys.sorted() }

    /// Hands a request on to its call, or answers it. `reply` is called once.
    ///
    /// When this returns the request stands in its call's queue, so that the order of the requests is kept.
    func dispatch(_ command: NGCommand, reply: @escaping @Sendable (NGReply) -> Void) {
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
        let sessions = Array(byCallID.values)
        await withTaskGroup(of: Void.self) { group in
            for session in sessions {
                group.addTask {
                    await withCheckedContinuation { continuation in session.post(.shutdown { continuation.resume() }) }
                }
            }
        }
    }

    private func dispatch(
        to callID: String, otherwise missing: NGReply, reply: @escaping @Sendable (NGReply) -> Void,
        _ command: (@escaping CallCommand.Completion) -> CallCommand
    ) {
        guard let session = byCallID[callID] else { return reply(missing) }
        session.post(command { outcome in
            if case .reply(let content) = outcome { reply(content) } else { reply(missing) }
        })
    }

    private func dispatch(_ offer: OfferCommand, reply: @escaping @Sendable (NGReply) -> Void) {
        guard let session = byCallID[offer.callID] ?? makeCall(offer.callID) else {
            return reply(.refused(.sessions, clientKnowsLoadLimit: offer.fields.knowsLoadLimit))
        }
        session.post(.offer(offer) { outcome in
            if case .reply(let content) = outcome { return reply(content) }
            // The call ended while the offer waited: the offer makes a new one.
            Task { await self.dispatch(offer, reply: reply) }
        })
    }

    private func makeCall(_ callID: String) -> CallSession? {
        if isShutDown { return nil }
        if let limit = environment.configuration.maxSessions, byCallID.count >= limit { return nil }
        let session = CallSession(callID: callID, environment: environment) { [weak self] session in await self?.remove(session) }
        byCallID[callID] = session
        byEngineID[session.id] = session
        return session
    }

    private func remove(_ session: CallSession) {
        byEngineID[session.id] = nil
        if byCallID[session.callID] === session { byCallID[session.callID] = nil }
    }

    /// The oldest calls first.
    private func list(limit: Int) -> NGReply {
        let oldest = engineIDs.prefix(limit).compactMap { byEngineID[$0]?.callID }
        return .ok(["calls": .list(oldest.map(NGValue.string))])
    }
}
