import CSockets
import Glibc
import MediaCore
import Wire

/// One thread's event loop and its calls.
///
///     wait ─► commands ─► batch: [clock] ─► packets ─► due deadlines ─► commands, if the last are long past ─► send ─┐
///       ▲                   └──────────────────── until all that the wait has found is handled ◄─────────────────────┤
///       └──────────────────────────────────────────── send the rest ◄────────────────────────────────────────────────┘
///
/// A batch is small, so that a busy turn neither delays deadlines nor lets the clock reading grow old.
/// A turn is bounded: of each readable socket one datagram (with io_uring as many as it has lent buffers), of a shared port
/// one system call's, commands for half a millisecond and then not before packets have had as long. So nobody's flood keeps the
/// others waiting for more than a turn.
final class Worker {
    /// Packets, and deadlines, of one batch.
    static let batchSize = 8
    /// Datagrams that leave together, and how long the first of them may wait for that.
    static let sendSize = 32
    static let sendDelay = Nanoseconds.microseconds(250)
    /// How long commands may hold up the packets of other calls, per turn.
    static let commandBudget = Nanoseconds.microseconds(500)
    /// From this on a deadline counts as late.
    static let lateness = Nanoseconds.milliseconds(5)

    let mailbox: Mailbox
    let counters: WorkerCounters
    let onEvent: MediaEngine.EventHandler
    let io: PacketIO
    let outbox: Outbox
    let handshakes: HandshakePool
    let recordings: RecordingWriter
    /// A call of this worker is recorded, or was.
    var hasRecordings = false
    let media: MediaSettings

    @exclusivity(unchecked) var sockets = SocketTable()
    /// The ports of this worker that many of its calls have.
    var sharedSockets: [SharedSocket] = []
    @exclusivity(unchecked) var deadlines = DeadlineHeap()
    /// By the worker's number of the call, which is reused.
    @exclusivity(unchecked) var calls: [CallEntry?] = []
    var freeNumbers: [Int] = []
    var numbers: [UInt64: Int] = [:]
    /// Queues with commands that are not carried out yet, and how many of these are done.
    var waitingQueues: [CallQueue] = []
    var doneQueues = 0
    var governor: LoadGovernor
    /// The next of `sockets` whose losses are looked up.
    var nextAudited = 0
    private var coalescing: Coalescing
    /// How many descriptors the process may have.
    let descriptorLimit = Int32(clamping: Glibc.sysconf(Int32(_SC_OPEN_MAX)))
    /// When the last wait ended.
    private var woken: MonotonicInstant
    private var lastSend: MonotonicInstant
    /// When commands were last carried out.
    private var commandsEnded: MonotonicInstant
    /// The last wait has found something.
    private var hasFound = false
    /// Wake-ups for mail in this turn.
    private var signals = 0
    private let wakeDescriptor: Int32
    private var isStopping = false

    /// - Parameter ports: the shared ports that are this worker's.
    init(
        mailbox: Mailbox, counters: WorkerCounters, handshakes: HandshakePool, recordings: RecordingWriter, interface: PacketInterface,
        ports: [SharedPort], media: MediaSettings, onEvent: @escaping MediaEngine.EventHandler
    ) throws(EngineError) {
        self.media = media
        self.mailbox = mailbox
        self.counters = counters
        self.handshakes = handshakes
        self.recordings = recordings
        self.onEvent = onEvent
        let now = SystemClock.now
        governor = LoadGovernor(at: now)
        coalescing = Coalescing(at: now)
        woken = now
        lastSend = now
        commandsEnded = now
        wakeDescriptor = try mailbox.open()
        do { io = try PacketIO(interface, signal: wakeDescriptor) } catch {
            for queue in mailbox.close() { queue.close() }
            throw error
        }
        outbox = Outbox(io, counters: counters)
        for port in ports { try open(port) }
    }

    deinit {
        for queue in mailbox.close() { queue.close() }
    }

    /// Works until the mailbox says stop, then ends all calls.
    /// - Parameter begun: told once whether the thread can work at all; if not, it ends.
    func run(_ begun: (EngineError?) -> Void) {
        do throws(EngineError) { try io.begin() } catch {
            begun(error)
            return endAll()
        }
        begun(nil)
        while !isStopping { turn() }
        endAll()
    }

    private func turn() {
        let idle = SystemClock.now
        let pause = coalescing.pause(at: idle, woken: woken)
        // A look takes one datagram of a socket, or one batch: what came with it is not left for so long.
        let looksAgain = hasFound && pause > Coalescing.longest
        wait(looksAgain ? .zero : timeout(at: idle), pause: looksAgain ? .zero : pause)
        counters.turns.increase()
        var now = SystemClock.now
        if governor.note(work: idle - woken, until: now, spent: io.interface == .ioUring ? SystemClock.threadTime : .zero) { keepUp() }
        woken = now
        takeCommands(at: now)
        var found = 0
        var answers = 0
        var count: Int
        repeat {
            now = SystemClock.now
            let queued = outbox.total
            count = receivePackets(at: now)
            found += count
            answers += outbox.total - queued
            meetDeadlines(at: now)
            if mailbox.hasMail || doneQueues < waitingQueues.count { takeCommandsBetween(at: now) }
            if outbox.count >= Self.sendSize || now - lastSend >= Self.sendDelay { send(at: now) }
        } while count == Self.batchSize
        send(at: now)
        hasFound = found > 0
        coalescing.note(packets: found - signals, answers: answers, at: now)
        signals = 0
    }

    private func wait(_ timeout: Nanoseconds?, pause: Nanoseconds) {
        let hasMail = timeout != .zero && !mailbox.beginWait()
        io.wait(hasMail ? .zero : timeout, pause: hasMail ? .zero : pause)
        mailbox.endWait()
    }

    private func send(at now: MonotonicInstant) {
        outbox.flush()
        lastSend = now
    }

    private func timeout(at now: MonotonicInstant) -> Nanoseconds? {
        if doneQueues < waitingQueues.count || mailbox.hasMail { return .zero }
        let longest = governor.longestWait
        guard deadlines.earliest != .distantFuture else { return longest }
        let span = max(.zero, deadlines.earliest - now)
        return min(span, longest ?? span)
    }

    /// The packets of one batch. Returns how many there were.
    private func receivePackets(at now: MonotonicInstant) -> Int {
        var packet = PacketIO.Packet()
        var count = 0
        while count < Self.batchSize, io.next(&packet) {
            count += 1
            if packet.token == PacketIO.signal {
                // The mail itself is taken in the next turn, which does not wait if there is any.
                rtpbridge_eventfd_clear(wakeDescriptor)
                signals += 1
            } else {
                fetchAhead()
                receive(packet, at: now)
            }
        }
        return count
    }

    /// In a long turn commands need not wait for its end, but have no larger part in it than at its beginning.
    private func takeCommandsBetween(at now: MonotonicInstant) {
        if now - commandsEnded >= Self.commandBudget { takeCommands(at: SystemClock.now) }
    }

    private func takeCommands(at now: MonotonicInstant) {
        switch mailbox.collect(into: &waitingQueues) {
        case .nothing: break
        case .tidy: tidy()
        case .stop: isStopping = true
        }
        guard doneQueues < waitingQueues.count else { return }
        repeat {
            carryOut(waitingQueues[doneQueues], at: now)
            doneQueues += 1
            commandsEnded = SystemClock.now
        } while doneQueues < waitingQueues.count && commandsEnded - now < Self.commandBudget
        if doneQueues == waitingQueues.count {
            waitingQueues.removeAll(keepingCapacity: waitingQueues.count <= 256)
            doneQueues = 0
        }
    }
}
