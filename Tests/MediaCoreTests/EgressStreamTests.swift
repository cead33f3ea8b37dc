@testable import MediaCore
import Testing
import Wire

/// One SSRC, no gap of our own making, a line that never steps back: whatever the source does.
@Suite struct EgressStreamTests {
    private func at(_ milliseconds: Int) -> MonotonicInstant { MonotonicInstant(nanoseconds: 0) + .milliseconds(milliseconds) }
    private func makeStream() -> EgressStream { EgressStream(ssrc: 7, clockRate: 8000, firstSequence: 1000, firstTimestamp: 5000) }

    @Test func aForwardedStreamKeepsItsStepsAndLosses() {
        var stream = makeStream()
        let first = stream.forward(sourceSSRC: 1, extendedSequence: 70_000, timestamp: 90_000, at: at(0))
        #expect(first?.sequenceNumber == 1000 && first?.timestamp == 5000 && first?.startsAnew == true)
        let third = stream.forward(sourceSSRC: 1, extendedSequence: 70_002, timestamp: 90_320, at: at(40))
        #expect(third?.sequenceNumber == 1002 && third?.timestamp == 5320 && third?.startsAnew == false)
        let second = stream.forward(sourceSSRC: 1, extendedSequence: 70_001, timestamp: 90_160, at: at(41))
        #expect(second?.sequenceNumber == 1001 && second?.timestamp == 5160)
    }

    @Test func aNewSourceIsJoinedOnWithoutAGapAndAfterTheTimeThatPassed() {
        var stream = makeStream()
        _ = stream.forward(sourceSSRC: 1, extendedSequence: 10, timestamp: 0, at: at(0))
        let joined = stream.forward(sourceSSRC: 2, extendedSequence: 65_000, timestamp: 4_000_000_000, at: at(500))
        #expect(joined?.sequenceNumber == 1001 && joined?.timestamp == 5000 + 4000 && joined?.startsAnew == true)
        let next = stream.forward(sourceSSRC: 2, extendedSequence: 65_001, timestamp: 4_000_000_160, at: at(520))
        #expect(next?.sequenceNumber == 1002 && next?.timestamp == 5000 + 4160)
        let early = stream.forward(sourceSSRC: 2, extendedSequence: 64_999, timestamp: 3_999_999_840, at: at(521))
        #expect(early == nil, "from before the join")
    }

    @Test func aPacketThatComesAtOnceAfterAnotherSourceIsStillOnePacketLater() {
        var stream = makeStream()
        _ = stream.forward(sourceSSRC: 1, extendedSequence: 10, timestamp: 0, at: at(0))
        #expect(stream.forward(sourceSSRC: 2, extendedSequence: 1, timestamp: 77, at: at(1))?.timestamp == 5080)
    }

    /// Asterisk, Read() then Echo(): ±10⁹ ticks inside one SSRC after a gap of a second.
    @Test(arguments: [UInt32(1_045_344_570), UInt32(bitPattern: -1_085_008_838)])
    func aTimestampJumpInsideOneSSRCBecomesTheTimeThatPassed(_ jump: UInt32) {
        var stream = makeStream()
        _ = stream.forward(sourceSSRC: 1, extendedSequence: 10, timestamp: 100, at: at(0))
        let after = stream.forward(sourceSSRC: 1, extendedSequence: 11, timestamp: 100 &+ jump, at: at(950))
        #expect(after?.sequenceNumber == 1001 && after?.timestamp == 5000 + 950 * 8)
        let next = stream.forward(sourceSSRC: 1, extendedSequence: 12, timestamp: 260 &+ jump, at: at(970))
        #expect(next?.timestamp == 5000 + 970 * 8 && next?.startsAnew == false)
    }

    /// A sender that leaves numbers out leaves none out here; what was lost on the way stays lost.
    @Test func aLeapOfTheNumbersIsNoLoss() {
        var stream = makeStream()
        _ = stream.forward(sourceSSRC: 1, extendedSequence: 10, timestamp: 0, at: at(0))
        let after = stream.forward(sourceSSRC: 1, extendedSequence: 710, timestamp: 160, at: at(20))
        #expect(after?.sequenceNumber == 1001 && after?.timestamp == 5160 && after?.startsAnew == true)
        #expect(stream.forward(sourceSSRC: 1, extendedSequence: 11, timestamp: 160, at: at(21)) == nil, "its number is another's now")
        #expect(stream.forward(sourceSSRC: 1, extendedSequence: 711, timestamp: 320, at: at(40))?.sequenceNumber == 1002)
        let lost = stream.forward(sourceSSRC: 1, extendedSequence: 752, timestamp: 320 + 41 * 160, at: at(60))
        #expect(lost?.sequenceNumber == 1043, "a burst of loss")
        #expect(stream.forward(sourceSSRC: 1, extendedSequence: 1000, timestamp: 320 + 289 * 160, at: at(5020))?.sequenceNumber == 1291)
    }

