import CSockets
import Glibc
import Synchronization

/// How the control side reaches a worker: the queues that have something for it, and a descriptor that wakes it.
///
/// Together with `CallQueue` the only place where two threads meet.
final class Mailbox: Sendable {
    private struct State: Sendable {
        /// Signalled when mail comes; `nil` before the worker runs and after it ended.
        var wakeDescriptor: Int32?
        var queues: [CallQueue] = []
        var isStopping = false
        var calls = 0
    }

    private let state = Locked(State())
    private let mailFlag = Atomic<Bool>(false)

    /// Whether something waits for the worker; it needs no lock to look.
    var hasMail: Bool { mailFlag.load(ordering: .acquiring) }

    /// Calls that were placed on this worker and not yet removed.
    var calls: Int { state.withLock { $0.calls } }
    func callPlaced() { state.withLock { $0.calls += 1 } }
    func callRemoved() { state.withLock { $0.calls -= 1 } }

    /// Begins to accept mail. Returns the descriptor that becomes readable when some came; the mailbox keeps it.
    func open() throws(EngineError) -> Int32 {
        let descriptor = rtpbridge_eventfd_create()
        guard descriptor >= 0 else { throw .cannotPoll(errno: -descriptor) }
        state.withLock { $0.wakeDescriptor = descriptor }
        return descriptor
    }

    /// Tells the worker of a queue that was empty and is not any more; `false` if there is no worker.
    func schedule(_ queue: CallQueue) -> Bool {
        state.withLock { state in
            guard let descriptor = state.wakeDescriptor else { return false }
            state.queues.append(queue)
            wake(descriptor)
            return true
        }
    }

    /// Asks the worker to end its calls and itself.
    func stop() {
        state.withLock { state in
            guard let descriptor = state.wakeDescriptor else { return }
            state.isStopping = true
            wake(descriptor)
        }
    }

    private func wake(_ descriptor: Int32) {
        if !mailFlag.exchange(true, ordering: .acquiringAndReleasing) { rtpbridge_eventfd_signal(descriptor) }
    }

    /// The queues that became non-empty since the last look, in that order, and whether the worker shall stop.
    func collect(into queues: inout [CallQueue]) -> Bool {
        guard hasMail, mailFlag.exchange(false, ordering: .acquiringAndReleasing) else { return false }
        return state.withLock { state in
            queues += state.queues
            state.queues.removeAll(keepingCapacity: true)
            return state.isStopping
        }
    }

    /// Accepts nothing more and returns what was not collected.
    func close() -> [CallQueue] {
        state.withLock { state in
            if let descriptor = state.wakeDescriptor { Glibc.close(descriptor) }
            state.wakeDescriptor = nil
            let left = state.queues
            state.queues = []
            return left
        }
    }
}
