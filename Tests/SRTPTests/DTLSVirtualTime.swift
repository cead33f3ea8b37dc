import CVirtualClock
import Wire

/// A test's clock, which OpenSSL sees too: while it lives, gettimeofday on this thread answers `now`.
///
/// Keep it within one synchronous function, since the override belongs to the thread, and have one at a time.
struct VirtualTime: ~Copyable {
    /// Begins in 2001, far from the machine's time, so that a missing override shows.
    private(set) var now = MonotonicInstant(nanoseconds: 1_000_000_000 * 1_000_000_000)

    init() { rtpbridge_virtual_clock_set(now.nanoseconds) }

    deinit { rtpbridge_virtual_clock_clear() }

    mutating func advance(to instant: MonotonicInstant) {
        now = max(now, instant)
        rtpbridge_virtual_clock_set(now.nanoseconds)
    }

    mutating func advance(by span: Nanoseconds) { advance(to: now + span) }
}
