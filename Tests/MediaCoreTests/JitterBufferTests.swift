import Testing
import Wire
@testable import MediaCore

/// A stream without mishap: order, delay, packet lengths, talk spurts, clocks.
@Suite struct JitterBufferTests {
    @Test func aCleanNetworkCostsOnePacket() {
        var total = 0.0
        for phase in 0..<20 {
            var random = SplitMix64(seed: UInt64(phase))
            let simulation = JitterSimulation(phase: .milliseconds(phase) + .microseconds(500))
            simulation.run(PacketSource().packets(1500) { _ in .microseconds(Int.random(in: 0..<1000, using: &random)) })
            #expect(simulation.played.count == 1500 && simulation.isInOrder && simulation.lost == 0)
            #expect(simulation.longestWait <= 28 && simulation.averageWait >= 4)
            #expect(buffered(simulation) == 0 && simulation.speechDropped == 0)
            total += simulation.averageWait
        }
        #expect(total / 20 < 20)
    }

    /// A caller that starts its ticks when the first packet is due has the least delay that is safe.
    @Test func ticksThatStartWhenDueCostTenMilliseconds() throws {
        let packets = PacketSource().packets(1500)
        let probe = JitterSimulation()
        probe.deliver(packets[0])
        let due = try #require(probe.buffer.due)
        #expect(due - packets[0].arrival == .milliseconds(10))
        let simulation = JitterSimulation(phase: due - packets[0].arrival)
        simulation.run(packets)
        #expect(simulation.played.count == 1500 && simulation.longestWait == 10 && simulation.averageWait == 10)
    }

    @Test(arguments: [10, 20, 30, 40, 60], [8000, 48000])
    func everyPacketLengthIsPlayedWhole(_ packetTime: Int, _ clockRate: Int) {
        for phase in [1, 7, 13] {
            var random = SplitMix64(seed: UInt64(packetTime))
            let simulation = JitterSimulation(clockRate: clockRate, phase: .milliseconds(phase))
            let source = PacketSource(clockRate: clockRate, packetTime: packetTime)
            simulation.run(source.packets(600) { _ in .microseconds(Int.random(in: 0..<2000, using: &random)) })
            #expect(simulation.played.count == 600 && simulation.isInOrder && simulation.lost == 0)
            #expect(simulation.speechDropped == 0 && simulation.silenceDropped == 0)
            // The ticks that come before the first packet is due, and those after the last.
            #expect(simulation.buffer.statistics.underruns == 1)
            // Of frames that are no whole number of packets every second packet waits for half a frame more.
            #expect(simulation.averageWait < 30)
        }
    }

    @Test func theFirstPacketIsPlayedEvenIfItComesSecond() {
        var packets = PacketSource().packets(50)
        packets[0].arrival = packets[0].arrival + .milliseconds(22)
        packets[1].arrival = packets[0].arrival - .milliseconds(1)
        let simulation = JitterSimulation(phase: .milliseconds(3))
        simulation.run(packets)
        #expect(simulation.played == packets.map(\.sequence) && simulation.lost == 0)
    }

    @Test func aBurstAtTheStartIsPlayedFromItsFirstWord() {
        let simulation = JitterSimulation(phase: .milliseconds(3))
        // Five packets were held up together; the rest come on time.
        simulation.run(PacketSource().packets(400) { $0 < 5 ? .milliseconds(100 - 20 * $0) : .zero })
        #expect(simulation.played.count + simulation.silenceDropped + simulation.speechDropped >= 400)
        #expect(simulation.played.prefix(60).elementsEqual(PacketSource().packets(60).map(\.sequence)))
        #expect(simulation.isInOrder && simulation.lost == 0)
        // Once the sender paused the delay is that of a clean network again.
        #expect(simulation.waits.suffix(100).allSatisfy { $0 <= .milliseconds(30) })
    }

