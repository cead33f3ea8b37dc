import RTP
import Testing
import Wire

/// RFC 4733 section 2.5.2: each event exactly once, whatever the network does to its packets.
@Suite struct TelephoneEventReceiverTests {
    private var receiver = TelephoneEventReceiver()
    /// What the receiver reported: `(5` begins, `5:100)` ended after 100 ms.
    private var log: [String] = []

    /// One packet; duration in units of the clock, arrival in ms.
    private mutating func packet(
        _ code: UInt8, _ timestamp: UInt32, _ duration: UInt16, end: Bool = false, at milliseconds: Int, clockRate: Int = 8000
    ) {
        let event = TelephoneEvent(code: code, isEnd: end, volume: 10, duration: duration)
        let update = receiver.receive(
            event, timestamp: timestamp, durationClockRate: clockRate, at: MonotonicInstant(nanoseconds: 0) + .milliseconds(milliseconds))
        if let ended = update.ended { log.append("\(ended.code):\(ended.durationMilliseconds))") }
        if let active = update.active, active.isNew { log.append("(\(active.code)") }
    }

    private mutating func expire(at milliseconds: Int) {
        if let ended = receiver.expire(at: MonotonicInstant(nanoseconds: 0) + .milliseconds(milliseconds)) {
            log.append("\(ended.code):\(ended.durationMilliseconds))")
        }
    }

    /// A whole digit of 100 ms as most senders send it: a packet every 20 ms, the end three times.
    private mutating func digit(_ code: UInt8, _ timestamp: UInt32, at start: Int, without lost: Set<Int> = []) {
        for number in 1...7 where !lost.contains(number) {
            packet(code, timestamp, UInt16(min(number, 5) * 160), end: number >= 5, at: start + number * 20)
        }
    }

    @Test mutating func aDigit() {
        digit(5, 1000, at: 0)
        #expect(log == ["(5", "5:100)"])
        #expect(receiver.deadline == nil)
    }

    @Test mutating func theFieldsOfTheUpdates() {
        let first = update(TelephoneEvent(code: 1, isEnd: false, volume: 13, duration: 160))
        #expect(first.ended == nil && first.active?.code == 1 && first.active?.volume == 13)
        #expect(first.active?.durationMilliseconds == 20 && first.active?.isNew == true)
        let second = update(TelephoneEvent(code: 1, isEnd: false, volume: 13, duration: 320))
        #expect(second.ended == nil && second.active?.durationMilliseconds == 40 && second.active?.isNew == false)
        let last = update(TelephoneEvent(code: 1, isEnd: true, volume: 13, duration: 400))
        #expect(last.active == nil && last.ended?.code == 1 && last.ended?.volume == 13 && last.ended?.durationMilliseconds == 50)
        let repeated = update(TelephoneEvent(code: 1, isEnd: true, volume: 13, duration: 400))
        #expect(repeated.ended == nil && repeated.active == nil)
    }

    private mutating func update(_ event: TelephoneEvent) -> TelephoneEventReceiver.Update {
        receiver.receive(event, timestamp: 9, durationClockRate: 8000, at: MonotonicInstant(nanoseconds: 0))
    }

