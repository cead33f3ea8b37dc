/// The inbox of one call: commands in order, bounded, filled by the control side and emptied by the worker.
final class CallQueue: Sendable {
    /// A call that leaves this many commands unanswered is not keeping up; more are refused.
    static let capacity = 64

    enum Acceptance: Equatable {
        case refused
        /// The worker knows already that something waits.
        case appended
        /// The first since the worker last looked: it must be told.
        case appendedFirst
    }

    private struct State: Sendable {
        var commands: [CallCommand] = []
        var isClosed = false
    }

    let id: UInt64
    private let state = Locked(State())

    init(id: UInt64) { self.id = id }

    /// Nothing is accepted any more.
    var isClosed: Bool { state.withLock { $0.isClosed } }

    /// Appends a command. The end of the call is always accepted, once; nothing is after it. So is the end of a handshake step, of
    /// which there is one for each m-line.
    func append(_ command: CallCommand) -> Acceptance {
        state.withLock { state in
            guard !state.isClosed else { return .refused }
            switch command {
            case .end: state.isClosed = true
            case .finish: break
            case .apply, .perform, .statistics: if state.commands.count >= Self.capacity { return .refused }
            }
            state.commands.append(command)
            return state.commands.count == 1 ? .appendedFirst : .appended
        }
    }

    /// Everything that waits, oldest first.
    func takeAll() -> [CallCommand] {
        state.withLock { state in
            let all = state.commands
            state.commands = []
            return all
        }
    }

    /// Refuses everything from now on, and what waits.
    func close() {
        let left = state.withLock { state in
            state.isClosed = true
            let all = state.commands
            state.commands = []
            return all
        }
        for command in left { command.refuse() }
    }
}
