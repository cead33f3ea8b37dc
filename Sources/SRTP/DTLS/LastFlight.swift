import Wire

/// A server's last flight as it was sent, to be repeated a few times unasked, and then whenever the client asks for it by
/// repeating its own.
///
/// Nobody acknowledges it. If it is lost, its owner is done while the client waits for its own timer to repeat the flight before,
/// and that may take a second or eight. The very same records do no harm to a client that has seen them: it drops them as replayed
/// (RFC 6347 section 4.1.2.6).
struct LastFlight {
    /// When the next repetition is due.
    private(set) var nextRepetition = MonotonicInstant.distantFuture

    /// ChangeCipherSpec and Finished, 75 bytes: OpenSSL puts them into one datagram.
    private var datagram: [UInt8] = []
    private var repetitions = 0
    private var isWaiting = false

    /// After 50, 150, 350 and 750 ms.
    private static let firstInterval = Nanoseconds.milliseconds(50)
    private static let maximumRepetitions = 4

    /// The handshake is done: the flight is about to leave.
    mutating func begin(at now: MonotonicInstant) { nextRepetition = now + Self.firstInterval }

    /// Takes note of a datagram that leaves.
    mutating func keep(_ datagram: Bytes) {
        if DTLSRecord.hasFinished(datagram) { self.datagram = datagram.array }
    }

    /// Nothing is repeated any more.
    mutating func forget() { self = LastFlight() }

    mutating func repeatIfDue(at now: MonotonicInstant) {
        guard nextRepetition <= now else { return }
        isWaiting = !datagram.isEmpty
        repetitions += 1
        let isLast = repetitions == Self.maximumRepetitions
        nextRepetition = isLast ? .distantFuture : now + Self.firstInterval * (1 << repetitions)
    }

    /// The client has repeated its last flight: it waits for ours.
    mutating func repeatOnDemand() { isWaiting = !datagram.isEmpty }

    /// Moves a repetition that is due into `room`; its length, or `nil` when there is none.
    mutating func takeRepetition(into room: MutableBytes) -> Int? {
        guard isWaiting else { return nil }
        isWaiting = false
        return datagram.withBytes { room.copy($0, to: 0) } ? datagram.count : nil
    }
}
