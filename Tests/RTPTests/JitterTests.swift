import RTP
import Testing
import Wire

/// RFC 3550 section 6.4.1 and appendix A.8.
@Suite struct JitterTests {
    /// Sends packets with these timestamps and arrivals [ms], numbered in order.
    private func jitter(clockRate: Int = 8000, _ packets: [(timestamp: Int, arrival: Double)]) -> ReceptionStatistics {
        var statistics = ReceptionStatistics(clockRate: clockRate)
        for (number, packet) in packets.enumerated() {
            _ = statistics.receive(
                sequenceNumber: UInt16(truncatingIfNeeded: number), timestamp: UInt32(truncatingIfNeeded: packet.timestamp),
                arrival: MonotonicInstant(nanoseconds: Int64(packet.arrival * 1e6)), payloadLength: 160)
        }
        return statistics
    }

    /// A packet every 20 ms, every second one late by `delay` [ms].
    private func alternating(count: Int, delay: Double, clockRate: Int = 8000, from start: Int = 0) -> ReceptionStatistics {
        var packets: [(timestamp: Int, arrival: Double)] = []
        for number in 0..<count {
            let late = number % 2 == 0 ? 0 : delay
            packets.append((start + number * clockRate / 50, Double(number * 20) + late))
        }
        return jitter(clockRate: clockRate, packets)
    }

    @Test func aSteadyStreamHasNone() {
        #expect(alternating(count: 500, delay: 0, from: 0xffff_ff00).jitter == 0)
    }

    @Test func oneDelayIsASixteenthOfIt() {
        let stream = jitter([(0, 0), (160, 20 + 8)])
        #expect(stream.jitter == 0.5 && stream.jitterTicks == 4)
    }

    @Test func alternatingDelaysConverge() {
        #expect(abs(alternating(count: 1000, delay: 5).jitter - 5) < 0.001)
    }

    @Test func theUnitIsTheClocks() {
        let slow = alternating(count: 300, delay: 6, clockRate: 8000)
        let fast = alternating(count: 300, delay: 6, clockRate: 48_000)
        #expect(abs(slow.jitter - fast.jitter) < 1e-6)
        #expect(slow.jitterTicks == 47 && fast.jitterTicks == 287, "6 ms, just not reached")
    }

    /// Within a tick of the integer estimator that appendix A.8 gives, for any stream.
    @Test(arguments: 1...10)
    func agreesWithTheStandardsIntegerCode(_ seed: Int) {
        var random = SplitMix64(seed: UInt64(seed))
        var statistics = ReceptionStatistics(clockRate: 48_000)
        var scaled = 0
        var lastTransit: Int?
        var milliseconds = 0
        for number in 0..<2000 {
            milliseconds = max(milliseconds, number * 20 + Int.random(in: 0...60, using: &random))
            _ = statistics.receive(
                sequenceNumber: UInt16(number), timestamp: UInt32(number * 960),
                arrival: MonotonicInstant(nanoseconds: Int64(milliseconds) * 1_000_000), payloadLength: 60)
            let transit = milliseconds * 48 - number * 960
            if let last = lastTransit { scaled += abs(transit - last) - ((scaled + 8) >> 4) }
            lastTransit = transit
            #expect(abs(Int(statistics.jitterTicks) - scaled >> 4) <= 1)
        }
        #expect(statistics.jitter > 5)
    }

    @Test func theClockOfALongUptimeDoesNotOverflow() {
        var statistics = ReceptionStatistics(clockRate: 90_000)
        for (number, arrival) in [Int64.max - 30_000_000, Int64.max - 2_000_000].enumerated() {
            _ = statistics.receive(
                sequenceNumber: UInt16(number), timestamp: UInt32(number * 1800), arrival: MonotonicInstant(nanoseconds: arrival),
                payloadLength: 1)
        }
        #expect(abs(statistics.jitter - 0.5) < 1e-6)
        let before = MonotonicInstant(nanoseconds: .max - 9_000_000)
        _ = statistics.receive(sequenceNumber: 2, timestamp: 3600, arrival: before, payloadLength: 1)
        #expect(abs(statistics.jitter - 0.5) < 1e-6, "an arrival before the last tells nothing")
    }

    @Test func thePacketsOfOneEventCountOnce() {
        // An event that begins at 320: its packets share the timestamp. The audio goes on 100 ms later.
        let stream = jitter([(0, 0), (160, 20), (320, 40), (320, 60), (320, 80), (320, 100), (320, 120), (1120, 140), (1280, 160)])
        #expect(stream.jitter == 0)
    }

    @Test(arguments: [16_001, -16_001, 1 << 31, 123_456_789])
    func aTimestampJumpIsNoJitter(_ jump: Int) {
        let stream = jitter([(0, 0), (160, 20), (160 + jump, 40), (320 + jump, 60)])
        #expect(stream.jitter == 0)
    }

    @Test func aPauseInSendingIsNoJitter() {
        #expect(jitter([(0, 0), (160, 20), (320, 20_000), (480, 20_020)]).jitter == 0)
    }

    @Test func aDuplicateIsNoJitter() {
        var statistics = jitter([(0, 0), (160, 20), (320, 40)])
        _ = statistics.receive(sequenceNumber: 1, timestamp: 160, arrival: MonotonicInstant(nanoseconds: 55_000_000), payloadLength: 1)
        #expect(statistics.duplicates == 1 && statistics.jitter == 0)
    }

    @Test func aRestartIsNoJitter() {
        var statistics = jitter([(0, 0), (160, 20)])
        for (number, timestamp) in [(40_000, 320), (40_001, 5000), (40_002, 5160)] {
            _ = statistics.receive(
                sequenceNumber: UInt16(number), timestamp: UInt32(timestamp),
                arrival: MonotonicInstant(nanoseconds: Int64(number - 39_998) * 20_000_000), payloadLength: 1)
        }
        #expect(statistics.resets == 1 && statistics.jitter == 0)
    }

    @Test func anotherClockRateKeepsTheMilliseconds() {
        var statistics = alternating(count: 300, delay: 6)
        let before = statistics.jitter
        statistics.setClockRate(48_000)
        #expect(abs(statistics.jitter - before) < 1e-9 && statistics.jitterTicks == 287 && statistics.clockRate == 48_000)
        // The first packet on the new clock cannot be compared with the last on the old.
        _ = statistics.receive(sequenceNumber: 300, timestamp: 5, arrival: MonotonicInstant(nanoseconds: 6_000_000_000), payloadLength: 1)
        #expect(abs(statistics.jitter - before) < 1e-9)
        statistics.setClockRate(0)
        #expect(statistics.clockRate == 1)
    }
}
