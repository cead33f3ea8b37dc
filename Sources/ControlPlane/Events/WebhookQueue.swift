import Wire

/// Which event is posted next: a value without clock or socket.
///
/// Events of one call go out one after the other, in order, and one that has to be repeated holds back those behind it; calls do not
/// wait for each other. The queue has a longest length; when it is full the oldest event makes room.
struct WebhookQueue {
    /// An event with its tries.
    struct Entry {
        /// Grows from event to event.
        let place: UInt64
        let message: EventMessage
        let queued: MonotonicInstant
        var tries = 0
        var notBefore: MonotonicInstant
    }

    /// What came of a try.
    enum Outcome: Sendable, Equatable {
        case delivered
        /// It may work later; the time is what the server asks for.
        case failed(retryAfter: Nanoseconds?)
        /// It will not work later either.
        case refused
    }

    private let length: Int
    private let concurrency: Int
    private let retries: RetrySchedule
    private var random: SplitMix64
    private var lastPlace: UInt64 = 0
    /// By place.
    private var waiting: [Entry] = []
    private var underWay: [UInt64: Entry] = [:]
    private(set) var counters = EventCounters()

    init(_ configuration: WebhookConfiguration, seed: UInt64) {
        length = max(1, configuration.queueLength)
        concurrency = max(1, configuration.concurrency)
        retries = configuration.retries
        random = SplitMix64(seed: seed)
    }

    var isEmpty: Bool { waiting.isEmpty && underWay.isEmpty }
    var count: Int { waiting.count }

    mutating func append(_ message: EventMessage, at now: MonotonicInstant) {
        lastPlace &+= 1
        waiting.append(Entry(place: lastPlace, message: message, queued: now, notBefore: now))
        makeRoom()
    }

    /// The event to post now, which is under way from here on; `nil` when all have to wait.
    mutating func next(at now: MonotonicInstant) -> Entry? {
        guard let index = firstReady(at: now) else { return nil }
        var entry = waiting.remove(at: index)
        entry.tries += 1
        if entry.tries > 1 { counters.retried &+= 1 }
        underWay[entry.place] = entry
        return entry
    }

    /// Notes what came of it; a failure puts the event back in its place.
    mutating func finish(_ place: UInt64, _ outcome: Outcome, at now: MonotonicInstant) {
        guard var entry = underWay.removeValue(forKey: place) else { return }
        switch outcome {
        case .delivered: counters.sent &+= 1
        case .refused: counters.failed &+= 1
        case .failed(let wished):
            let delay = retries.delay(after: entry.tries, wished: wished, random: &random)
            entry.notBefore = now + delay
            guard entry.tries < retries.maximumTries, entry.notBefore - entry.queued <= retries.maximumAge else {
                counters.failed &+= 1
                return
            }
            waiting.insert(entry, at: waiting.firstIndex { $0.place > place } ?? waiting.endIndex)
            makeRoom()
        }
    }

    /// When `next` will have something again by the passing of time alone; `nil` when that takes an event or an outcome.
    var deadline: MonotonicInstant? {
        guard underWay.count < concurrency else { return nil }
        var earliest: MonotonicInstant?
        visitHeads { _, entry in
            earliest = min(earliest ?? .distantFuture, entry.notBefore)
            return true
        }
        return earliest
    }

    /// Gives up everything, also what is under way: whatever comes of that changes nothing any more.
    mutating func removeAll() {
        counters.dropped &+= UInt64(waiting.count + underWay.count)
        waiting.removeAll()
        underWay.removeAll()
    }

    private mutating func makeRoom() {
        guard waiting.count > length else { return }
        waiting.removeFirst()
        counters.dropped &+= 1
    }

    private func firstReady(at now: MonotonicInstant) -> Int? {
        guard underWay.count < concurrency else { return nil }
        var found: Int?
        visitHeads { index, entry in
            if entry.notBefore <= now { found = index }
            return found == nil
        }
        return found
    }

    /// The first event of each call that has none under way, the oldest first, until `body` returns `false`.
    private func visitHeads(_ body: (Int, Entry) -> Bool) {
        var seen = Set(underWay.values.map(\.message.callID))
        for (index, entry) in waiting.enumerated() where seen.insert(entry.message.callID).inserted {
            guard body(index, entry) else { return }
        }
    }
}
