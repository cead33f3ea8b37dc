import Logging
import MediaCore
import MediaIO
import Negotiation
import NGProtocol
import Wire

/// One call on the control side: its dialogue, its handle on the engine, and its timers.
///
/// Commands are carried out one after the other in the order in which they were posted, each to its end:
/// an answer never overtakes the offer before it. Calls do not wait for each other.
actor CallSession {
    nonisolated let callID: String
    /// The engine's number of the call.
    nonisolated let id: UInt64
    let environment: CallEnvironment
    let handle: CallHandle
    var logger: Logger

    var dialogue: Dialogue?
    var plan = CallPlan()
    /// The sockets that the call has, by number.
    var leases: [Int: SocketLease] = [:]
    /// Unix time [us].
    let created: Int64
    /// Unix time of the last offer or answer [s].
    var lastSignal: Int64
    var metadata: String?
    var parties: [String: PartyNotes] = [:]
    /// When the first answer came into force.
    var answered: MonotonicInstant?
    /// What was found wrong with the descriptions so far; bounded.
    var findings: [SDPFinding] = []
    private(set) var isEnded = false
    private var timers: [CallTimer: Task<Void, Never>] = [:]

    private nonisolated let commands: AsyncStream<CallCommand>.Continuation
    private let onEnd: @Sendable (CallSession) async -> Void

    /// What a client said of a party beside the SDP, by its tag.
    struct PartyNotes {
        var label: String?
        /// Unix time [s].
        var created: Int64
    }

    /// - Parameter onEnd: called once, when the call is over and its ports are free.
    init(callID: String, environment: CallEnvironment, onEnd: @escaping @Sendable (CallSession) async -> Void) {
        self.callID = callID
        self.environment = environment
        self.onEnd = onEnd
        handle = environment.engine.makeCall()
        id = handle.id
        logger = environment.logger
        logger[metadataKey: "call-id"] = .string(callID.printable)
        created = environment.unixMicroseconds
        lastSignal = created / 1_000_000
        let (stream, continuation) = AsyncStream.makeStream(of: CallCommand.self)
        commands = continuation
        Task { await self.run(stream) }
    }

    /// Queues a command. A call that is over answers with `gone`.
    nonisolated func post(_ command: CallCommand) {
        if case .terminated = commands.yield(command) { Self.refuse(command) }
    }

    private func run(_ stream: AsyncStream<CallCommand>) async {
        setTimer(.final, environment.configuration.timeouts.final)
        for await command in stream {
            if isEnded { Self.refuse(command) } else { await carryOut(command) }
        }
    }

    private static func refuse(_ command: CallCommand) {
        switch command {
        case .offer(_, let completion), .answer(_, let completion), .delete(_, let completion), .query(_, let completion),
             .unblockMedia(_, let completion): completion(.gone)
        case .shutdown(let completion): completion()
        case .event, .timer: break
        }
    }

    private func carryOut(_ command: CallCommand) async {
        switch command {
        case .offer(let offer, let completion):
            if isDeleted, !concerns(offer) {
                // Other parties under the call-id of a call that is over but for its delay.
                await end(.deleted)
                return completion(.gone)
            }
            completion(.reply(await carryOut(offer)))
        case .answer(let answer, let completion): completion(.reply(await carryOut(answer)))
        case .delete(let delete, let completion): completion(.reply(await carryOut(delete)))
        case .query(let query, let completion): completion(.reply(await carryOut(query)))
        case .unblockMedia(let unblock, let completion): completion(.reply(await carryOut(unblock)))
        case .event(let event): await carryOut(event)
        case .timer(let timer): await carryOut(timer)
        case .shutdown(let completion):
            await end(.shutdown)
            completion()
        }
    }

    private func carryOut(_ timer: CallTimer) async {
        switch timer {
        case .deletion: await end(.deleted)
        case .offer: await end(.offerTimeout)
        case .final: await end(.finalTimeout)
        }
    }

    /// Starts a timer anew; zero and less is never.
    func setTimer(_ timer: CallTimer, _ delay: Nanoseconds) {
        cancelTimer(timer)
        guard delay > .zero else { return }
        let sleep = environment.configuration.sleep
        timers[timer] = Task { [weak self] in
            guard (try? await sleep(delay)) != nil else { return }
            self?.post(.timer(timer))
        }
    }

    func cancelTimer(_ timer: CallTimer) { timers.removeValue(forKey: timer)?.cancel() }

    /// It was deleted, and its delay is running.
    private var isDeleted: Bool { timers[.deletion] != nil }

    /// Ends the call, waits until its ports are free and writes its one line into the log.
    @discardableResult
    func end(_ reason: CallEnd) async -> CallStatistics {
        isEnded = true
        for timer in timers.keys { cancelTimer(timer) }
        let handle = handle
        let last = await withCheckedContinuation { continuation in handle.end { continuation.resume(returning: $0) } }
        let statistics = last ?? CallStatistics()
        leases = [:]
        // Before the registry forgets the call: another one of its call-id, or the end of the daemon, must come after its last event.
        if reason != .refused {
            logger.info("\(summary(reason, statistics))")
            publishEnd(reason, statistics)
        }
        await onEnd(self)
        commands.finish()
        return statistics
    }
}
