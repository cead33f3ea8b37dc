import Logging
import MediaCore
import MediaIO
import Negotiation
import NGProtocol
import Wire

/// One call on the control side: its dialogue, its handle on the engine, and its timers.
///
/// Commands are carried out one after the other in the order in which they were posted, each to its end:
/// an answer never overtakes the offer before it. Where a command waits for the worker, the call waits and no other does.
@ControlActor
final class CallSession {
    typealias Reply = @ControlActor (NGReply) -> Void

    let callID: String
    /// The engine's number of the call.
    let id: UInt64
    let environment: CallEnvironment
    let handle: CallHandle

    var dialogue: Dialogue?
    var plan = CallPlan()
    /// What commands have set beside the dialogue; `plan` has it.
    var controls = CallControls()
    /// Parties that leave a call which goes on without them, the first one first.
    var leaving: [(tag: String, at: MonotonicInstant)] = []
    /// Trickle ICE of parties that have not described their session yet.
    var fragments: [WaitingFragment] = []
    /// How many recordings were played.
    var playings: UInt64 = 0
    /// The sockets that the call has, by number.
    var leases: [Int: SocketLease] = [:]
    /// Unix time [us].
    let created: Int64
    /// Unix time of the last offer or answer [s].
    var lastSignal: Int64
    var metadata: String?
    /// Where the call's digits are reported, if not where all are (`DTMF-log-dest`).
    var digitDestination: TransportAddress?
    /// Who made the call.
    var client: TransportAddress?
    /// One for each tag that was named; two in most calls.
    var parties: [PartyNotes] = []
    /// When the first answer came into force.
    var answered: MonotonicInstant?
    /// What was found wrong with the descriptions so far; bounded.
    var findings: [SDPFinding] = []
    /// The flag `debug`: log this call in detail, whatever the level.
    var isDebugging = false
    private(set) var isEnded = false
    private(set) var timers = CallTimers()

    /// Behind the command that is being carried out, the oldest first, from `nextWaiting` on.
    private var waiting: [CallCommand?] = []
    private var nextWaiting = 0
    private var isBusy = false
    private var isDraining = false
    private weak var registry: CallRegistry?

    /// The registry's number of the call, which is reused.
    let number: Int
    /// The calls that were made before and after this one.
    var older: CallSession?
    var newer: CallSession?

    /// What a client said of a party beside the SDP, by its tag.
    struct PartyNotes {
        var tag: String
        var label: String?
        var metadata: String?
        /// Unix time [s].
        var created: Int64
    }

    init(callID: String, environment: CallEnvironment, handle: CallHandle, registry: CallRegistry, number: Int) {
        self.callID = callID
        self.environment = environment
        self.handle = handle
        self.registry = registry
        self.number = number
        id = handle.id
        created = environment.unixMicroseconds
        lastSignal = created / 1_000_000
    }

    // MARK: Commands, in order

    /// Carries a command out behind those that were posted before. A call that is over answers with `gone`.
    func post(_ command: CallCommand) {
        guard isBusy || isDraining || !waiting.isEmpty else {
            // Most calls never have two commands at once.
            begin(command)
            return drain()
        }
        waiting.append(command)
        drain()
    }

    private func drain() {
        guard !isDraining, !isBusy, !waiting.isEmpty else { return }
        isDraining = true
        while !isBusy, let command = takeWaiting() { begin(command) }
        isDraining = false
    }

    /// Thousands may wait while a file is read, so none is moved for the one before it.
    private func takeWaiting() -> CallCommand? {
        guard nextWaiting < waiting.count else { return nil }
        let command = waiting[nextWaiting].take()
        nextWaiting += 1
        if nextWaiting == waiting.count || nextWaiting >= 1_024 {
            waiting.removeFirst(nextWaiting)
            nextWaiting = 0
        }
        if waiting.isEmpty { waiting = [] }
        return command
    }

    private func begin(_ command: CallCommand) {
        guard !isEnded else { return Self.refuse(command) }
        isBusy = true
        carryOut(command)
    }

    /// The command has come to its end.
    private func finish() {
        isBusy = false
        drain()
    }

    private static func refuse(_ command: CallCommand) {
        if case .request(_, let completion) = command { completion(.gone) }
    }

