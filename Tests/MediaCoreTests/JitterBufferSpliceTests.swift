import Testing
import Wire
@testable import MediaCore

/// Streams whose numbers jump, and numbers that no stream has.
@Suite struct JitterBufferSpliceTests {
    enum Jump: CaseIterable {
        case timestampForward, timestampBack, timestampSkipsASecond
        case sequenceForward, sequenceBack, bothAFewHundred, newSource
    }

    @Test(arguments: Jump.allCases)
    func nothingIsLostWhereTheNumbersJump(_ jump: Jump) {
        var packets = PacketSource().packets(1000)
        for index in 500..<1000 {
            switch jump {
            case .timestampForward: packets[index].timestamp += 1_000_000_000
            case .timestampBack: packets[index].timestamp -= 1_000_000_000
            case .sequenceForward: packets[index].sequence += 20_000
            case .sequenceBack: packets[index].sequence -= 20_000
            case .bothAFewHundred:
                packets[index].sequence -= 550
                packets[index].timestamp += 777_777
            case .newSource:
                packets[index].sequence += 54_321
                packets[index].timestamp -= 123_456_789
            case .timestampSkipsASecond: packets[index].timestamp += 48000
            }
        }
        let simulation = JitterSimulation(phase: .milliseconds(5))
        simulation.run(Array(packets[..<500]), after: .milliseconds(5))
        if jump == .newSource { simulation.buffer.splice() }
        simulation.run(Array(packets[500...]))
        #expect(simulation.played.count == 1000 && simulation.lost == 0 && simulation.refusals.isEmpty)
        #expect(simulation.played == packets.map(\.sequence) && simulation.corrupted == 0)
        let statistics = simulation.buffer.statistics
        #expect(statistics.splices == 1 && statistics.underruns <= 2)
        #expect(simulation.averageWait < 30 && simulation.longestWait < 50)
    }

    /// A sender that restarts within the range of reordering is believed after some packets.
    @Test func aRestartJustBehindIsNoticed() {
        var packets = PacketSource().packets(1000)
        for index in 500..<1000 {
            packets[index].sequence -= 40
            packets[index].timestamp -= 40 * 960
        }
        let simulation = JitterSimulation(phase: .milliseconds(5))
        simulation.run(packets)
        #expect(simulation.played.count >= 994)
    }

    @Test func aResetBeginsAnotherStream() {
        let simulation = JitterSimulation(phase: .milliseconds(5))
        for packet in PacketSource().packets(3) { simulation.deliver(packet) }
        simulation.buffer.reset(clockRate: 8000)
        #expect(simulation.buffer.count == 0 && simulation.buffer.clockRate == 8000 && simulation.buffer.due == nil)
        guard case .empty = simulation.buffer.playout(at: simulation.now) else {
            Issue.record("nothing is left")
            return
        }
        var packet = PacketSource(clockRate: 8000).packets(1)[0]
        packet.sequence = 1
        simulation.deliver(packet)
        #expect(simulation.buffer.count == 1 && simulation.refusals.isEmpty)
    }

    @Test func whatIsNoAudioIsRefused() {
        let simulation = JitterSimulation()
        let long = [UInt8](repeating: 0, count: 1501)
        let verdicts = [(0, 960), (1501, 960), (20, 0), (20, -5), (20, 960)].map { length, duration in
            long.withBytes { bytes in
                simulation.buffer.insert(
                    sequence: 1, timestamp: 0, duration: duration, format: 0, payload: bytes.slice(0, length) ?? .empty,
                    marker: false, arrival: simulation.now)
            }
        }
        #expect(verdicts == [.refused, .refused, .refused, .refused, .accepted])
    }

    /// Numbers and instants from anywhere: no trap, no lost memory, and payloads as they came.
    @Test(arguments: 0..<8)
    func anyNumbersAreSurvived(_ seed: Int) {
        var random = SplitMix64(seed: UInt64(seed))
        var configuration = JitterBufferConfiguration()
        configuration.capacity = [4, 16, 64, 1024][seed % 4]
        let buffer = JitterBuffer(clockRate: [8000, 48000, 0, .max][seed % 4], configuration: configuration)
        var sequence: Int64 = 0
        var timestamp: Int64 = 0
        var now = MonotonicInstant(nanoseconds: 0)
        for step in 0..<20_000 {
            let wild = Int64(bitPattern: random.next())
            let shift = Int64.random(in: 0..<63, using: &random)
            sequence = random.next() % 20 == 0 ? sequence &+ wild >> shift : sequence &+ 1
            timestamp = random.next() % 20 == 0 ? timestamp &+ wild >> shift : timestamp &+ 960
            now = random.next() % 200 == 0 ? MonotonicInstant(nanoseconds: now.nanoseconds &+ wild >> shift) : now + .milliseconds(7)
            let fill = UInt8(truncatingIfNeeded: step)
            let payload = [UInt8](repeating: fill, count: Int.random(in: 0..<1600, using: &random))
            if random.next() % 3 == 0 {
                let verdict = payload.withBytes {
                    buffer.insert(
                        sequence: sequence, timestamp: timestamp, duration: random.next() % 9 == 0 ? Int(wild >> shift) : 960,
                        format: fill, payload: $0, marker: wild & 1 == 0, arrival: now)
                }
                if payload.isEmpty || payload.count > 1500 { #expect(verdict == .refused) }
                if verdict == .accepted { #expect(buffer.ring.entry(sequence &+ buffer.sequenceOffset)?.sourceTimestamp == timestamp) }
            }
            switch random.next() % 64 {
            case 0: buffer.splice()
            case 1: buffer.noteOther(sequence: sequence &+ 1, arrival: now)
            case 2 where random.next() % 10 == 0: buffer.reset()
            default: break
            }
            switch buffer.playout(at: now) {
            case .packet(let packet):
                #expect(packet.payload.count > 0 && packet.duration > 0 && packet.payload.buffer.allSatisfy { $0 == packet.format })
            case .lost(let loss):
                #expect(loss.duration > 0 && loss.next?.buffer.allSatisfy { $0 == loss.nextFormat } != false)
            case .empty, .waiting: break
            }
            _ = buffer.adjustment(isSilent: wild & 2 == 0, at: now)
            #expect(buffer.count >= 0 && buffer.count <= buffer.configuration.capacity)
            #expect(buffer.targetDelay >= .milliseconds(10) && buffer.targetDelay <= .milliseconds(200))
        }
    }
}
