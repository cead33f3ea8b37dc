import CSockets
import Glibc
import Synchronization

/// How the control side reaches a worker: the queues that have something for it, and a descriptor that wakes it while it waits.
///
/// Together with `CallQueue` the only place where two threads meet.
final class Mailbox: Sendable {
    private struct State: Sendable {
        /// From the worker's start to its end.
        var isOpen = false
        var queues: [CallQueue] = []
        var isStopping = false
        var wantsTidying = false
        var calls = 0
    }

    private let state = Locked(State())
    private let mailFlag = Atomic<Bool>(false)
    /// The worker waits, or is about to: who brings mail must wake it.
    private let isWaiting = Atomic<Bool>(false)
    /// Kept until nobody has the mailbox any more: who brings mail signals it without a lock, since whoever is woken by that takes it.
    private let wakeDescriptor = Atomic<Int32>(-1)

    deinit {
        let descriptor = wakeDescriptor.load(ordering: .relaxed)
        if descriptor >= 0 { Glibc.close(descriptor) }
    }

    /// Whether something waits for the worker; it needs no lock to look.
    var hasMail: Bool { mailFlag.load(ordering: .acquiring) }

    /// Calls that were placed on this worker and not yet removed.
    var calls: Int { state.withLock { $0.calls } }
    func callPlaced() { state.withLock { $0.calls += 1 } }
    func callRemoved() { state.withLock { $0.calls -= 1 } }

    /// Begins to accept mail. Returns the descriptor that becomes readable when some comes during a wait; the mailbox keeps it.
    func open() throws(EngineError) -> Int32 {
        var descriptor = wakeDescriptor.load(ordering: .relaxed)
        if descriptor < 0 {
            descriptor = rtpbridge_eventfd_create()
            guard descriptor >= 0 else { throw .cannotPoll(errno: -descriptor) }
            wakeDescriptor.store(descriptor, ordering: .relaxed)
        }
        state.withLock { $0.isOpen = true }
        return descriptor
    }

    /// Tells the worker of a queue that was empty and is not any more; `false` if there is no worker.
    func schedule(_ queue: CallQueue) -> Bool {
        let isTaken = state.withLock { state in
            if state.isOpen { state.queues.append(queue) }
            return state.isOpen
        }
        if isTaken { wake() }
        return isTaken
    }

    /// Asks the worker to end its calls and itself.
    func stop() {
        let hasWorker = state.withLock { state in
            state.isStopping = state.isOpen
            return state.isOpen
        }
        if hasWorker { wake() }
    }

    /// Asks the worker to give up memory that it does not need now.
    func askForTidying() {
        let hasWorker = state.withLock { state in
            state.wantsTidying = state.isOpen
            return state.isOpen
        }
        if hasWorker { wake() }
    }

    /// Each side writes its own flag before it reads the other's: one of the two sees it.
    private func wake() {
        mailFlag.store(true, ordering: .sequentiallyConsistent)
        if isWaiting.load(ordering: .sequentiallyConsistent), isWaiting.exchange(false, ordering: .sequentiallyConsistent) {
            rtpbridge_eventfd_signal(wakeDescriptor.load(ordering: .relaxed))
        }
    }

    /// The worker is going to wait: from now on mail wakes it. `false` if some is there already.
    func beginWait() -> Bool {
        isWaiting.store(true, ordering: .sequentiallyConsistent)
        return !mailFlag.load(ordering: .sequentiallyConsistent)
    }

    func endWait() { isWaiting.store(false, ordering: .relaxed) }

    /// What the worker shall do beside its calls' commands.
    enum Order { case nothing, tidy, stop }

    /// The queues that became non-empty since the last look, in that order, and what else there is to do.
    func collect(into queues: inout [CallQueue]) -> Order {
        guard hasMail, mailFlag.exchange(false, ordering: .acquiringAndReleasing) else { return .nothing }
        return state.withLock { state in
            queues += state.queues
            state.queues.removeAll(keepingCapacity: state.queues.count <= 256)
            defer { state.wantsTidying = false }
            return state.isStopping ? .stop : state.wantsTidying ? .tidy : .nothing
        }
    }

    /// Accepts nothing more and returns what was not collected.
    func close() -> [CallQueue] {
        state.withLock { state in
            state.isOpen = false
            let left = state.queues
            state.queues = []
            return left
        }
    }
}
