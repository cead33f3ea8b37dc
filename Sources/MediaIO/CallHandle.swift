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
    private let mailbox: Mailbox

    init(queue: CallQueue, mailbox: Mailbox) {
        id = queue.id
        self.queue = queue
        self.mailbox = mailbox
    }

    deinit { post(.end { _ in }) }

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

    /// The call's counters as they are now; `nil` if it is over.
    public func statistics(_ completion: @escaping @Sendable (CallStatistics?) -> Void) {
        post(.statistics(completion))
    }

    /// Ends the call and gives its last counters. By then its sockets are closed and their ports given back.
    /// `nil` if it had been ended before. A call that ended by itself (`CallEvent.ended`) still has its counters until then.
    public func end(_ completion: @escaping @Sendable (CallStatistics?) -> Void) {
        post(.end(completion))
    }

    private func post(_ command: CallCommand) {
        switch queue.append(command) {
        case .refused: command.refuse()
        case .appended: break
        case .appendedFirst: if !mailbox.schedule(queue) { queue.close() }
        }
    }
}
