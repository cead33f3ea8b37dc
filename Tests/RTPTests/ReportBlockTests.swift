@testable import RTP
import Testing
import Wire

/// RFC 3550 section 6.4.1 and appendix A.3.
@Suite struct ReportBlockTests {
    private var statistics = ReceptionStatistics(clockRate: 8000)
    private let start = MonotonicInstant(nanoseconds: 77_000_000_000)

    private mutating func receive(_ numbers: some Sequence<Int>) {
        for number in numbers {
            _ = statistics.receive(
                sequenceNumber: UInt16(truncatingIfNeeded: number), timestamp: UInt32(truncatingIfNeeded: number &* 160), arrival: start,
                payloadLength: 20)
        }
    }
    private mutating func report() -> ReportBlock { statistics.makeReportBlock(ssrc: 7, at: start) }

    @Test mutating func theFractionIsOfTheInterval() {
        receive(0..<100)
        #expect(report().fractionLost == 0)
        receive(stride(from: 100, through: 200, by: 2))
        let block = report()
        #expect(block.fractionLost == UInt8(50 * 256 / 101) && block.cumulativeLost == 50)
        #expect(block.ssrc == 7 && block.extendedHighestSequence == 200)
        receive(201..<300)
        #expect(report().fractionLost == 0)
        #expect(report().fractionLost == 0, "an interval without packets")
        #expect(report().cumulativeLost == 50)
    }

    @Test mutating func lateAndDuplicatePacketsDoNotMakeTheFractionNegative() {
        receive([0, 1, 5])
        #expect(report().fractionLost == UInt8(3 * 256 / 6))
        receive([2, 3, 4, 5, 5, 6])
        let block = report()
        #expect(block.fractionLost == 0 && block.cumulativeLost == -2)
    }

    @Test mutating func nearlyTotalLossFitsTheField() {
        receive([0, 1])
        _ = report()
        receive([2900])
        #expect(report().fractionLost == 255)
    }

    @Test mutating func theCumulativeLossStopsAtTwentyFourBits() {
        receive([0])
        // 2,999 lost in each step.
        receive(stride(from: 2999, through: 2999 * 3000, by: 2999))
        #expect(statistics.cumulativeLost == 2998 * 3000)
        #expect(report().cumulativeLost == 0x7f_ffff)
    }

    @Test mutating func manyDuplicatesStopAtTheOtherEnd() {
        receive([5])
        statistics.packets = 0x80_0000 + 10
        #expect(report().cumulativeLost == -0x80_0000)
    }

    @Test mutating func theQualityIntervalIsItsOwn() {
        receive(0..<50)
        receive(stride(from: 51, to: 100, by: 2))
        _ = report()
        let first = statistics.takeInterval()
        #expect(first.expected == 100 && first.received == 75 && first.lossFraction == 0.25)
        receive([101, 101, 101, 103])
        let second = statistics.takeInterval()
        #expect(second.expected == 4 && second.received == 2 && second.lossFraction == 0.5, "duplicates do not make up for loss")
        receive([100, 102])
        let third = statistics.takeInterval()
        #expect(third.expected == 0 && third.received == 2 && third.lossFraction == 0)
        #expect(report().fractionLost == 0)
    }

    @Test mutating func aRestartIsNoLoss() {
        receive(0..<10)
        _ = statistics.takeInterval()
        receive([40_000, 40_001, 40_002])
        let interval = statistics.takeInterval()
        #expect(interval.expected == 2 && interval.received == 2 && interval.lossFraction == 0)
        #expect(report().cumulativeLost == 0)
    }

    @Test mutating func answersTheLastSenderReport() {
        receive(0..<10)
        #expect(report().lastSenderReport == 0 && report().delaySinceLastSenderReport == 0)
        statistics.senderReportArrived(ntp: 0xb44d_b705_2000_0000, at: start)
        let block = statistics.makeReportBlock(ssrc: 7, at: start + .milliseconds(5250))
        #expect(block.lastSenderReport == 0xb705_2000 && block.delaySinceLastSenderReport == 0x0005_4000)
    }