    private func carryOut(_ command: CallCommand) {
        switch command {
        case .request(.offer(let offer), let completion) where timers.isSet(.deletion) && !concerns(offer):
            // Other parties under the call-id of a call that is over but for its delay.
            end(.deleted) { [self] _ in
                completion(.gone)
                finish()
            }
        case .request(let request, let completion): carryOut(request, finishing(completion))
        case .event(let event): carryOut(event) { [self] in finish() }
        case .timer(let timer): carryOut(timer)
        case .shutdown: end(.shutdown) { [self] _ in finish() }
        case .terminate: end(.terminated) { [self] _ in finish() }
        }
    }

    private func carryOut(_ request: NGCommand, _ reply: @escaping Reply) {
        switch request {
        case .offer(let offer): carryOut(offer, reply)
        case .answer(let answer): carryOut(answer, reply)
        case .delete(let delete): carryOut(delete, reply)
        case .query(let query): carryOut(query, reply)
        case .treat(let treatment): carryOut(treatment, reply)
        case .playMedia(let play): carryOut(play, reply)
        case .stopMedia(let stop): carryOut(stop, reply)
        case .playDTMF(let play): carryOut(play, reply)
        case .record(let recording): carryOut(recording, reply)
        case .publish(let publish): carryOut(publish, reply)
        case .subscribe(let subscribe): carryOut(subscribe, reply)
        case .subscribeAnswer(let answer): carryOut(answer, reply)
        case .unsubscribe(let unsubscribe): carryOut(unsubscribe, reply)
        case .create(let create): carryOut(create, reply)
        case .createAnswer(let answer): carryOut(answer, reply)
        default: reply(.error(.noHandler))
        }
    }

    private func finishing(_ completion: @escaping CallCommand.Completion) -> Reply {
        { [self] reply in
            completion(.reply(reply))
            finish()
        }
    }

    // MARK: Timers

    private func carryOut(_ timer: CallTimer) {
        // It may have been set anew or cancelled while it stood in the queue.
        guard timers[timer] <= environment.configuration.clock() else { return finish() }
        let reason: CallEnd
        switch timer {
        case .deletion: reason = .deleted
        case .offer: reason = .offerTimeout
        case .final: reason = .finalTimeout
        case .branch: return removeDueBranches { [self] in finish() }
        }
        end(reason) { [self] _ in finish() }
    }

    /// Starts a timer anew; zero and less is never.
    func setTimer(_ timer: CallTimer, _ delay: Nanoseconds) {
        timers[timer] = delay > .zero ? environment.configuration.clock() + delay : .distantFuture
        registry?.schedule(self)
    }

    func cancelTimer(_ timer: CallTimer) {
        guard timers.isSet(timer) else { return }
        timers[timer] = .distantFuture
        registry?.schedule(self)
    }

    /// Posts the timers whose time has come.
    func ring(at now: MonotonicInstant) {
        for timer in CallTimer.allCases where timers[timer] <= now { post(.timer(timer)) }
    }

    // MARK: The end

    /// Ends the call, waits until its ports are free and writes its one line into the log.
    func end(_ reason: CallEnd, then: @escaping @ControlActor (CallStatistics) -> Void = { _ in }) {
        isEnded = true
        timers = CallTimers()
        registry?.schedule(self)
        handle.end { [self] last in
            ControlThread.post { self.ended(reason, last ?? CallStatistics(), then) }
        }
    }

    private func ended(_ reason: CallEnd, _ statistics: CallStatistics, _ then: @ControlActor (CallStatistics) -> Void) {
        leases = [:]
        concludeRecording()
        environment.statistics.countEnd(
            reason, length: Double(environment.unixMicroseconds &- created) / 1e6, plan: plan, statistics)
        // Before the registry forgets the call: another one of its call-id, or the end of the daemon, must come after its last event.
        if reason != .refused {
            log(.info, "\(summary(reason, statistics))", metadata: ["subsystem": "cdr"])
            publishEnd(reason, statistics)
        }
        registry?.remove(self)
        then(statistics)
    }

    // MARK: The log

    /// One line about the call. What it takes to make it is spent only where it is written.
    func log(_ level: Logger.Level, _ message: @autoclosure () -> Logger.Message, metadata: @autoclosure () -> Logger.Metadata? = nil) {
        let threshold = environment.logger.logLevel
        guard level >= (isDebugging ? min(.debug, threshold) : threshold) else { return }
        var logger = environment.logger
        if isDebugging { logger.logLevel = min(.debug, threshold) }
        logger[metadataKey: "call-id"] = .string(callID.printable)
        logger.log(level: level, message(), metadata: metadata())
    }
}
