import Codecs
import MediaCore
import RTP
import Testing
import Wire

/// Packets of silence that we make ourselves: at once, and whenever there is nothing else for too long.
@Suite struct PresenceTests {
    private static let meta = PresencePlan(sendsFirst: true, maximumGap: .milliseconds(400))
    private static let formats = [PlainCall.pcmu, PlainCall.pcma, PlainCall.opus]

    // MARK: - The first packet

    @Test(arguments: formats)
    func theFirstPacketLeavesAtOnce(_ format: PayloadPlan) throws {
        let call = PlainCall([PlainCall.pcmu, format]) { $0.media[1].presence.sendsFirst = true }
        let first = try #require(call.sent[1].first)
        #expect(call.sent[1].count == 1 && call.sent[0].isEmpty)
        #expect(first.at == call.now && first.header.payloadType == format.payloadType && !first.header.marker)
        #expect(samples(first.payload, format).allSatisfy { abs(Int($0)) <= 8 })
        #expect(samples(first.payload, format).count == 160)
        #expect(call.reportMoments[1] == [call.now], "the report does not wait either")
        #expect(call.events.contains(.mediaReady(media: 1)) && call.events.contains(.firstPacketSent(media: 1)))
        let statistics = call.call.statistics().media[1]
        #expect(statistics.presencePackets == 1 && statistics.rtpOut.packets == 1 && statistics.setup.mediaReady == call.now)
        call.talk(from: 0, 0..<10)
        #expect(call.sent[1].dropFirst().first?.header.marker == true, "the talk spurt begins after the silence")
        #expect(call.gaps(toward: 1).isEmpty && call.stepsBack(toward: 1) == 0)
        call.run(milliseconds: 500)
        call.apply { $0.mediaTimeout = .seconds(77) }
        #expect(call.call.statistics().media[1].presencePackets == 1, "a first packet is sent once")
    }

    @Test func withoutItNothingLeaves() {
        let call = PlainCall()
        call.run(milliseconds: 60_000)
        #expect(call.sent[1].isEmpty && call.call.statistics().media[1].presencePackets == 0)
        #expect(call.reportMoments[1].first == MonotonicInstant(nanoseconds: 2_000_000_000))
    }

    /// Audio was kept: it leaves at the very moment, and no silence before it.
    @Test(arguments: formats)
    func keptAudioTakesThePlaceOfTheFirstPacket(_ format: PayloadPlan) throws {
        let call = PlainCall([PlainCall.pcmu, format]) {
            $0.media[1].transport.remoteRTP = nil
            $0.media[1].presence = Self.meta
        }
        call.talk(from: 0, 0..<20)
        #expect(call.sent[1].isEmpty && call.reports[1] == 0)
        call.apply { $0.media[1].transport.remoteRTP = PlainCall.addresses[1] }
        #expect(call.sent[1].count == 1 && call.reports[1] == 1)
        let first = try #require(call.sent[1].first)
        #expect(samples(first.payload, format).contains { abs(Int($0)) > 500 })
        #expect(call.call.statistics().media[1].presencePackets == 0)
    }

    @Test func thePacketTimeIsThatOfThePlan() {
        let call = PlainCall {
            $0.media[1].presence.sendsFirst = true
            $0.media[1].packetTime = 40
        }
        #expect(call.sent[1].map(\.payload) == [Array(repeating: 0xff, count: 320)])
    }

    /// A format that we cannot make: the packet is left out, and nothing else is hurt.
    @Test func aFormatThatWeCannotMakeHasNoPresence() {
        let g722 = PayloadPlan(payloadType: 9, format: .other("G722"), clockRate: 8000)
        let call = PlainCall([g722, g722]) { $0.media[1].presence = Self.meta }
        call.run(milliseconds: 2000)
        call.talk(from: 0, 0..<10, payloadType: 9)
        #expect(call.sent[1].count == 10)
    }

    // MARK: - Gaps

