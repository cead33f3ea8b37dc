import MediaIO
import Wire

/// Gives memory back to the system after many calls have ended: the C library keeps it for calls to come.
///
///     half of the calls are gone ─► a second for the rest of them ─► every thread gives up what is kept for it ─► the heaps are searched
///
/// So it is back 1 to 5 s after the last call, but for the replies, which clients may ask for again and which take a part of it along
/// when they go. The search takes milliseconds, on a thread of its own.
struct MemoryWatch {
    /// Fewer are not worth the search: plain ones had 200 kB.
    static let fewestEnded = 16
    /// Calls end together; one search is for all of them.
    static let settling = Nanoseconds.seconds(1)
    /// In which the workers do their part.
    static let tidying = Nanoseconds.milliseconds(200)
    /// Between two searches.
    static let interval = Nanoseconds.seconds(3)

    /// By then the calls' replies are forgotten too (`ReplyCache`), and what lay between them is free.
    static let secondLook = ReplyCache.generationLength * 2 + .seconds(3)

    enum Step: Equatable { case tidy, search }

    /// The most calls since the last search.
    private var peak = 0
    private var due = MonotonicInstant.distantFuture
    private var search = MonotonicInstant.distantFuture
    private var lastSearch = MonotonicInstant(nanoseconds: .min / 2)
    private var again = MonotonicInstant.distantFuture

    /// What it is time for.
    mutating func step(calls: Int, at now: MonotonicInstant) -> Step? {
        peak = max(peak, calls)
        if due == .distantFuture, peak - calls >= Self.fewestEnded, calls <= peak / 2 {
            due = max(now + Self.settling, lastSearch + Self.interval)
        }
        if now >= search {
            search = .distantFuture
            return .search
        }
        guard now >= due || now >= again else { return nil }
        again = now >= due ? now + Self.secondLook : .distantFuture
        (due, search) = (.distantFuture, now + Self.tidying)
        lastSearch = search
        peak = calls
        return .tidy
    }

    mutating func note(calls: Int, engine: MediaEngine, at now: MonotonicInstant) {
        switch step(calls: calls, at: now) {
        case .tidy:
            engine.tidy()
            ProcessMemory.shedCache()
        case .search: ProcessMemory.giveBack()
        case nil: break
        }
    }
}
