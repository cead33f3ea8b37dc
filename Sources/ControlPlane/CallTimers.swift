import Wire

/// The deadlines of a call on the control side.
enum CallTimer: Int, Sendable, CaseIterable {
    /// When a deleted call ends for good (`delete-delay`).
    case deletion
    /// When an offer without an answer is given up (`--offer-timeout`).
    case offer
    /// When the call is older than any may be (`--final-timeout`).
    case final
    /// When a deleted branch leaves a call that goes on without it (`delete-delay`).
    case branch
}

/// When each of a call's timers rings; `distantFuture` for those that are not set.
struct CallTimers {
    private var deletion = MonotonicInstant.distantFuture
    private var offer = MonotonicInstant.distantFuture
    private var final = MonotonicInstant.distantFuture
    private var branch = MonotonicInstant.distantFuture

    subscript(timer: CallTimer) -> MonotonicInstant {
        get {
            switch timer {
            case .deletion: deletion
            case .offer: offer
            case .final: final
            case .branch: branch
            }
        }
        set {
            switch timer {
            case .deletion: deletion = newValue
            case .offer: offer = newValue
            case .final: final = newValue
            case .branch: branch = newValue
            }
        }
    }

    var earliest: MonotonicInstant { min(deletion, offer, final, branch) }

    func earliest(after now: MonotonicInstant) -> MonotonicInstant {
        [deletion, offer, final, branch].filter { $0 > now }.min() ?? .distantFuture
    }

    func isSet(_ timer: CallTimer) -> Bool { self[timer] != .distantFuture }
}