    @Test func theLineNeverStepsBack() {
        var stream = makeStream()
        _ = stream.forward(sourceSSRC: 1, extendedSequence: 10, timestamp: 10_000, at: at(0))
        let back = stream.forward(sourceSSRC: 1, extendedSequence: 11, timestamp: 9_000, at: at(20))
        #expect(back?.timestamp == 5160)
    }

    @Test func skippedPacketsLeaveNoHoleAndLateOnesKeepTheirPlace() {
        var stream = makeStream()
        _ = stream.forward(sourceSSRC: 1, extendedSequence: 10, timestamp: 0, at: at(0))
        stream.skip(sourceSSRC: 1, extendedSequence: 11)
        stream.skip(sourceSSRC: 1, extendedSequence: 13)
        #expect(stream.forward(sourceSSRC: 1, extendedSequence: 14, timestamp: 640, at: at(80))?.sequenceNumber == 1002)
        #expect(stream.forward(sourceSSRC: 1, extendedSequence: 12, timestamp: 320, at: at(81))?.sequenceNumber == 1001)
    }

    @Test func generatedPacketsTakeTheNextNumberAndForwardedOnesFollow() {
        var stream = makeStream()
        _ = stream.forward(sourceSSRC: 1, extendedSequence: 10, timestamp: 0, at: at(0))
        let event = stream.generate(at: at(20))
        #expect(event.sequenceNumber == 1001 && event.timestamp == 5160)
        #expect(stream.generate(timestamp: event.timestamp).sequenceNumber == 1002)
        #expect(stream.forward(sourceSSRC: 1, extendedSequence: 11, timestamp: 1600, at: at(200))?.sequenceNumber == 1003)
    }

    @Test func aLateGeneratedFrameStandsForItsTick() {
        var stream = makeStream()
        #expect(stream.generate(at: at(0)).timestamp == 5000)
        #expect(stream.generate(at: at(20)).timestamp == 5160)
        #expect(stream.generate(at: at(140)).timestamp == 5000 + 140 * 8, "a silence of 100 ms is a step of 100 ms")
    }

    @Test func thirtyThousandPacketsOfASeededMessStayInLine() {
        var random = SplitMix64(seed: 42)
        var stream = makeStream()
        var now = at(0)
        var ssrc: UInt32 = 1, sequence: Int64 = 100, timestamp: UInt32 = 0
        var last: EgressStream.Place?
        for _ in 0..<30_000 {
            now = now + .milliseconds(Int(random.next() % 40))
            sequence += 1
            timestamp = timestamp &+ 160
            switch random.next() % 400 {
            case 0: ssrc = UInt32(truncatingIfNeeded: random.next()); sequence = Int64(random.next() % 65_536)
            case 1: timestamp = UInt32(truncatingIfNeeded: random.next())
            case 2: stream.skip(sourceSSRC: ssrc, extendedSequence: sequence); continue
            default: break
            }
            let isGenerated = random.next() % 50 == 0
            if isGenerated { stream.skip(sourceSSRC: ssrc, extendedSequence: sequence) }
            let place = isGenerated
                ? stream.generate(at: now) : stream.forward(sourceSSRC: ssrc, extendedSequence: sequence, timestamp: timestamp, at: now)
            guard let place else { continue }
            if let last {
                #expect(place.sequenceNumber == last.sequenceNumber &+ 1)
                #expect(Int32(bitPattern: place.timestamp &- last.timestamp) >= 0)
                #expect(place.timestamp &- last.timestamp < 8000)
            }
            last = place
        }
    }

    @Test func ticksAreRoundedAndMayBeNegative() {
        #expect(at(20).ticks(since: at(0), clockRate: 48000) == 960)
        #expect(at(0).ticks(since: at(20), clockRate: 48000) == -960)
        #expect((at(0) + .seconds(86_400)).ticks(since: at(0), clockRate: 48000) == 86_400 * 48_000)
        #expect((at(0) + Nanoseconds(62_500)).ticks(since: at(0), clockRate: 8000) == 1)
    }

    /// The packet at which the timestamps jump, or the one before it, is overtaken: neither may make the line step back.
    @Test(arguments: [UInt32(2_000_000_160), 160])
    func aPacketThatIsOvertakenAtAJumpIsLeftOut(_ timestamp: UInt32) {
        var stream = makeStream()
        _ = stream.forward(sourceSSRC: 1, extendedSequence: 10, timestamp: 0, at: at(0))
        let jumped = stream.forward(sourceSSRC: 1, extendedSequence: 12, timestamp: 2_000_000_320, at: at(2))
        #expect(jumped?.timestamp == 5080 && jumped?.sequenceNumber == 1002)
        #expect(stream.forward(sourceSSRC: 1, extendedSequence: 11, timestamp: timestamp, at: at(4))?.timestamp == nil)
        #expect(stream.forward(sourceSSRC: 1, extendedSequence: 13, timestamp: 2_000_000_480, at: at(20))?.timestamp == 5240)
    }
}