    /// What the source of a peer may do that leaves it without packets.
    enum Quiet: CaseIterable {
        case silent, absent, onHold, gated, stopping
    }

    /// Meta may get our key after our first packet, and hears the ones after it.
    @Test func thePacketsAreCloserTogetherUntilThePeerIsHeard() {
        func count(heard: Bool) -> Int {
            let call = PlainCall { $0.media[1].presence = Self.meta }
            if heard { call.talk(from: 1, 0..<5) }
            call.run(milliseconds: 2500)
            return call.sent[1].count
        }
        #expect(count(heard: false) > 35)
        #expect(count(heard: true) < 12)
    }

    @Test(arguments: Quiet.allCases, formats)
    func noGapIsLonger(_ quiet: Quiet, _ format: PayloadPlan) {
        let call = PlainCall([PlainCall.pcmu, format]) { $0.media[1].presence = Self.meta }
        call.apply {
            switch quiet {
            case .silent, .stopping: break
            case .absent: $0.media[1].source = nil
            case .onHold: $0.media[0].peerSends = false
            case .gated: $0.media[1].isGated = true
            }
        }
        if quiet == .gated || quiet == .stopping { call.talk(from: 0, 0..<20) }
        call.run(milliseconds: 50_000)
        #expect(call.longestPause(toward: 1) <= 400)
        // One in 400 ms, and at the beginning, while the peer is not heard, one in 60 ms for three seconds.
        #expect((160...195).contains(call.sent[1].count))
        #expect(call.gaps(toward: 1).isEmpty && call.stepsBack(toward: 1) == 0)
        let silent = call.sent[1].filter { samples($0.payload, format).allSatisfy { abs(Int($0)) <= 8 } }
        #expect(UInt64(silent.count) >= call.call.statistics().media[1].presencePackets)
        #expect(call.reports[1] >= 9, "reports go on")
        let line = call.sent[1].suffix(2).map(\.header.timestamp)
        #expect(line[1] &- line[0] == UInt32(format.clockRate * 400 / 1000), "timestamps go by the time that passed")
    }