    @Test(arguments: [
        (0, 0), (-5, 0), (1, 65), (999, 65_470), (65_535_999, 0xffff_ffbe), (65_536_000, .max), (400_000_000_000, .max),
    ] as [(Int, UInt32)])
    mutating func theDelayStopsAtItsField(_ milliseconds: Int, _ units: UInt32) {
        statistics.senderReportArrived(ntp: 1 << 16, at: start)
        #expect(statistics.makeReportBlock(ssrc: 1, at: start + .milliseconds(milliseconds)).delaySinceLastSenderReport == units)
    }

    // MARK: Round trip

    private func block(last: UInt32, delay: UInt32) -> ReportBlock {
        ReportBlock(
            ssrc: 1, fractionLost: 0, cumulativeLost: 0, extendedHighestSequence: 0, jitter: 0, lastSenderReport: last,
            delaySinceLastSenderReport: delay)
    }

    /// RFC 3550 figure 2: 46864.500 - 46853.125 - 5.250 = 6.125 s.
    @Test func theExampleOfTheStandard() {
        #expect(block(last: 0xb705_2000, delay: 0x0005_4000).roundTrip(receivedAt: 0xb44d_b710_8000_0000) == .milliseconds(6125))
    }

    @Test func theRoundTripGoesOnOverTheWrapOfTheMiddleBits() {
        #expect(block(last: 0xffff_8000, delay: 0x4000).roundTrip(receivedAt: 0x0000_0000_0000_0000) == .milliseconds(250))
    }

    @Test func impossibleRoundTripsAreNone() {
        #expect(block(last: 0, delay: 0).roundTrip(receivedAt: 1 << 16) == nil, "no sender report reached the peer")
        #expect(block(last: 0x10_0000, delay: 1).roundTrip(receivedAt: 0x10_0000 << 16) == nil, "before it was sent")
        #expect(block(last: 0x10_0000, delay: 0).roundTrip(receivedAt: 0x10_0000 << 16) == .zero)
        let minute = UInt64(0x10_0000 + 60 * 65_536)
        #expect(block(last: 0x10_0000, delay: 0).roundTrip(receivedAt: minute << 16) == .seconds(60))
        #expect(block(last: 0x10_0000, delay: 0).roundTrip(receivedAt: (minute + 1) << 16) == nil)
        #expect(block(last: 1, delay: .max).roundTrip(receivedAt: 0) == .zero, "wraps, and does not trap")
    }

    /// Both ends as they work in a call: our report, the peer's block 3 s later, 84 ms on the way in all.
    @Test mutating func aWholeExchange() {
        let sent = NTPTime.timestamp(unixNanoseconds: 1_760_000_000_123_456_789)
        statistics.senderReportArrived(ntp: sent, at: start + .milliseconds(40))
        let answer = statistics.makeReportBlock(ssrc: 1, at: start + .milliseconds(3040))
        let back = NTPTime.timestamp(unixNanoseconds: 1_760_000_000_123_456_789 + 3_084_000_000)
        let roundTrip = answer.roundTrip(receivedAt: back)
        #expect(roundTrip.map { abs($0.count - 84_000_000) < 50_000 } == true)
    }

    // MARK: NTP

    /// 1 January 1970.
    private static let epoch: UInt64 = 2_208_988_800 << 32

    @Test func theEpochsAre70YearsApart() {
        #expect(NTPTime.timestamp(unixNanoseconds: 0) == Self.epoch)
        #expect(NTPTime.timestamp(unixNanoseconds: 500_000_000) == Self.epoch + 0x8000_0000)
        #expect(NTPTime.timestamp(unixNanoseconds: -250_000_000) == Self.epoch - 0x4000_0000)
        // 10 Nov 1995 11:33:25.125 UTC, of RFC 3550 figure 2.
        #expect(NTPTime.timestamp(unixNanoseconds: 816_003_205_125_000_000) == 0xb44d_b705_2000_0000)
        #expect(NTPTime.middle(0xb44d_b705_2000_0000) == 0xb705_2000)
    }

    @Test func theSecondsWrapIn2036() {
        #expect(NTPTime.timestamp(unixNanoseconds: 2_085_978_496_000_000_000) == 0)
        #expect(NTPTime.timestamp(unixNanoseconds: .max) != 0 && NTPTime.timestamp(unixNanoseconds: .min) != 0)
    }
}
