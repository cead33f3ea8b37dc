import Wire

/// A client's first flight as it was sent last, to be repeated byte by byte where OpenSSL's timer leaves too long a pause.
///
/// OpenSSL repeats a flight up to twelve times. The very same records do no harm beside that: a peer
/// that has seen them drops them as replayed (RFC 6347 section 4.1.2.6), one that has not takes them.
struct FirstFlight {
    /// When the next repetition is due.
    private(set) var nextRepetition = MonotonicInstant.distantFuture

    /// The newest ClientHello, which is one datagram.
    private var datagram: [UInt8] = []
    private var isWaiting = false
    private var interval: Nanoseconds
    private var hurriesUntil: MonotonicInstant?

    private let longestInterval: Nanoseconds
    /// A peer that is about to listen is not kept waiting by more than this, for as long as it may need.
    private static let hurriedInterval = Nanoseconds.milliseconds(80)
    private static let hurry = Nanoseconds.seconds(10)

    /// - Parameter longestInterval: between two repetitions.
    init(longestInterval: Nanoseconds) {
        self.longestInterval = longestInterval
        interval = longestInterval
    }

    /// Takes note of a datagram that leaves.
    mutating func keep(_ datagram: Bytes) { self.datagram = datagram.array }

    /// Nothing is repeated any more.
    mutating func forget() { self = FirstFlight(longestInterval: longestInterval) }

    /// The flight is repeated at once, after 2, 4, 8, 16, 32 and 64 ms, and every 80 ms for ten seconds: a peer on a short path has
    /// our SDP within a few milliseconds, and the flight is 200 bytes.
    mutating func hurry(at now: MonotonicInstant) {
        interval = .milliseconds(2)
        hurriesUntil = now + Self.hurry
        nextRepetition = .distantFuture
        isWaiting = !datagram.isEmpty
    }

    /// Places the next repetition, if OpenSSL's own comes later.
    /// - Parameter timeout: until that.
    mutating func fillPause(of timeout: Nanoseconds, at now: MonotonicInstant) {
        if let end = hurriesUntil, end <= now {
            hurriesUntil = nil
            interval = longestInterval
        }
        if nextRepetition == .distantFuture, timeout > interval { nextRepetition = now + interval }
    }

    mutating func repeatIfDue(at now: MonotonicInstant) {
        guard nextRepetition <= now else { return }
        nextRepetition = .distantFuture
        isWaiting = !datagram.isEmpty
        if hurriesUntil != nil, isWaiting { interval = min(interval * 2, Self.hurriedInterval) }
    }

    /// Moves a repetition that is due into `room`; its length, or `nil` when there is none.
    mutating func takeRepetition(into room: MutableBytes) -> Int? {
        guard isWaiting else { return nil }
        isWaiting = false
        return datagram.withBytes { room.copy($0, to: 0) } ? datagram.count : nil
    }
}
