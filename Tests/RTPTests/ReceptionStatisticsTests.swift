import RTP
import Testing
import Wire

/// RFC 3550 appendices A.1 and A.3.
@Suite struct ReceptionStatisticsTests {
    private var statistics = ReceptionStatistics(clockRate: 8000)

    @discardableResult
    private mutating func receive(_ sequenceNumber: Int) -> ReceptionStatistics.Arrival {
        statistics.receive(
            sequenceNumber: UInt16(truncatingIfNeeded: sequenceNumber), timestamp: UInt32(truncatingIfNeeded: sequenceNumber &* 160),
            arrival: MonotonicInstant(nanoseconds: Int64(sequenceNumber) * 20_000_000), payloadLength: 160)
    }

    @Test func nothingReceivedIsNothingExpected() {
        #expect(statistics.expected == 0 && statistics.cumulativeLost == 0 && statistics.extendedHighestSequence == 0)
        #expect(statistics.jitter == 0 && statistics.jitterTicks == 0)
    }

    @Test mutating func countsAnUnbrokenStreamOverManyWraps() {
        #expect(receive(65_000) == .first)
        var outOfOrder = 0
        for number in 65_001..<265_000 where receive(number) != .inOrder { outOfOrder += 1 }
        #expect(outOfOrder == 0)
        #expect(statistics.packets == 200_000 && statistics.expected == 200_000 && statistics.cumulativeLost == 0)
        #expect(statistics.bytes == 32_000_000)
        #expect(statistics.extendedHighestSequence == 264_999)
        #expect(statistics.lastSequence == UInt16(truncatingIfNeeded: 264_999) && statistics.lastTimestamp == 264_999 * 160)
        #expect(statistics.jitter == 0)
    }

    @Test mutating func gapsAreLoss() {
        for number in [10, 11, 14, 15, 20] { receive(number) }
        #expect(statistics.expected == 11 && statistics.packets == 5 && statistics.cumulativeLost == 6)
    }

    @Test mutating func aLatePacketIsNoLoss() {
        for number in [65_534, 65_535, 65_537] { receive(number) }
        #expect(statistics.cumulativeLost == 1)
        #expect(receive(65_536) == .reordered)
        #expect(statistics.cumulativeLost == 0 && statistics.reordered == 1)
        #expect(statistics.lastSequence == 1, "the newest packet, not the last to come")
        #expect(receive(65_536) == .duplicate)
        #expect(receive(65_535) == .duplicate)
        #expect(receive(65_537) == .duplicate)
        #expect(statistics.duplicates == 3 && statistics.packets == 7)
        #expect(statistics.cumulativeLost == -3, "RFC 3550 section 6.4.1: duplicates make the loss negative")
    }

    @Test mutating func aPacketFromBeforeTheFirstMovesTheBeginning() {
        receive(100)
        #expect(receive(98) == .reordered)
        #expect(statistics.expected == 3 && statistics.cumulativeLost == 1)
        #expect(receive(99) == .reordered)
        #expect(statistics.cumulativeLost == 0)
    }

    @Test mutating func theLimitsOfPlausibleSteps() {
        receive(5000)
        #expect(receive(5000 + 2999) == .inOrder)
        #expect(receive(5000 + 2999 + 3000) == .stray)
        #expect(receive(5000 + 2999 - 99) == .reordered)
        #expect(receive(5000 + 2999 - 99) == .duplicate)
        #expect(receive(5000 + 2999 - 100) == .stray)
        #expect(statistics.packets == 4, "strays are not counted")
    }

    @Test mutating func twoInARowAreARestart() {
        for number in 0..<100 { receive(number) }
        #expect(receive(30_000) == .stray)
        #expect(receive(30_001) == .restarted)
        #expect(receive(30_002) == .inOrder)
        #expect(receive(99) == .stray)
        #expect(statistics.resets == 1)
        #expect(statistics.expected == 102 && statistics.packets == 102 && statistics.cumulativeLost == 0, "the totals go on")
        #expect(statistics.extendedHighestSequence == 30_002)
    }

    @Test mutating func aRestartForgetsTheWraps() {
        for number in 65_000..<66_000 { receive(number) }
        #expect(statistics.extendedHighestSequence == 65_999)
        receive(40_000)
        receive(40_001)
        #expect(statistics.extendedHighestSequence == 40_001)
    }

    @Test mutating func straysThatDoNotFollowEachOtherChangeNothing() {
        receive(1000)
        for number in [30_000, 40_000, 40_002, 20_000] { #expect(receive(number) == .stray) }
        #expect(receive(1001) == .inOrder)
        #expect(receive(20_001) == .stray, "a good packet in between starts the count anew")
        #expect(statistics.packets == 2 && statistics.resets == 0)
    }

    @Test mutating func aRestartMayWrap() {
        receive(30_000)
        #expect(receive(65_535) == .stray)
        #expect(receive(65_536) == .restarted)
        #expect(statistics.extendedHighestSequence == 0)
        #expect(receive(65_537) == .inOrder)
    }

    /// Every sequence of losses, duplicates and delays up to 50 packets is counted to the packet.
    @Test(arguments: 1...20)
    mutating func countsWhatABadNetworkDoes(_ seed: Int) {
        var random = SplitMix64(seed: UInt64(seed))
        let start = Int.random(in: 0...65_535, using: &random)
        var arrivals: [(at: Double, number: Int)] = []
        var lost = 0
        for number in 1..<3000 {
            if Double.random(in: 0..<1, using: &random) < 0.1 { lost += 1; continue }
            let copies = Double.random(in: 0..<1, using: &random) < 0.05 ? 2 : 1
            for _ in 0..<copies { arrivals.append((Double(number) + Double.random(in: 0..<50, using: &random), number)) }
        }
        // The first and the last mark the ends of what is expected.
        arrivals = [(0, 0)] + arrivals.sorted { $0.at < $1.at } + [(9999, 3000)]
        var seen: Set<Int> = []
        for (_, number) in arrivals {
            let outcome = receive(start + number)
            #expect((outcome == .duplicate) == !seen.insert(number).inserted)
        }
        #expect(statistics.expected == 3001)
        #expect(statistics.packets == UInt64(arrivals.count))
        #expect(statistics.duplicates == UInt64(arrivals.count - seen.count))
        #expect(statistics.expected - (statistics.packets - statistics.duplicates) == UInt64(lost))
        #expect(statistics.resets == 0)
        #expect(statistics.extendedHighestSequence == UInt32(start + 3000))
    }
}
