import Wire

/// Who takes part in the turns of the control thread.
@ControlActor
protocol ControlLoopMember: AnyObject {
    /// Until something is to be done; zero and less is now, `nil` never.
    var timeLeft: Nanoseconds? { get }
    /// Does what is due.
    func meetDeadlines()
    /// The end of a turn: what was collected leaves.
    func flush()
}

extension ControlLoopMember {
    var timeLeft: Nanoseconds? { nil }
    func meetDeadlines() {}
    func flush() {}
}

/// What the control thread looks after beside its posted work: readable sockets and members with deadlines.
@ControlActor
final class ControlLoop {
    static let shared = ControlLoop()

    private var readers: [UInt64: () -> Void] = [:]
    private var members: [any ControlLoopMember] = []
    private var lastToken: UInt64 = 0

    /// Calls `read` whenever the descriptor is readable; `nil` if the system refuses.
    func watch(_ descriptor: Int32, read: @escaping () -> Void) -> UInt64? {
        lastToken += 1
        guard ControlThread.shared.watch(descriptor, token: lastToken) else { return nil }
        readers[lastToken] = read
        return lastToken
    }

    func unwatch(_ descriptor: Int32, token: UInt64) {
        ControlThread.shared.unwatch(descriptor)
        readers[token] = nil
    }

    func add(_ member: any ControlLoopMember) { members.append(member) }

    func remove(_ member: any ControlLoopMember) { members.removeAll { $0 === member } }

    // MARK: For the thread

    /// Until the first deadline; negative without any.
    var timeLeft: Nanoseconds {
        let first = members.compactMap(\.timeLeft).min()
        return first.map { max($0, .zero) } ?? Nanoseconds(-1)
    }

    func read(_ token: UInt64) { readers[token]?() }

    func endTurn() {
        for member in members { member.meetDeadlines() }
        for member in members { member.flush() }
    }
}
