import MediaCore
import Wire

/// Does the handshake work of a call a little later, as the threads of an engine do.
struct LateHandshakes {
    let delay: Nanoseconds
    /// Gives the next so many steps back without having run them, as threads do that have too much to do.
    var refusals = 0
    private(set) var count = 0
    private var away: [(due: MonotonicInstant, step: HandshakeStep)] = []

    init(delay: Nanoseconds) { self.delay = delay }

    var nextDeadline: MonotonicInstant { away.first?.due ?? .distantFuture }

    mutating func put(_ steps: [HandshakeStep], at now: MonotonicInstant) {
        for step in steps { away.append((now + delay, step)) }
        count += steps.count
    }

    mutating func takeDone(by now: MonotonicInstant) -> [HandshakeStep] {
        let done = away.prefix { $0.due <= now }.map(\.step)
        away.removeFirst(done.count)
        for step in done {
            if refusals > 0 { refusals -= 1 } else { step.run(at: now) }
        }
        return done
    }
}
