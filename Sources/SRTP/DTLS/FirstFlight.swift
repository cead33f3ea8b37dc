import Wire

/// A client's first flight as it was sent last, to be repeated byte by byte.
///
/// OpenSSL repeats a flight only when its own timer says so, up to a second apart and twelve times. The very same records do no harm beside
/// that: a peer that has seen them drops them as replayed (RFC 6347 section 4.1.2.6), one that has not takes them.
struct FirstFlight {
    /// When the next repetition is due.
    private(set) var nextRepetition = MonotonicInstant.distantFuture

    /// The newest ClientHello, which is one datagram.
    private var datagram: [UInt8] = []
    private var isWaiting = false
    private var interval = Self.firstInterval

    private static let firstInterval = Nanoseconds.milliseconds(50)
    private static let longestInterval = Nanoseconds.seconds(1)

    /// Takes note of a datagram that leaves.
    mutating func keep(_ datagram: Bytes) { self.datagram = datagram.array }

    /// Nothing is repeated any more.
    mutating func forget() { self = FirstFlight() }

    /// From now on the flight is repeated: at once, after 50 ms, and so on, doubling to 1 s.
    mutating func hurry(at now: MonotonicInstant) {
        interval = Self.firstInterval
        nextRepetition = now
        repeatIfDue(at: now)
    }

    /// OpenSSL's timer has stopped: from now on the flight is repeated every second, if it is not repeated already.
    mutating func goOn(at now: MonotonicInstant) {
        guard nextRepetition == .distantFuture else { return }
        interval = Self.longestInterval
        nextRepetition = now + interval
    }

    mutating func repeatIfDue(at now: MonotonicInstant) {
        guard nextRepetition <= now else { return }
        isWaiting = !datagram.isEmpty
        nextRepetition = now + interval
        interval = min(interval * 2, Self.longestInterval)
    }

    /// Moves a repetition that is due into `room`; its length, or `nil` when there is none.
    mutating func takeRepetition(into room: MutableBytes) -> Int? {
        guard isWaiting else { return nil }
        isWaiting = false
        return datagram.withBytes { room.copy($0, to: 0) } ? datagram.count : nil
    }
}
