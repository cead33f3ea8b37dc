import CSockets
import Glibc
import MediaCore

/// The threads that do the calls' handshake work, so that a burst of set-ups takes nothing from the packets of other calls.
///
/// They run ten nice levels below the workers: what is left of the processors is theirs, and a tenth where nothing is left. The
/// queue is bounded; what it does not take the call tries again a few milliseconds later.
final class HandshakePool: Sendable {
    private struct Job: Sendable {
        let step: HandshakeStep
        let queue: CallQueue
        let mailbox: Mailbox
    }

    private struct State: Sendable {
        /// Oldest first, from `next` on; what was taken before is `nil`.
        var jobs: [Job?] = []
        var next = 0
        var threads: [pthread_t] = []
        var isStopped = false
    }

    /// A quarter of a second's work for one thread.
    static let capacity = 1024
    private static let niceness: Int32 = 10

    private let state = Locked(State())
    private let work = Semaphore()

    /// All of the threads or none.
    func start(threads count: Int) throws(EngineError) {
        for number in 0..<count {
            let boot = Unmanaged.passRetained(Boot(pool: self, name: "handshake-\(number)"))
            var thread = pthread_t()
            let error = pthread_create(&thread, nil, { context in
                guard let context else { return nil }
                let boot = Unmanaged<Boot>.fromOpaque(context).takeRetainedValue()
                rtpbridge_prepare_thread(boot.name)
                // On Linux 0 is the calling thread, not its process.
                setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, HandshakePool.niceness)
                boot.pool.run()
                return nil
            }, boot.toOpaque())
            guard error == 0 else {
                boot.release()
                stop()
                throw .cannotStartThread(errno: error)
            }
            state.withLock { $0.threads.append(thread) }
        }
    }

    /// Takes a step over, to give it back through the call's queue; `false` if there is no room.
    func take(_ step: HandshakeStep, of queue: CallQueue, mailbox: Mailbox) -> Bool {
        let isTaken = state.withLock { state in
            guard !state.isStopped, state.jobs.count - state.next < Self.capacity else { return false }
            state.jobs.append(Job(step: step, queue: queue, mailbox: mailbox))
            return true
        }
        if isTaken { work.signal() }
        return isTaken
    }

    /// Ends the threads and lets go of what waits; for the time after the workers, which take nothing back any more.
    func stop() {
        let former = state.withLock { state in
            let former = state
            state = State()
            state.isStopped = true
            return former
        }
        for _ in former.threads { work.signal() }
        for thread in former.threads { pthread_join(thread, nil) }
    }

    private func run() {
        while true {
            work.wait()
            guard let job = nextJob() else { return }
            // Of a call that is over nobody wants to know.
            if job.queue.isClosed { continue }
            job.step.run(at: SystemClock.now)
            if job.queue.append(.finish(job.step)) == .appendedFirst, !job.mailbox.schedule(job.queue) { job.queue.close() }
        }
    }

    /// `nil` when there will not be any more.
    private func nextJob() -> Job? {
        state.withLock { state in
            guard state.next < state.jobs.count else { return nil }
            // Taken out, so that its last reference goes with whoever does it, and not under the lock.
            let job = state.jobs[state.next].take()
            state.next += 1
            if state.next == state.jobs.count {
                state.jobs.removeAll(keepingCapacity: true)
                state.next = 0
            } else if state.next >= Self.capacity {
                state.jobs.removeFirst(state.next)
                state.next = 0
            }
            return job
        }
    }

    /// What a new thread is given.
    private final class Boot {
        let pool: HandshakePool
        let name: String

        init(pool: HandshakePool, name: String) {
            self.pool = pool
            self.name = name
        }
    }
}