    /// Whichever packets of a digit arrive, if any does, the digit comes once.
    @Test mutating func everyCombinationOfLosses() {
        for mask in 0..<128 {
            receiver = TelephoneEventReceiver()
            log = []
            let lost = Set((0..<7).filter { mask & (1 << $0) != 0 }.map { $0 + 1 })
            digit(5, 1000, at: 0, without: lost)
            expire(at: 500)
            digit(6, 9000, at: 1000)
            expire(at: 1500)
            let codes = log.filter { $0.hasPrefix("(") }
            #expect(codes == (mask == 127 ? ["(6"] : ["(5", "(6"]), "lost \(lost)")
            #expect(log.count == codes.count * 2, "lost \(lost): \(log)")
            if Set([5, 6, 7]).isSubset(of: lost) == false { #expect(log.contains("5:100)"), "an end packet has the whole duration") }
        }
    }

    @Test mutating func lostEndsAreSeenByTheNextDigit() {
        digit(5, 1000, at: 0, without: [5, 6, 7])
        digit(5, 2440, at: 180)
        #expect(log == ["(5", "5:80)", "(5", "5:100)"])
    }

    @Test mutating func lostEndsAreSeenByTheSilence() {
        digit(5, 1000, at: 0, without: [5, 6, 7])
        #expect(receiver.deadline == MonotonicInstant(nanoseconds: 280_000_000))
        expire(at: 279)
        #expect(log == ["(5"])
        expire(at: 280)
        #expect(log == ["(5", "5:80)"])
        expire(at: 1000)
        packet(5, 1000, 800, end: true, at: 1001)
        #expect(log == ["(5", "5:80)"], "its end comes late, and is not another digit")
        #expect(receiver.deadline == nil)
    }

    /// A first packet that is an end packet begins the digit; the next one or the deadline, which is now, ends it.
    @Test mutating func anEndAlone() {
        packet(5, 1000, 800, end: true, at: 40)
        #expect(log == ["(5"])
        #expect(receiver.deadline == MonotonicInstant(nanoseconds: 40_000_000))
        expire(at: 40)
        packet(5, 1000, 800, end: true, at: 60)
        #expect(log == ["(5", "5:100)"])
    }

    @Test mutating func anEndAloneWhileAnotherIsActive() {
        packet(4, 1000, 640, at: 0)
        packet(5, 3000, 800, end: true, at: 200)
        #expect(log == ["(4", "4:80)", "(5"])
        packet(6, 5000, 160, at: 210)
        #expect(log == ["(4", "4:80)", "(5", "5:100)", "(6"])
    }

    @Test mutating func theSameDigitTwiceIsTwo() {
        digit(7, 1000, at: 0)
        digit(7, 2120, at: 140)
        #expect(log == ["(7", "7:100)", "(7", "7:100)"])
    }

    @Test mutating func aWholeNumberBackToBack() {
        for (index, code) in [1, 2, 2, 3, 3, 3, 11].enumerated() {
            digit(UInt8(code), UInt32(index) * 1120, at: index * 140)
        }
        #expect(log.filter { $0.hasPrefix("(") } == ["(1", "(2", "(2", "(3", "(3", "(3", "(11"])
        #expect(log.count == 14)
    }

    @Test mutating func reorderedPacketsOfOneDigit() {
        packet(5, 1000, 480, at: 0)
        packet(5, 1000, 160, at: 1)
        packet(5, 1000, 800, end: true, at: 2)
        packet(5, 1000, 640, at: 3)
        packet(5, 1000, 320, at: 4)
        packet(5, 1000, 800, end: true, at: 5)
        #expect(log == ["(5", "5:100)"])
    }

    @Test mutating func latePacketsOfTheDigitBefore() {
        digit(5, 1000, at: 0, without: [6, 7])
        packet(6, 2440, 160, at: 180)
        packet(5, 1000, 800, end: true, at: 181)
        packet(6, 2440, 320, at: 200)
        packet(5, 1000, 320, at: 201)
        packet(6, 2440, 480, end: true, at: 220)
        packet(5, 1000, 800, end: true, at: 230)
        #expect(log == ["(5", "5:100)", "(6", "6:60)"])
    }

    @Test mutating func timestampsMayWrapBetweenAndWithinDigits() {
        digit(1, 0xffff_ff00, at: 0)
        digit(2, 0x0000_0400, at: 200)
        packet(1, 0xffff_ff00, 800, end: true, at: 400)
        #expect(log == ["(1", "1:100)", "(2", "2:100)"])
    }

    @Test mutating func timestampsThatStartAnewAreNotLate() {
        digit(1, 900_000, at: 0)
        // Far back, soon after; and a little back, after a pause.
        digit(2, 100_000, at: 300)
        digit(3, 90_000, at: 3000)
        #expect(log.filter { $0.hasPrefix("(") } == ["(1", "(2", "(3"])
    }

    @Test mutating func aSenderThatKeepsItsTimestamp() {
        digit(1, 0, at: 0)
        digit(2, 0, at: 200)
        digit(1, 0, at: 400)
        #expect(log.filter { $0.hasPrefix("(") } == ["(1", "(2", "(1"])
    }

    @Test mutating func otherClocks() {
        packet(5, 1000, 4800, end: true, at: 0, clockRate: 48_000)
        packet(5, 1000, 4800, end: true, at: 20, clockRate: 48_000)
        packet(6, 20_000, 1600, end: true, at: 200, clockRate: 16_000)
        packet(6, 20_000, 1600, end: true, at: 220, clockRate: 16_000)
        packet(7, 40_000, 1, end: true, at: 400, clockRate: 0)
        expire(at: 400)
        #expect(log == ["(5", "5:100)", "(6", "6:100)", "(7", "7:1000)"], "and a rate of 0 does not divide")
    }

    /// Toward us as WhatsApp sends: timestamps on the 48 kHz line, durations in 8 kHz.
    @Test mutating func durationsAndTimestampsOnDifferentClocks() {
        for (index, code) in [1, 2, 3].enumerated() {
            digit(UInt8(code), 48_000 + UInt32(index) * 140 * 48, at: index * 140)
        }
        #expect(log == ["(1", "1:100)", "(2", "2:100)", "(3", "3:100)"])
    }

    /// As libwebrtc sends beside Opus: 960 more with each packet, under a clock of 8 kHz. 200 ms end at 1,920.
    @Test mutating func durationsThatGrowInOpusUnits() {
        for (index, code) in [1, 2].enumerated() {
            let timestamp = UInt32(index) * 9600
            packet(UInt8(code), timestamp, 960, at: index * 200)
            for number in 1...3 { packet(UInt8(code), timestamp, 1920, end: true, at: index * 200 + number * 20) }
        }
        #expect(log == ["(1", "1:240)", "(2", "2:240)"])
    }

    /// And for 100 ms, which is over with the first packet, every packet is an end packet.
    @Test mutating func digitsThatAreAllEnds() {
        for (index, code) in [1, 1, 2].enumerated() {
            for number in 0..<3 { packet(UInt8(code), UInt32(index) * 9600, 960, end: true, at: index * 200 + number * 20) }
        }
        #expect(log == ["(1", "1:120)", "(1", "1:120)", "(2", "2:120)"])
    }

    /// RFC 4733 section 2.5.1.3. 20 s are three segments.
    @Test(arguments: [1, 6] as [UInt32])
    mutating func aKeyHeldForLong(_ timestampUnitsPerUnit: UInt32) {
        for elapsed in stride(from: 160, through: 160_000, by: 160) {
            let segment = elapsed / 0xffff
            packet(
                9, 500 &+ UInt32(segment * 0xffff) * timestampUnitsPerUnit, UInt16(elapsed % 0xffff), end: elapsed == 160_000,
                at: elapsed / 8)
        }
        #expect(log == ["(9", "9:20000)"])
    }

    @Test mutating func aLatePacketOfTheSegmentBefore() {
        packet(9, 1000, 0xff00, at: 0)
        packet(9, 1000 + 0xffff * 6, 100, at: 20)
        packet(9, 1000, 0xffff, at: 21)
        packet(9, 1000 + 0xffff * 6, 800, end: true, at: 40)
        #expect(log == ["(9", "9:\((0xffff + 800) / 8))"])
    }

    @Test mutating func aSegmentDoesNotFollowAnEndOrASilence() {
        packet(9, 1000, 0xff00, end: true, at: 0)
        packet(9, 1000 + 0xffff, 160, at: 20)
        packet(9, 1000 + 0xffff, 0xff00, at: 40)
        packet(9, 1000 + 0xffff * 2, 160, at: 241)
        #expect(log == ["(9", "9:8160)", "(9", "9:8160)", "(9"])
    }

    @Test mutating func notEveryRepetitionIsASegment() {
        packet(9, 1000, 0xff00, at: 0)
        packet(8, 1000 + 0xffff, 160, at: 20)
        packet(8, 1000 + 0xffff * 2, 160, at: 40)
        packet(8, 1000 + 0xffff * 3, 0xffff, at: 60)
        expire(at: 300)
        packet(8, 1000 + 0xffff * 4, 160, at: 320)
        #expect(log.filter { $0.hasPrefix("(") } == ["(9", "(8", "(8", "(8", "(8"])
    }
}
