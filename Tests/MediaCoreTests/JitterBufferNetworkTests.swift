import Testing
import Wire
@testable import MediaCore

/// What networks do: loss, reordering, jitter, stalls, duplicates.
@Suite struct JitterBufferNetworkTests {
    @Test func lossIsReportedOnceForEachPacketAndFECIsThereWhenAskedFor() {
        for recovery in [false, true] {
            var random = SplitMix64(seed: 11)
            let sent = PacketSource().packets(5000) { _ in .microseconds(Int.random(in: 0..<2000, using: &random)) }
            let kept = sent.enumerated().filter { index, _ in
                index == 0 || index == 4999 || Int.random(in: 0..<100, using: &random) >= 5
            }.map(\.element)
            let simulation = JitterSimulation(phase: .milliseconds(12))
            simulation.buffer.packetsCarryRecovery = recovery
            simulation.run(kept)
            let missing = sent.count - kept.count
            #expect(simulation.played.count == kept.count && simulation.isInOrder)
            #expect(Int(simulation.buffer.statistics.lost) == missing)
            #expect(simulation.averageWait < (recovery ? 45 : 25))
            if recovery { #expect(simulation.recoverable > missing * 80 / 100, "\(simulation.recoverable) of \(missing)") }
        }
    }

    @Test func severalLostInARowAreSeveralLosses() {
        let packets = PacketSource(packetTime: 20).packets(300).filter { !(150..<153).contains($0.sequence - 65536) }
        var configuration = JitterBufferConfiguration()
        configuration.minimumDelay = .milliseconds(100)
        let simulation = JitterSimulation(phase: .milliseconds(5), configuration: configuration)
        simulation.run(packets)
        #expect(simulation.played.count == 297 && simulation.lost == 3 && simulation.recoverable == 1)
        #expect(simulation.buffer.statistics.lost == 3)
    }

    @Test func reorderedPacketsComeOutInOrder() {
        // Every tenth packet takes a way that is 45 ms longer.
        let simulation = JitterSimulation(phase: .milliseconds(5))
        simulation.run(PacketSource().packets(2000) { $0 % 10 == 9 ? .milliseconds(45) : .zero })
        let statistics = simulation.buffer.statistics
        #expect(simulation.isInOrder && statistics.late + statistics.lost < 20, "\(statistics)")
        #expect(simulation.played.count > 1980)
        #expect(simulation.averageWait < 70)
    }

    @Test func duplicatesAndStragglersAreTold() {
        let simulation = JitterSimulation(phase: .milliseconds(5))
        var packets = PacketSource().packets(100)
        var copy = packets[50]
        copy.arrival = copy.arrival + .milliseconds(1)
        var played = packets[60]
        played.arrival = played.arrival + .milliseconds(60)
        packets += [copy, played]
        packets.remove(at: 70)
        var straggler = PacketSource().packets(71)[70]
        straggler.arrival = straggler.arrival + .milliseconds(90)
        simulation.run(packets + [straggler])
        #expect(simulation.refusals == [.duplicate, .duplicate, .late])
        let statistics = simulation.buffer.statistics
        #expect(statistics.duplicates == 2 && statistics.late == 1 && statistics.lost == 1)
        #expect(simulation.played.count == 99)
    }

    @Test(arguments: [10, 30, 60])
    func theDelayFollowsTheJitter(_ milliseconds: Int) {
        var random = SplitMix64(seed: 5)
        // The mean of an exponential distribution is a third of its 95th percentile.
        let simulation = JitterSimulation(phase: .milliseconds(5))
        simulation.run(PacketSource().packets(6000) { _ in
            let uniform = Double(random.next() >> 11) / Double(1 << 53)
            return .microseconds(Int(-logarithm(1 - uniform) * Double(milliseconds) * 1000 / 3))
        })
        let statistics = simulation.buffer.statistics
        let harmed = Double(statistics.late + statistics.concealed) / 6000
        #expect(simulation.isInOrder && harmed < 0.05)
        #expect(simulation.averageWait < Double(milliseconds) * 1.5 + 30)
    }

    @Test func theTargetGrowsAtOnceAndShrinksSlowly() {
        let source = PacketSource()
        let simulation = JitterSimulation(phase: .milliseconds(5))
        var last = simulation.buffer.targetDelay
        var largest = Nanoseconds.zero
        for (index, packet) in source.packets(2500, delay: { (500..<540).contains($0) && $0 % 2 == 0 ? .milliseconds(80) : .zero })
            .sorted(by: { $0.arrival < $1.arrival }).enumerated() {
            simulation.deliver(packet)
            _ = simulation.buffer.playout(at: packet.arrival)
            let target = simulation.buffer.targetDelay
            largest = max(largest, target)
            #expect(target >= last - .milliseconds(1), "20 ms of time may take 0.2 ms, 80 ms of reordered time 0.8 ms")
            if index == 560 { #expect(target >= .milliseconds(80)) }
            last = target
        }
        #expect(largest < .milliseconds(90) && last == .milliseconds(10))
    }

    @Test func aStallIsCaughtUpWithoutLosingOrder() {
        // The network holds everything back for 600 ms, then delivers it at once.
        let simulation = JitterSimulation(phase: .milliseconds(5))
        simulation.run(PacketSource().packets(1000) { (300..<330).contains($0) ? .milliseconds(600 - 20 * ($0 - 300)) : .zero })
        #expect(simulation.isInOrder && simulation.lost == 0 && simulation.buffer.statistics.overflowed == 0)
        #expect(simulation.delays.allSatisfy { $0 < .milliseconds(800) })
        #expect(simulation.waits.suffix(200).allSatisfy { $0 <= .milliseconds(60) })
    }

    @Test func theOldestMakeRoomWhenNothingIsPlayed() {
        var configuration = JitterBufferConfiguration()
        configuration.capacity = 16
        let simulation = JitterSimulation(configuration: configuration)
        let packets = PacketSource().packets(40)
        for packet in packets { simulation.deliver(packet) }
        #expect(simulation.buffer.count == 16 && simulation.buffer.statistics.overflowed == 24)
        #expect(simulation.refusals == Array(repeating: .overflow, count: 24))
        guard case .packet(let packet) = simulation.buffer.playout(at: packets[39].arrival + .milliseconds(50)) else {
            Issue.record("the oldest of the sixteen is due")
            return
        }
        #expect(packet.payload.u64(0) == UInt64(packets[24].sequence) << 1 && packet.timestamp == packets[24].timestamp)
    }

    /// The natural logarithm by its series; the tests do without the C library.
    private func logarithm(_ value: Double) -> Double {
        var value = value
        var exponent = 0.0
        while value < 0.5 {
            value *= 2
            exponent -= 1
        }
        let ratio = (value - 1) / (value + 1)
        var term = ratio
        var sum = 0.0
        for power in stride(from: 1.0, to: 40, by: 2) {
            sum += term / power
            term *= ratio * ratio
        }
        return 2 * sum + exponent * 0.693_147_180_559_945_3
    }
}
