import Wire

/// The timers of one m-line. ICE and DTLS keep their own.
enum LegTimer: Int, CaseIterable {
    /// When to make the next packet of audio: transcoded, or of a clip.
    case audioFrame
    /// When to send the next packet of a telephone-event.
    case eventPacket
    /// When to take a received telephone-event for ended although its end packets are missing.
    case eventExpiry
    /// When to send the next RTCP report (RFC 3550 section 6.3).
    case report
    /// When to see whether the peer has been sent nothing for so long that it is time for a packet of silence.
    case presence
    /// When to see whether the peer has sent nothing for so long that it is to be reported.
    case silence
    /// When to send the next packet through the peer's NAT.
    case piercing
}

/// One deadline for each timer, and the earliest of them.
struct Deadlines {
    /// Kept rather than looked for: it is asked for with each packet, and timers change with few.
    private(set) var earliest = MonotonicInstant.distantFuture
    private var instants = InlineArray<7, MonotonicInstant>(repeating: .distantFuture)

    subscript(timer: LegTimer) -> MonotonicInstant {
        get { instants[timer.rawValue] }
        set {
            let former = instants[timer.rawValue]
            instants[timer.rawValue] = newValue
            if newValue <= earliest { earliest = newValue } else if former == earliest { findEarliest() }
        }
    }

    mutating func stop(_ timer: LegTimer) { self[timer] = .distantFuture }

    func isDue(_ timer: LegTimer, at now: MonotonicInstant) -> Bool { self[timer] <= now }

    private mutating func findEarliest() {
        earliest = instants[0]
        for index in 1..<instants.count where instants[index] < earliest { earliest = instants[index] }
    }
}
