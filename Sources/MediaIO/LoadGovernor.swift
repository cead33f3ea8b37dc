import MediaCore
import Wire

/// How busy a worker is, and how sparing its encoders shall be because of that.
///
///     load:    0 ........ 60 ........ 75 ........ 88 ...... 100 %
///     none     ──────────────────────► lower
///     lower    ◄──────────             ──────────► lowest
///     lowest              ◄────────────
///
/// Up at once, down only after the load has been low for a while: a cheaper encoder is itself what lowers it. If it has to
/// go up again soon, the next time down takes twice as long.
struct LoadGovernor {
    /// How often the load is looked at.
    static let window = Nanoseconds.milliseconds(100)
    /// The time over which it is smoothed.
    static let memory = Nanoseconds.seconds(1)
    static let shortestHold = Nanoseconds.seconds(4)
    static let longestHold = Nanoseconds.seconds(64)

    /// The share of the last second that the thread was at work; 0 to 1.
    private(set) var load = 0.0
    private(set) var thrift = EncodingThrift.none
    /// How often `thrift` has changed.
    private(set) var changes: UInt64 = 0

    private var windowBegan: MonotonicInstant
    private var busy = Nanoseconds.zero
    /// The thread's processor time at the end of the last window.
    private var processorTime: Nanoseconds?
    /// Since when the load is low enough for the step down.
    private var lowSince: MonotonicInstant?
    private var lastDown: MonotonicInstant?
    private var hold = shortestHold

    init(at now: MonotonicInstant) { windowBegan = now }

    /// How long the worker may sleep; a load that is past must be seen to go down. `nil` once there is next to none.
    var longestWait: Nanoseconds? { load < 0.02 && thrift == .none ? nil : Self.window + Self.window }

    /// So much work has ended at `now`. Returns whether a window did, and the load with it is new.
    /// - Parameter spent: the thread's processor time so far, asked for once per window. Of io_uring, which moves packets inside the
    ///   wait: that is in no `work`. What the thread waits for a processor that others have is only in `work`: the larger one counts.
    mutating func note(work: Nanoseconds, until now: MonotonicInstant, spent: @autoclosure () -> Nanoseconds = .zero) -> Bool {
        busy = busy + work
        let span = now - windowBegan
        guard span >= Self.window else { return false }
        let processorTime = spent()
        let used = max(busy, processorTime - (self.processorTime ?? processorTime))
        self.processorTime = processorTime
        let share = min(1, Double(used.count) / Double(span.count))
        load += (share - load) * min(1, Double(span.count) / Double(Self.memory.count))
        windowBegan = now
        busy = .zero
        steer(at: now)
        return true
    }

    private mutating func steer(at now: MonotonicInstant) {
        if load > rise {
            lowSince = nil
            guard let next = EncodingThrift(rawValue: thrift.rawValue + 1) else { return }
            let isRelapse = lastDown.map { now - $0 < Self.longestHold } ?? false
            hold = isRelapse ? min(hold + hold, Self.longestHold) : Self.shortestHold
            change(to: next)
        } else if load < fall {
            let since = lowSince ?? now
            lowSince = since
            guard now - since >= hold, let next = EncodingThrift(rawValue: thrift.rawValue &- 1) else { return }
            lowSince = nil
            lastDown = now
            change(to: next)
        } else {
            lowSince = nil
        }
    }

    private mutating func change(to next: EncodingThrift) {
        thrift = next
        changes += 1
    }

    private var rise: Double {
        switch thrift {
        case .none: 0.75
        case .lower: 0.88
        case .lowest: .infinity
        }
    }

    private var fall: Double {
        switch thrift {
        case .none: -1
        case .lower: 0.60
        case .lowest: 0.75
        }
    }
}
