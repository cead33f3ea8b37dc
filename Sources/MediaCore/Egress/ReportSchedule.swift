import Wire

/// When RTCP reports are due, and what the peer's reports said (RFC 3550 sections 6.2 and 6.4).
struct ReportSchedule {
    /// Added at random to rtpengine's interval of 5 s, the minimum of RFC 3550 section 6.2, so that calls do not beat together.
    private static let spreadMilliseconds = 1000
    /// The first report comes early, for an early round-trip time (RFC 3550 section 6.2 allows half the interval).
    private static let firstInterval = Nanoseconds.milliseconds(1000)

    /// From our last report block at the peer to its report here; `nil` while unknown.
    var roundTrip: Nanoseconds?
    /// What the peer lost of our packets in its last interval [%].
    var reportedLossPercent = 0

    func first(after now: MonotonicInstant) -> MonotonicInstant { now + Self.firstInterval }

    func next(after now: MonotonicInstant, interval: Nanoseconds, random: inout SplitMix64) -> MonotonicInstant {
        now + interval + .milliseconds(Int(random.next() % UInt64(Self.spreadMilliseconds)))
    }
}
