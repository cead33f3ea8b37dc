public import Wire

/// What a receiver says of one stream (RFC 3550 section 6.4.1).
@frozen
public struct ReportBlock: Equatable, Sendable {
    /// The stream that is reported on.
    public var ssrc: UInt32
    /// The part of the packets lost since the last report, in 1/256.
    public var fractionLost: UInt8
    /// Packets lost since the stream began, -0x800000 to 0x7fffff; negative where there were duplicates.
    public var cumulativeLost: Int32
    /// The highest sequence number received, with the count of its wraps above it.
    public var extendedHighestSequence: UInt32
    /// Interarrival jitter in units of the RTP clock.
    public var jitter: UInt32
    /// The middle 32 bits of the NTP timestamp of the last sender report; 0 if there was none.
    public var lastSenderReport: UInt32
    /// From the arrival of that report to this one being sent [1/65,536 s]; 0 if there was none.
    public var delaySinceLastSenderReport: UInt32

    /// A longer round trip is a peer's error, or an answer to a report of somebody else.
    public static let maximumRoundTrip = Nanoseconds.seconds(60)

    @inlinable public init(
        ssrc: UInt32, fractionLost: UInt8, cumulativeLost: Int32, extendedHighestSequence: UInt32,
        jitter: UInt32, lastSenderReport: UInt32, delaySinceLastSenderReport: UInt32
    ) {
        self.ssrc = ssrc
        self.fractionLost = fractionLost
        self.cumulativeLost = cumulativeLost
        self.extendedHighestSequence = extendedHighestSequence
        self.jitter = jitter
        self.lastSenderReport = lastSenderReport
        self.delaySinceLastSenderReport = delaySinceLastSenderReport
    }

    /// The round trip to the reporter, if it answers a sender report of ours: A - LSR - DLSR, where A is `ntp`.
    ///
    /// - Parameter ntp: when this block arrived, on the clock that our sender reports carry.
    /// - Returns: `nil` if no sender report had reached the peer, and for results below 0 or above `maximumRoundTrip`.
    public func roundTrip(receivedAt ntp: UInt64) -> Nanoseconds? {
        guard lastSenderReport != 0 else { return nil }
        let units = Int32(truncatingIfNeeded: NTPTime.middle(ntp) &- lastSenderReport &- delaySinceLastSenderReport)
        guard units >= 0 else { return nil }
        let result = Nanoseconds(Int64(units) &* 1_000_000_000 / 65_536)
        return result <= Self.maximumRoundTrip ? result : nil
    }
}
