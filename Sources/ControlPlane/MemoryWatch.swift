import Dispatch
import Wire

/// Gives memory back to the system after many calls have ended: the C library keeps it for calls to come.
///
/// Looking through the heaps takes milliseconds, so it happens when half of the calls are gone, five seconds after the last time at the
/// earliest, and away from the control thread.
struct MemoryWatch {
    /// Fewer are not worth the search: they had a few megabytes.
    static let fewestEnded = 200
    static let interval = Nanoseconds.seconds(5)

    /// By then the calls' replies are forgotten too (`ReplyCache`), and what lay between them is free.
    static let secondLook = ReplyCache.generationLength * 2 + .seconds(3)

    /// The most calls since the last time.
    private var peak = 0
    private var next = MonotonicInstant(nanoseconds: .min)
    private var again = MonotonicInstant.distantFuture

    /// Whether it is time to look.
    mutating func isDue(calls: Int, at now: MonotonicInstant) -> Bool {
        peak = max(peak, calls)
        if peak - calls >= Self.fewestEnded, calls <= peak / 2, now >= next {
            peak = calls
            next = now + Self.interval
            again = now + Self.secondLook
            return true
        }
        guard now >= again else { return false }
        again = .distantFuture
        return true
    }

    mutating func note(calls: Int, at now: MonotonicInstant) {
        if isDue(calls: calls, at: now) { DispatchQueue.global(qos: .utility).async { ProcessMemory.giveBack() } }
    }
}
