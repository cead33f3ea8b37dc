public import MediaCore
public import Wire

/// Does the handshake work of a call a little later, as the threads of an engine do.
public struct LateHandshakes {
    let delay: Nanoseconds
    /// Gives the next so many steps back without having run them, as threads do that have too much to do.
    public var refusals = 0
    public private(set) var count = 0
    private var away: [(due: MonotonicInstant, step: HandshakeStep)] = []

    public init(delay: Nanoseconds) { self.delay = delay }

    public var nextDeadline: MonotonicInstant { away.first?.due ?? .distantFuture }

    public mutating func put(_ steps: [HandshakeStep], at now: MonotonicInstant) {
        for step in steps { away.append((now + delay, step)) }
        count += steps.count
    }

    public mutating func takeDone(by now: MonotonicInstant) -> [HandshakeStep] {
        let done = away.prefix { $0.due <= now }.map(\.step)
        away.removeFirst(done.count)
        for step in done {
            if refusals > 0 { refusals -= 1 } else { step.run(at: now) }
        }
        return done
    }
}