    @Test(arguments: [true, false])
    func aTalkSpurtIsAlignedAnew(marksSpurts: Bool) {
        var random = SplitMix64(seed: 7)
        var packets: [NetworkPacket] = []
        for spurt in 0..<20 {
            // The timestamps go on while nothing is sent, the sequence numbers do not.
            let start = spurt * 100 + Int.random(in: 0..<20, using: &random)
            for index in 0..<50 {
                var source = PacketSource()
                source.firstTimestamp += Int64(start * 960)
                source.start = source.start + .milliseconds(start * 20)
                var packet = source.packets(index + 1)[index]
                packet.sequence = 65536 + Int64(spurt * 50 + index)
                packet.arrival = packet.arrival + .microseconds(Int.random(in: 0..<3000, using: &random))
                packet.marker = marksSpurts && index == 0
                packets.append(packet)
            }
        }
        let simulation = JitterSimulation(phase: .milliseconds(5))
        simulation.run(packets)
        #expect(simulation.played == packets.map(\.sequence) && simulation.lost == 0 && simulation.refusals.isEmpty)
        #expect(simulation.buffer.statistics.splices == 0 && simulation.buffer.statistics.lost == 0)
        #expect(simulation.averageWait < 25 && simulation.longestWait < 35)
    }

    /// Some senders hold their timestamps while they are silent: without a new alignment the next packets look late for ever.
    @Test(arguments: [true, false])
    func timestampsThatStandStillInAPauseCostNothing(marksSpurts: Bool) {
        var packets = PacketSource().packets(1000)
        for index in packets.indices {
            packets[index].arrival = packets[index].arrival + .milliseconds(index / 100 * 333)
            packets[index].marker = marksSpurts && index % 100 == 0
        }
        let simulation = JitterSimulation(phase: .milliseconds(5))
        simulation.run(packets)
        #expect(simulation.played == packets.map(\.sequence) && simulation.lost == 0)
        #expect(simulation.buffer.statistics.splices == 9)
        #expect(simulation.averageWait < 25 && simulation.buffer.targetDelay < .milliseconds(20))
    }

    @Test(arguments: [-200.0, 200.0])
    func driftIsAbsorbedForHours(drift: Double) {
        var random = SplitMix64(seed: 3)
        let simulation = JitterSimulation(phase: .milliseconds(7))
        let hours = 1
        let source = PacketSource(drift: drift)
        simulation.run(source.packets(hours * 180_000) { _ in .microseconds(Int.random(in: 0..<3000, using: &random)) })
        let statistics = simulation.buffer.statistics
        #expect(simulation.isInOrder && statistics.late == 0 && statistics.lost == 0 && statistics.overflowed == 0)
        #expect(simulation.delays.allSatisfy { $0 > .zero && $0 < .milliseconds(40) })
        // 200 ppm are 36 frames of 20 ms in an hour, each inside a pause.
        #expect(simulation.speechDropped == 0)
        let frames = drift > 0 ? Int(statistics.framesDropped) : Int(statistics.framesInserted) + Int(statistics.underruns) - 1
        #expect((34...39).contains(frames), "\(statistics)")
        #expect(statistics.underruns <= 3)
    }

    @Test func eventsInBetweenAreNotLosses() {
        var packets = PacketSource().packets(200)
        for index in 100..<120 { packets[index].isAudio = false }
        let simulation = JitterSimulation(phase: .milliseconds(5))
        simulation.run(packets)
        #expect(simulation.played.count == 180 && simulation.lost == 0 && simulation.buffer.statistics.lost == 0)
        #expect(simulation.averageWait < 26)
    }

    /// A digit pressed for three seconds, while the caller has stopped its ticks for want of audio; two of its packets are lost.
    @Test func aLongEventFillsNothing() {
        var packets = PacketSource().packets(300)
        for index in 100..<250 { packets[index].isAudio = false }
        let simulation = JitterSimulation(phase: .milliseconds(5))
        simulation.run(Array(packets[..<100]), after: .milliseconds(45))
        for packet in packets[100..<250] where ![120, 200].contains(packet.sequence % 65536) { simulation.deliver(packet) }
        simulation.skip(to: packets[250].arrival)
        simulation.run(Array(packets[250...]))
        #expect(simulation.played.count == 150 && simulation.isInOrder && simulation.lost == 0)
        let statistics = simulation.buffer.statistics
        #expect(statistics.lost == 2 && statistics.overflowed == 0 && simulation.buffer.count == 0, "\(statistics)")
    }

    /// Answers that made the listener hear a gap between the first and the last packet.
    private func buffered(_ simulation: JitterSimulation) -> Int {
        Int(simulation.buffer.statistics.underruns) - 1
    }
}
