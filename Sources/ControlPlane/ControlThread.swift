import CSockets
import Glibc
import MediaIO
import Synchronization
import Wire

/// The thread of `ControlActor`: it runs what was posted, what became readable, and what is due.
///
///     wait ─► posted work, in order ─► readable sockets ─► due deadlines ─► replies leave ─► wait
///
/// Work comes from the workers (a plan is in force, a call ended) and from tasks (start, stop, tests). There is one such thread
/// in a process, started on first use; it never ends.
final class ControlThread: SerialExecutor {
    static let shared = ControlThread()

    private enum Work: Sendable {
        case job(UnownedJob)
        case call(@ControlActor @Sendable () -> Void)
    }

    /// Why there is no thread (errno); what is posted then is never done.
    let failure: Int32?
    private let posted = Locked<[Work]>([])
    private let hasWork = Atomic<Bool>(false)
    /// The thread waits, or is about to: who posts must wake it.
    private let isWaiting = Atomic<Bool>(false)
    private let identity = Atomic<UInt>(0)
    private let wakeDescriptor: Int32
    private let epoll: Int32

    private static let wakeToken = UInt64.max

    private init() {
        epoll = rtpbridge_epoll_create()
        wakeDescriptor = rtpbridge_eventfd_create()
        let added = rtpbridge_epoll_add(epoll, wakeDescriptor, Self.wakeToken)
        var thread = pthread_t()
        failure = if added != 0 { min(epoll, wakeDescriptor) < 0 ? -min(epoll, wakeDescriptor) : -added } else {
            // The first thing that the thread asks for is the instance that is being made here, so it waits for that.
            switch pthread_create(&thread, nil, { _ in ControlThread.shared.run() }, nil) {
            case 0: nil
            case let error: error
            }
        }
    }

    // MARK: Posting

    func enqueue(_ job: consuming ExecutorJob) { append(.job(UnownedJob(job))) }

    /// Has something done on the thread, behind all that was posted before. From any thread.
    static func post(_ call: @escaping @ControlActor @Sendable () -> Void) { shared.append(.call(call)) }

    private func append(_ work: Work) {
        posted.withLock { $0.append(work) }
        // Written before the other is read, as the thread does the other way round: one of the two sees it.
        hasWork.store(true, ordering: .sequentiallyConsistent)
        if isWaiting.load(ordering: .sequentiallyConsistent), isWaiting.exchange(false, ordering: .sequentiallyConsistent) {
            rtpbridge_eventfd_signal(wakeDescriptor)
        }
    }

    func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }

    func checkIsolated() { precondition(isCurrent, "not on the control thread") }

    func isIsolatingCurrentContext() -> Bool? { isCurrent }

    private var isCurrent: Bool { identity.load(ordering: .relaxed) == UInt(pthread_self()) }

    // MARK: Descriptors

    /// Has `ControlLoop` called with the token whenever the descriptor is readable; `false` if the system refuses.
    func watch(_ descriptor: Int32, token: UInt64) -> Bool { rtpbridge_epoll_add(epoll, descriptor, token) == 0 }

    func unwatch(_ descriptor: Int32) { _ = rtpbridge_epoll_remove(epoll, descriptor) }

    // MARK: The thread

    private func run() -> UnsafeMutableRawPointer? {
        rtpbridge_prepare_thread("control")
        identity.store(UInt(pthread_self()), ordering: .relaxed)
        while true {
            let ready = wait()
            ControlActor.assumeIsolated {
                doWork()
                for token in ready where token != Self.wakeToken { ControlLoop.shared.read(token) }
                ControlLoop.shared.endTurn()
            }
        }
    }

    /// The tokens of readable descriptors.
    private func wait() -> [UInt64] {
        isWaiting.store(true, ordering: .sequentiallyConsistent)
        let isBusy = hasWork.load(ordering: .sequentiallyConsistent)
        let timeout = isBusy ? 0 : ControlActor.assumeIsolated { ControlLoop.shared.timeLeft.count }
        let ready = [UInt64](unsafeUninitializedCapacity: 16) { buffer, count in
            count = Int(max(0, rtpbridge_epoll_wait(epoll, buffer.baseAddress, 16, timeout)))
        }
        isWaiting.store(false, ordering: .sequentiallyConsistent)
        if ready.contains(Self.wakeToken) { rtpbridge_eventfd_clear(wakeDescriptor) }
        return ready
    }

    @ControlActor private func doWork() {
        guard hasWork.exchange(false, ordering: .sequentiallyConsistent) else { return }
        let works = posted.withLock { works in
            let all = works
            works = []
            return all
        }
        for work in works {
            switch work {
            case .job(let job): job.runSynchronously(on: asUnownedSerialExecutor())
            case .call(let call): call()
            }
        }
    }
}
