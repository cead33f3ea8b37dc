import CSockets
import Glibc
import MediaCore
import Wire

/// One thread's event loop and its calls.
///
///     wait ─► batch: [clock] ─► commands ─► due deadlines ─► packets ─► one batched send ─┐
///       ▲       └────────────── until all that was readable is handled ◄──────────────────┤
///       └─────────────────────────────────────────────────────────────────────────────────┘
///
/// A batch is small, so that a busy turn neither delays deadlines nor lets the clock reading grow old.
/// Each readable socket is read once a turn: with one packet per 20 ms and socket a second read would only
/// find it empty, and a flooded socket cannot starve the others. A shared port is read for up to a batch of packets.
final class Worker {
    /// Packets, and deadlines, of one batch.
    static let batchSize = 8
    /// How long commands may hold up the packets of other calls, per batch.
    static let commandBudget = Nanoseconds.milliseconds(1)
    /// From this on a deadline counts as late.
    static let lateness = Nanoseconds.milliseconds(5)
    /// The longest datagram that is taken: beyond any path MTU.
    static let bufferLength = CallOutput.maximumDatagramLength
    /// Room behind a received datagram, for a call to work in place.
    static let bufferSlack = 64
    private static let mailToken = UInt64.max

    let mailbox: Mailbox
    let counters: WorkerCounters
    let onEvent: MediaEngine.EventHandler
    let poller: Poller
    let outbox: Outbox
    /// The datagram being handled. One is enough: a call copies what it keeps.
    let buffer: UnsafeMutableRawPointer

    var sockets = SocketTable()
    /// The ports of this worker that many of its calls have, and the room for what they receive.
    var sharedSockets: [SharedSocket] = []
    let receiveBatch: ReceiveBatch?
    var deadlines = DeadlineHeap()
    /// By the worker's number of the call, which is reused.
    var calls: [CallEntry?] = []
    var freeNumbers: [Int] = []
    var numbers: [UInt64: Int] = [:]
    /// Queues with commands that are not carried out yet, and how many of these are done.
    var waitingQueues: [CallQueue] = []
    var doneQueues = 0
    private let wakeDescriptor: Int32
    private var isStopping = false

    /// - Parameter ports: the shared ports that are this worker's.
    init(
        mailbox: Mailbox, counters: WorkerCounters, ports: [SharedPort], onEvent: @escaping MediaEngine.EventHandler
    ) throws(EngineError) {
        self.mailbox = mailbox
        self.counters = counters
        self.onEvent = onEvent
        poller = try Poller()
        outbox = Outbox(counters: counters)
        buffer = .allocate(byteCount: Self.bufferLength + Self.bufferSlack, alignment: 16)
        receiveBatch = ports.isEmpty ? nil : ReceiveBatch(capacity: Self.batchSize)
        wakeDescriptor = try mailbox.open()
        guard poller.add(wakeDescriptor, token: Self.mailToken) else { throw .cannotPoll(errno: errno) }
        for port in ports { try open(port) }
    }

    deinit {
        for queue in mailbox.close() { queue.close() }
        buffer.deallocate()
    }

    /// Works until the mailbox says stop, then ends all calls.
    func run() {
        while !isStopping { turn() }
        endAll()
    }

    private func turn() {
        let ready = poller.wait(timeout)
        counters.turns.increase()
        var next = 0
        repeat {
            let now = SystemClock.now
            takeCommands(at: now)
            meetDeadlines(at: now)
            var handled = 0
            while next < ready.count, handled < Self.batchSize {
                handled += wake(ready[next], at: now)
                next += 1
            }
            outbox.flush()
        } while next < ready.count
    }

    private var timeout: Nanoseconds? {
        if doneQueues < waitingQueues.count { return .zero }
        let earliest = deadlines.earliest
        return earliest == .distantFuture ? nil : max(.zero, earliest - SystemClock.now)
    }

    /// - Returns: how much of a batch that was.
    private func wake(_ token: UInt64, at now: MonotonicInstant) -> Int {
        guard token == Self.mailToken else { return receive(token, at: now) }
        // In this order: mail that comes between the two signals again.
        rtpbridge_eventfd_clear(wakeDescriptor)
        takeCommands(at: now)
        return 1
    }

    private func takeCommands(at now: MonotonicInstant) {
        if mailbox.collect(into: &waitingQueues) { isStopping = true }
        guard doneQueues < waitingQueues.count else { return }
        repeat {
            carryOut(waitingQueues[doneQueues], at: now)
            doneQueues += 1
        } while doneQueues < waitingQueues.count && SystemClock.now - now < Self.commandBudget
        if doneQueues == waitingQueues.count {
            waitingQueues.removeAll(keepingCapacity: true)
            doneQueues = 0
        }
    }
}
