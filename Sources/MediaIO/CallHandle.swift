public import MediaCore

/// The control side's end of a call.
///
/// Commands of one call are carried out in the order in which they were given. Completions are called on
/// the worker's thread (or at once on the caller's, if the call is over): they must be short and must not wait.
/// When the last reference goes, the call ends.
public final class CallHandle: Sendable {
    /// Unique while the process lives.
    public let id: UInt64
    private let queue: CallQueue
    /// Of all workers.
    private let mailboxes: [Mailbox]
    private let placement: Locked<Placement>

    private struct Placement: Sendable {
        var worker: Int
        /// The worker knows of the call, or soon will.
        var isFinal = false
    }

    /// - Parameter worker: the place of its mailbox among `mailboxes`.
    init(queue: CallQueue, mailboxes: [Mailbox], worker: Int) {
        id = queue.id
        self.queue = queue
        self.mailboxes = mailboxes
        placement = Locked(Placement(worker: worker))
        mailboxes[worker].callPlaced()
    }

    deinit { post(.end { _ in }) }

    /// The workers that the call may live on, the first being its own: any while it has had no command, then that one only.
    public var possibleWorkers: [Int] {
        let placement = placement.withLock { $0 }
        let others = placement.isFinal ? [] : mailboxes.indices.filter { $0 != placement.worker }
        return [placement.worker] + others
    }

    /// Moves a call that has had no command yet to another worker, for a shared port that is that one's; `false` if it
    /// cannot move any more.
    public func move(to worker: Int) -> Bool {
        placement.withLock { placement in
            if placement.worker == worker { return true }
            guard !placement.isFinal, mailboxes.indices.contains(worker) else { return false }
            mailboxes[placement.worker].callRemoved()
            mailboxes[worker].callPlaced()
            placement.worker = worker
            return true
        }
    }

    /// Makes the call what `plan` says: new sockets first, then the plan, then the sockets that it no longer names.
    ///
    /// - Parameters:
    ///   - sockets: they belong to the call from now on, even if it fails.
    ///   - slots: sockets to close once the plan is in force.
    ///   - completion: `false` if the call is over or cannot take the sockets; the former plan stays in force and
    ///     the new sockets are given back.
    public func apply(
        _ plan: CallPlan, adding sockets: [CallSocket] = [], removing slots: [Int] = [],
        completion: @escaping @Sendable (Bool) -> Void
    ) {
        post(.apply(plan, adding: sockets, removing: slots, completion: completion))
    }

    /// Does something once.
    /// - Parameter completion: `false` if the call is over, or nobody is there that it could be done for, or it is too much.
    public func perform(_ action: CallAction, completion: @escaping @Sendable (Bool) -> Void) {
        post(.perform(action, completion: completion))
    }

    /// The call's counters as they are now; `nil` if it is over.
    public func statistics(_ completion: @escaping @Sendable (CallStatistics?) -> Void) {
        post(.statistics(completion))
    }

    /// Ends the call and gives its last counters. By then its sockets are closed and their ports given back.
    /// `nil` if it had been ended before. A call that ended by itself (`CallEvent.ended`) still has its counters until then.
    public func end(_ completion: @escaping @Sendable (CallStatistics?) -> Void) {
        post(.end(completion))
    }

    private func finalWorker() -> Int {
        placement.withLock { placement in
            placement.isFinal = true
            return placement.worker
        }
    }

    private func post(_ command: CallCommand) {
        switch queue.append(command) {
        case .refused: command.refuse()
        case .appended: break
        case .appendedFirst: if !mailboxes[finalWorker()].schedule(queue) { queue.close() }
        }
    }
}
