import Wire

/// A server's last flight as it was sent, to be repeated a few times unasked.
///
/// Nobody acknowledges it. If it is lost, its owner is done while the client waits for its own timer to repeat the flight before,
/// and that may take a second or eight. The very same records do no harm to a client that has seen them: it drops them as replayed
/// (RFC 6347 section 4.1.2.6).
struct LastFlight {
    /// When the next repetition is due.
    private(set) var nextRepetition = MonotonicInstant.distantFuture

    private var datagrams: [[UInt8]] = []
    private var isKeeping = false
    private var repetitions = 0
    /// How many of `datagrams` are still to be sent.
    private var waiting = 0

    /// After 50, 150, 350 and 750 ms.
    private static let firstInterval = Nanoseconds.milliseconds(50)
    private static let maximumRepetitions = 4
    /// It is one datagram or two.
    private static let maximumDatagrams = 4

    /// The handshake is done: what leaves now is the flight.
    mutating func begin(at now: MonotonicInstant) {
        isKeeping = true
        nextRepetition = now + Self.firstInterval
    }

    /// Takes note of a datagram that leaves.
    mutating func keep(_ datagram: Bytes) {
        if isKeeping, datagrams.count < Self.maximumDatagrams { datagrams.append(datagram.array) }
    }

    /// Nothing is repeated any more.
    mutating func forget() { self = LastFlight() }

    mutating func repeatIfDue(at now: MonotonicInstant) {
        guard nextRepetition <= now else { return }
        isKeeping = false
        waiting = datagrams.count
        repetitions += 1
        let isLast = repetitions == Self.maximumRepetitions
        nextRepetition = isLast ? .distantFuture : now + Self.firstInterval * (1 << repetitions)
    }

    /// Moves a repetition that is due into `room`; its length, or `nil` when there is none.
    mutating func takeRepetition(into room: MutableBytes) -> Int? {
        while waiting > 0 {
            let datagram = datagrams[datagrams.count - waiting]
            waiting -= 1
            if datagram.withBytes({ room.copy($0, to: 0) }) { return datagram.count }
        }
        if repetitions == Self.maximumRepetitions { forget() }
        return nil
    }
}
