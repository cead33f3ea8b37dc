public import Wire

/// What is reported of the stream, to its sender and to the quality estimate.
extension ReceptionStatistics {
    /// Notes a sender report of this stream, which the next report blocks answer.
    public mutating func senderReportArrived(ntp: UInt64, at now: MonotonicInstant) {
        lastSenderReport = (NTPTime.middle(ntp), now)
    }

    /// The report block for `ssrc` as of `now`; the next one's `fractionLost` counts from here
    /// (RFC 3550 appendix A.3).
    public mutating func makeReportBlock(ssrc: UInt32, at now: MonotonicInstant) -> ReportBlock {
        let current = Counts(expected: expected, received: packets)
        let interval = Counts(expected: current.expected &- reported.expected, received: current.received &- reported.received)
        reported = current
        return ReportBlock(
            ssrc: ssrc,
            fractionLost: Self.fractionLost(interval),
            cumulativeLost: Int32(truncatingIfNeeded: min(max(cumulativeLost, -0x80_0000), 0x7f_ffff)),
            extendedHighestSequence: extendedHighestSequence,
            jitter: jitterTicks,
            lastSenderReport: lastSenderReport?.middle ?? 0,
            delaySinceLastSenderReport: lastSenderReport.map { Self.units(now - $0.arrival) } ?? 0)
    }

    /// The loss since the last call, for a quality estimate; independent of the intervals of `makeReportBlock`.
    ///
    /// - Returns: `lossFraction` 0 to 1; `received` counts no duplicates.
    public mutating func takeInterval() -> (lossFraction: Double, expected: UInt64, received: UInt64) {
        let current = Counts(expected: expected, received: packets &- duplicates)
        let interval = Counts(expected: current.expected &- taken.expected, received: current.received &- taken.received)
        taken = current
        // Late packets of the former interval may make more of them than were expected in this one.
        guard interval.expected > interval.received else { return (0, interval.expected, interval.received) }
        return (Double(interval.expected - interval.received) / Double(interval.expected), interval.expected, interval.received)
    }

    private static func fractionLost(_ interval: Counts) -> UInt8 {
        guard interval.expected > interval.received else { return 0 }
        let lost = interval.expected &- interval.received
        return UInt8(truncatingIfNeeded: min(255, (lost &* 256) / interval.expected))
    }

    /// In 1/65,536 s, as the delay fields of RTCP have it; the whole seconds apart, so that nothing overflows.
    private static func units(_ span: Nanoseconds) -> UInt32 {
        guard span > .zero else { return 0 }
        let (seconds, rest) = span.count.quotientAndRemainder(dividingBy: 1_000_000_000)
        guard seconds < 65_536 else { return .max }
        return UInt32(truncatingIfNeeded: seconds << 16 | (rest << 16) / 1_000_000_000)
    }
}
