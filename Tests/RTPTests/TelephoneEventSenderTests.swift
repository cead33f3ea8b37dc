import RTP
import Testing
import Wire

/// RFC 4733 section 2.5.1.
@Suite struct TelephoneEventSenderTests {
    private var sender = TelephoneEventSender(clockRate: 8000)
    /// The egress timestamp of the next call; a call every 20 ms on an 8 kHz clock.
    private var now: UInt32 = 10_000

    private mutating func next() -> TelephoneEventSender.Packet? {
        defer { now &+= 160 }
        return sender.nextPacket(timestampNow: now)
    }

    private mutating func durations(_ count: Int) -> [UInt16] {
        var durations: [UInt16] = []
        for _ in 0..<count {
            if let packet = next() { durations.append(packet.event.duration) }
        }
        return durations
    }

    /// Everything that is sent without further news.
    private mutating func drain(limit: Int = 100_000) -> [TelephoneEventSender.Packet] {
        var packets: [TelephoneEventSender.Packet] = []
        while packets.count < limit, let packet = next() { packets.append(packet) }
        return packets
    }

    @Test mutating func nothingToSend() {
        #expect(!sender.isActive)
        let none = next()
        #expect(none == nil)
        sender.extend(toMilliseconds: 100)
        sender.finish(durationMilliseconds: 100)
        let packet = next()
        #expect(!sender.isActive && packet == nil, "nothing was started")
    }

    @Test mutating func aFinishedDigit() {
        sender.start(code: 5, volume: 10)
        sender.finish(durationMilliseconds: 100)
        #expect(sender.isActive)
        let packets = drain()
        #expect(packets.map(\.event.duration) == [160, 320, 480, 640, 800, 800, 800])
        #expect(packets.map(\.event.isEnd) == [false, false, false, false, true, true, true])
        #expect(packets.map(\.marker) == [true, false, false, false, false, false, false])
        #expect(packets.allSatisfy { $0.timestamp == 10_000 && $0.event.code == 5 && $0.event.volume == 10 })
        let further = next()
        #expect(!sender.isActive && further == nil)
    }

    @Test(arguments: [(8000, 800), (16_000, 1600), (48_000, 4800)] as [(Int, UInt16)])
    func theDurationsClock(_ clockRate: Int, _ duration: UInt16) {
        var sender = TelephoneEventSender(clockRate: clockRate)
        sender.start(code: 1, volume: 0)
        sender.finish(durationMilliseconds: 100)
        var last: TelephoneEventSender.Packet?
        while let packet = sender.nextPacket(timestampNow: 5) { last = packet }
        #expect(last?.event.duration == duration)
    }

    @Test(arguments: [(0, [160, 320, 320, 320]), (-7, [160, 320, 320, 320]), (39, [160, 320, 320, 320]), (50, [160, 320, 400, 400, 400])])
    mutating func theShortestDigits(_ milliseconds: Int, _ durations: [UInt16]) {
        sender.start(code: 1, volume: 0)
        sender.finish(durationMilliseconds: milliseconds)
        let packets = drain()
        #expect(packets.map(\.event.duration) == durations)
    }

    @Test mutating func anUnfinishedDigitStaysNearWhatIsKnown() {
        sender.start(code: 1, volume: 0)
        sender.extend(toMilliseconds: 20)
        #expect(durations(4) == [160, 320, 320, 320])
        sender.extend(toMilliseconds: 90)
        #expect(durations(5) == [480, 640, 800, 880, 880])
        sender.extend(toMilliseconds: 10)
        #expect(durations(1) == [880], "it never shrinks")
        sender.finish(durationMilliseconds: 120)
        let ends = drain()
        #expect(ends.map(\.event.duration) == [960, 960, 960] && ends.map(\.event.isEnd) == [true, true, true])
        #expect(ends.allSatisfy { !$0.marker && $0.timestamp == 10_000 })
    }

    @Test mutating func aDigitThatWasShorterThanSaid() {
        sender.start(code: 1, volume: 0)
        sender.extend(toMilliseconds: 200)
        for _ in 0..<8 { _ = next() }
        sender.finish(durationMilliseconds: 100)
        let packets = drain()
        #expect(packets.map(\.event.duration) == [1280, 1280, 1280], "160 ms are said already")
    }

    @Test mutating func whatAnEndHasSaidStands() {
        sender.start(code: 1, volume: 0)
        sender.finish(durationMilliseconds: 40)
        #expect(durations(2) == [160, 320])
        sender.extend(toMilliseconds: 500)
        sender.finish(durationMilliseconds: 500)
        let packets = drain()
        #expect(packets.map(\.event.duration) == [320, 320])
    }