    /// Speech that comes and goes, at odd moments: the line has no hole, never steps back and does not run away from the clock.
    @Test(arguments: formats)
    func speechAndSilenceTakeTurns(_ format: PayloadPlan) throws {
        let call = PlainCall([PlainCall.pcmu, format]) { $0.media[1].presence = Self.meta }
        var random = SplitMix64(seed: 7)
        var timestamp = 0
        var sequence = 0
        for _ in 0..<200 {
            let pause = Int(random.next() % 1200)
            call.run(milliseconds: pause)
            timestamp += pause * 8
            for _ in 0..<(1 + random.next() % 10) {
                call.send(from: 0, sequence, timestamp: timestamp)
                (sequence, timestamp) = (sequence + 1, timestamp + 160)
                call.run(milliseconds: 20)
            }
        }
        #expect(call.longestPause(toward: 1) <= 400)
        #expect(call.gaps(toward: 1).isEmpty && call.stepsBack(toward: 1) == 0)
        let (first, last) = (try #require(call.sent[1].first), try #require(call.sent[1].last))
        let line = Int(Int32(bitPattern: last.header.timestamp &- first.header.timestamp)) * 1000 / format.clockRate
        #expect(abs(line - Int((last.at - first.at).milliseconds)) < 200, "\(line) ms on the line")
        #expect(call.call.statistics().media[1].presencePackets > 100)
    }

    @Test func withoutItGapsStay() {
        let call = PlainCall { $0.media[1].presence.sendsFirst = true }
        call.talk(from: 0, 0..<20)
        call.run(milliseconds: 50_000)
        #expect(call.sent[1].count == 21 && call.longestPause(toward: 1) > 49_000)
    }

    /// The first packet behind silence of ours is marked, and only that one.
    @Test(arguments: formats)
    func theNextWordBeginsATalkSpurt(_ format: PayloadPlan) {
        let call = PlainCall([PlainCall.pcmu, format]) { $0.media[1].presence = Self.meta }
        call.talk(from: 0, 0..<20)
        call.run(milliseconds: 2000)
        let before = call.sent[1].count
        call.talk(from: 0, 120..<140)
        let after = call.sent[1][before...]
        #expect(after.filter(\.header.marker).count == 1 && after.first?.header.marker == true)
    }

    /// Hold: the peer does not want RTP, and reports are enough for it.
    @Test func aPeerOnHoldIsSentReportsOnly() {
        let call = PlainCall { $0.media[1].presence = Self.meta }
        call.talk(from: 0, 0..<10)
        call.apply { $0.media[1].peerReceives = false }
        let (packets, reports) = (call.sent[1].count, call.reports[1])
        call.run(milliseconds: 30_000)
        #expect(call.sent[1].count == packets && call.reports[1] >= reports + 5)
        call.apply { $0.media[1].peerReceives = true }
        call.run(milliseconds: 10_000)
        #expect(call.sent[1].count >= packets + 25)
        #expect(call.gaps(toward: 1).isEmpty && call.stepsBack(toward: 1) == 0)
    }

    @Test func nothingComesBetweenThePacketsOfADigit() throws {
        let call = PlainCall { $0.media[1].presence.maximumGap = .milliseconds(1) }
        call.run(milliseconds: 100)
        for number in 0..<50 {
            let digit = PlainCall.digit(5, duration: 160 * UInt16(number + 1), isEnd: number > 46)
            call.send(from: 0, number, timestamp: 0, payloadType: 101, payload: digit)
            call.run(milliseconds: 20)
        }
        call.run(milliseconds: 500)
        let types = call.sent[1].map(\.header.payloadType)
        let first = try #require(types.firstIndex(of: 101)), last = try #require(types.lastIndex(of: 101))
        #expect(types[first...last].allSatisfy { $0 == 101 })
        #expect(types[..<first].contains(0) && types[(last + 1)...].contains(0))
        #expect(call.gaps(toward: 1).isEmpty)
    }

    /// The codec is the one that is being passed on, although another is preferred for what is made.
    @Test func silenceIsInTheFormatThatIsPassedOn() {
        let call = PlainCall {
            $0.media[0].receivePayloads = [PlainCall.pcmu, PlainCall.pcma]
            $0.media[1].sendPayloads = [PlainCall.pcmu, PlainCall.pcma]
            $0.media[1].presence = Self.meta
        }
        call.talk(from: 0, 0..<20, payloadType: 8)
        call.run(milliseconds: 1000)
        #expect(call.sent[1].last?.header.payloadType == 8 && call.sent[1].last?.payload.first == 0xd5)
        call.apply { $0.media[0].receivePayloads = [PlainCall.opus] }
        call.run(milliseconds: 1000)
        #expect(call.sent[1].last?.header.payloadType == 0, "from now on it is what will be encoded to")
    }

    /// The timer goes off at most once in a gap while somebody talks, and not for each packet.
    @Test func talkingCostsNextToNothing() {
        let with = PlainCall { $0.media[1].presence = Self.meta }
        let without = PlainCall()
        for call in [with, without] { call.talk(from: 0, 0..<1000) }
        #expect(with.steps - without.steps <= 120, "\(with.steps - without.steps) in 20 s")
        #expect(with.sent[1].count == 1001 && with.call.statistics().media[1].presencePackets == 1)
    }

    private func samples(_ payload: [UInt8], _ format: PayloadPlan) -> [Int16] {
        var pcm = [Int16](repeating: 1, count: 960)
        let count = payload.withBytes { bytes in
            pcm.withUnsafeMutableBufferPointer { room -> Int? in
                switch format.format {
                case .opus: (try? OpusDecoder(sampleRate: 8000))?.decode(bytes, into: room)
                case .pcma: G711.decode(bytes, law: .a, into: room)
                default: G711.decode(bytes, law: .mu, into: room)
                }
            }
        }
        return Array(pcm.prefix(count ?? 0))
    }
}