    @Test mutating func queuedDigitsKeepTheirOrderAndPause() {
        for code: UInt8 in [1, 1, 2, 3] {
            sender.start(code: code, volume: 9)
            sender.finish(durationMilliseconds: 60)
        }
        let packets = drain()
        let starts = packets.filter(\.marker)
        #expect(starts.map(\.event.code) == [1, 1, 2, 3])
        #expect(packets.filter(\.event.isEnd).count == 12)
        for (former, latter) in zip(starts, starts.dropFirst()) {
            let pause = Int(latter.timestamp) - Int(former.timestamp) - 480
            #expect(pause == 320, "40 ms between the end of one and the start of the next")
        }
    }

    @Test mutating func whatIsSaidMeansTheNewestDigit() {
        sender.start(code: 1, volume: 0)
        sender.extend(toMilliseconds: 60)
        sender.start(code: 2, volume: 0)
        sender.extend(toMilliseconds: 80)
        sender.finish(durationMilliseconds: 100)
        let packets = drain()
        #expect(packets.last { $0.event.code == 1 }?.event == TelephoneEvent(code: 1, isEnd: true, volume: 0, duration: 480))
        #expect(packets.last { $0.event.code == 2 }?.event == TelephoneEvent(code: 2, isEnd: true, volume: 0, duration: 800))
    }

    @Test mutating func tooManyDigitsAreDropped() {
        var accepted = 0
        for code in 0..<50 {
            if sender.start(code: UInt8(code), volume: 0) { accepted += 1 }
            sender.finish(durationMilliseconds: 1000 + code)
        }
        #expect(accepted == TelephoneEventSender.maximumQueued + 1)
        let packets = drain()
        #expect(packets.filter(\.marker).map(\.event.code) == (0..<33).map { UInt8($0) })
        // What was said of those dropped did not change the last that was taken.
        #expect(packets.last?.event.duration == UInt16((1000 + 32) * 8))
        let isTaken = sender.start(code: 1, volume: 0)
        #expect(isTaken, "and there is room again")
    }

    @Test mutating func theRingGoesRound() {
        for round in 0..<300 {
            sender.start(code: UInt8(round % 16), volume: 0)
            sender.finish(durationMilliseconds: 40)
            guard round % 3 == 2 else { continue }
            let codes = drain().filter(\.marker).map(\.event.code)
            #expect(codes == (round - 2...round).map { UInt8($0 % 16) })
        }
    }

    @Test mutating func aDigitThatNobodyEndsEndsByItself() {
        sender.start(code: 1, volume: 0)
        sender.extend(toMilliseconds: 100)
        let packets = drain(limit: 1000)
        #expect(packets.count < 50 && packets.filter(\.event.isEnd).count == 3)
        #expect(packets.last?.event.duration == 960)
        sender.finish(durationMilliseconds: 5000)
        #expect(!sender.isActive)
    }

    @Test mutating func newsBetweenTheEndsComeTooLate() {
        sender.start(code: 1, volume: 0)
        var last = next()
        while last?.event.isEnd == false { last = next() }
        sender.finish(durationMilliseconds: 5000)
        #expect(last?.event.duration == 320)
        #expect(durations(9) == [320, 320])
    }

    /// 20 s on an 8 kHz line: segments of 0xFFFF that join without a gap, one marker, and the end in the last.
    @Test(arguments: [8000, 48_000])
    func aLongDigit(_ timestampClockRate: Int) {
        var sender = TelephoneEventSender(clockRate: 8000, timestampClockRate: timestampClockRate)
        let scale = UInt32(timestampClockRate / 8000)
        sender.start(code: 9, volume: 0)
        sender.finish(durationMilliseconds: 20_000)
        var packets: [TelephoneEventSender.Packet] = []
        while let packet = sender.nextPacket(timestampNow: 0xffff_0000) { packets.append(packet) }
        #expect(packets.filter(\.marker).count == 1)
        #expect(packets.filter(\.event.isEnd).count == 3)
        let segments = Dictionary(grouping: packets, by: \.timestamp)
        let starts: [UInt32] = [0, 1, 2].map { 0xffff_0000 &+ $0 &* 0xffff &* scale }
        #expect(Set(segments.keys) == Set(starts))
        #expect(starts.map { segments[$0]?.last?.event.duration } == [0xffff, 0xffff, UInt16(160_000 - 2 * 0xffff)])
        #expect(starts.dropLast().allSatisfy { segments[$0]?.contains { $0.event.isEnd } == false })
    }

    @Test mutating func absurdDurationsDoNotTrap() {
        sender.start(code: 1, volume: 255)
        sender.extend(toMilliseconds: .max)
        _ = next()
        sender.extend(toMilliseconds: .min)
        _ = next()
        sender.finish(durationMilliseconds: .max)
        for _ in 0..<100 { _ = next() }
        #expect(sender.isActive)
        var strange = TelephoneEventSender(clockRate: .max, timestampClockRate: 0)
        strange.start(code: 1, volume: 0)
        strange.finish(durationMilliseconds: 1000)
        var packets = 0
        while packets < 1000, strange.nextPacket(timestampNow: 0) != nil { packets += 1 }
        #expect(packets > 0 && packets < 1000)
    }
}
