@testable import MediaCore
import RTP
import Testing
import Wire

/// What is kept for a peer that can't be sent to yet, and how it comes back into step.
@Suite struct BacklogTests {
    // MARK: - The packets

    @Test(arguments: [(10, 500), (20, 250), (60, 83), (80, 62)])
    func fiveSecondsOfG711FitWhateverTheirLength(_ milliseconds: Int, _ packets: Int) {
        let backlog = PacketBacklog()
        let payload = [UInt8](repeating: 7, count: milliseconds * 8)
        for number in 0..<packets { #expect(payload.withBytes { backlog.append(Self.packet(number), payload: $0) }) }
        #expect(backlog.count == packets)
    }

    /// Against a plain list, with packets of all lengths.
    @Test(arguments: 1...5)
    func theRingKeepsOrderAndContents(_ seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let backlog = PacketBacklog()
        var expected: [[UInt8]] = []
        for number in 0..<20_000 {
            let length = Int.random(in: 0...PacketBacklog.maximumPayload, using: &random)
            let payload = [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: length)
            while !backlog.hasRoom(for: length) {
                backlog.giveUpFirst()
                expected.removeFirst()
            }
            #expect(payload.withBytes { backlog.append(Self.packet(number), payload: $0) })
            expected.append(payload)
            for _ in 0..<Int.random(in: 0...(number / 5000 % 2 == 0 ? 1 : 2), using: &random) where backlog.count > 0 {
                backlog.removeFirst()
                expected.removeFirst()
            }
            #expect(backlog.count == expected.count)
            if let first = backlog.first { #expect(backlog.payload(of: first).array == expected[0]) }
        }
    }

    @Test func aSpliceStaysWithTheFirstPacketAfterIt() {
        let backlog = PacketBacklog()
        backlog.append(Self.packet(0), payload: .empty)
        backlog.splice()
        backlog.append(Self.packet(1), payload: .empty)
        backlog.append(Self.packet(2), payload: .empty)
        #expect(backlog.first?.startsAnew == false)
        backlog.removeFirst()
        #expect(backlog.first?.startsAnew == true)
        backlog.giveUpFirst()
        #expect(backlog.first?.startsAnew == true, "the numbers before it are gone")
        backlog.removeFirst()
        backlog.splice()
        #expect(backlog.spliceIsDue)
    }

    @Test func digitsKeepTheirOrderAndTheirEnds() {
        var digits = DigitBacklog()
        for code: UInt8 in 0..<32 {
            let isKept = digits.start(code: code, volume: 10, at: MonotonicInstant(nanoseconds: Int64(code)))
            #expect(isKept)
            digits.extend(toMilliseconds: 40)
            if code < 31 { digits.finish(durationMilliseconds: 80) }
        }
        let isKept = digits.start(code: 1, volume: 1, at: .distantFuture)
        #expect(!isKept && !digits.isOpen)
        for code: UInt8 in 0..<32 {
            #expect(digits.first?.code == code && digits.first?.isFinished == true)
            digits.removeFirst()
        }
        #expect(digits.first == nil && digits.count == 0)
    }

    // MARK: - The call

    /// Three seconds of uninterrupted sound, and no pause ever: gone at a tenth a second.
    @Test func continuousSpeechComesBackIntoStep() {
        let call = held([PlainCall.pcmu, PlainCall.pcma])
        call.talk(from: 0, 0..<150)
        release(call)
        var delays: [Int64] = []
        for second in 0..<33 {
            call.talk(from: 0, 150 + 50 * second..<200 + 50 * second)
            delays.append(call.media.backlogDelay.milliseconds)
        }
        #expect((2950...3000).contains(call.media.longestBacklogDelay.milliseconds), "\(call.media.longestBacklogDelay)")
        let steps = zip([call.media.longestBacklogDelay.milliseconds] + delays, delays).map { $0 - $1 }
        #expect(steps.allSatisfy { (0...120).contains($0) } && steps[1..<28].allSatisfy { $0 >= 91 }, "\(steps)")
        #expect(call.media.backlogDelay == .zero && call.media.clipped == .zero, "\(delays)")
        #expect(call.gaps(toward: 1).isEmpty)
    }

    @Test func pausesAreUsedAtOnce() {
        let call = held([PlainCall.pcmu, PlainCall.pcma])
        for number in 0..<150 { talk(call, number, isSilent: number % 25 >= 15) }
        release(call)
        for number in 150..<250 { talk(call, number, isSilent: number % 25 >= 15) }
        #expect(call.media.backlogDelay < .milliseconds(2300), "\(call.media.backlogDelay)")
        for number in 250..<500 { talk(call, number, isSilent: number % 25 >= 15) }
        #expect(call.media.backlogDelay == .zero && call.media.clipped == .zero)
    }

    /// What is kept begins with its first word.
    @Test func silenceBeforeTheFirstWordIsNotPlayed() {
        let call = held([PlainCall.pcmu, PlainCall.pcma])
        for number in 0..<150 { talk(call, number, isSilent: number < 130) }
        release(call)
        call.run(milliseconds: 200)
        #expect(call.heardFrames >= 5, "\(call.heardFrames) frames of it after 200 ms")
        call.run(milliseconds: 1000)
        // The last ones fade out.
        #expect((18...23).contains(call.heardFrames) && call.media.clipped == .zero, "\(call.heardFrames) frames")
    }

    @Test func moreThanFiveSecondsCountAsClipped() {
        let call = held([PlainCall.pcmu, PlainCall.pcma])
        call.talk(from: 0, 0..<350)
        release(call)
        call.run(milliseconds: 20)
        #expect((1940...2040).contains(call.media.clipped.milliseconds), "\(call.media.clipped)")
        #expect((4900...5000).contains(call.media.longestBacklogDelay.milliseconds))
    }

    @Test func silenceThatIsGivenUpIsNotClipped() {
        let call = held([PlainCall.pcmu, PlainCall.pcma])
        for number in 0..<350 { talk(call, number, isSilent: true) }
        #expect(call.media.clipped == .zero)
    }

    @Test(arguments: [true, false])
    func aPeerThatKeepsNothingLosesItAll(_ isForwarded: Bool) {
        let call = held([PlainCall.pcmu, isForwarded ? PlainCall.pcmu : PlainCall.pcma])
        call.apply { $0.media[1].keepsEarlyMedia = false }
        for number in 0..<100 { talk(call, number, isSilent: number % 2 == 0) }
        #expect(call.media.clipped == .milliseconds(1000), "\(call.media.clipped)")
        #expect(call.call.statistics().drops[DropReason.senderNotReady.rawValue] == 100)
        release(call)
        call.run(milliseconds: 500)
        #expect(call.sent[1].isEmpty)
        call.talk(from: 0, 100..<150)
        #expect(call.sent[1].count >= 48 && call.media.longestBacklogDelay == .zero)
    }

    /// The plan changes its mind while something is kept.
    @Test func whatWasKeptIsGivenUpByALaterPlan() {
        let call = held([PlainCall.pcmu, PlainCall.pcma])
        call.talk(from: 0, 0..<50)
        call.apply { $0.media[1].keepsEarlyMedia = false }
        call.talk(from: 0, 50..<100)
        #expect(call.media.clipped == .seconds(2), "\(call.media.clipped)")
    }

    /// A peer on hold is not told afterwards what it missed.
    @Test func holdIsNoBacklog() {
        let call = PlainCall([PlainCall.pcmu, PlainCall.pcma])
        call.talk(from: 0, 0..<50)
        call.apply { $0.media[1].peerReceives = false }
        call.talk(from: 0, 50..<100)
        let sent = call.sent[1].count
        call.apply { $0.media[1].peerReceives = true }
        call.run(milliseconds: 1000)
        #expect(call.sent[1].count == sent && call.media.clipped == .zero && call.media.longestBacklogDelay == .zero)
    }

    // MARK: - Codecs and sources in it

    /// 183 with one codec, 200 with another: both are played, one behind the other.
    @Test(arguments: [true, false])
    func theCodecChangesWhileHeld(_ isForwardedThen: Bool) {
        let call = held([PlainCall.pcmu, isForwardedThen ? PlainCall.pcmu : PlainCall.pcma])
        call.talk(from: 0, 0..<50)
        call.apply {
            $0.media[0].receivePayloads = [PlainCall.pcma, PlainCall.event]
            if isForwardedThen { $0.media[1].sendPayloads = [PlainCall.pcma, PlainCall.event] }
        }
        call.talk(from: 0, 50..<100, payloadType: 8)
        release(call)
        call.run(milliseconds: 4000)
        let heard = call.sent[1].filter { $0.payload.contains { $0 | 0x80 != 0xd5 } }
        #expect((91...101).contains(heard.count), "\(heard.count) frames")
        #expect(heard.allSatisfy { $0.header.payloadType == 8 })
        #expect(call.media.clipped == .zero)
        // And the way is free again for packets that need no conversion.
        call.talk(from: 0, 300..<320, payloadType: 8)
        if isForwardedThen { #expect(call.sent[1].last?.payload == PlainCall.sound) }
    }

    /// A codec that nobody can decode takes the place of one that is kept.
    @Test func whatCanNotBeSentAnyMoreIsClipped() {
        let call = held([PlainCall.pcmu, PlainCall.pcma])
        call.talk(from: 0, 0..<50)
        let unknown = PayloadPlan(payloadType: 18, format: .other("G729"), clockRate: 8000)
        call.apply {
            $0.media[0].receivePayloads = [unknown]
            $0.media[1].sendPayloads = [unknown]
        }
        #expect(call.media.clipped == .seconds(1), "\(call.media.clipped)")
    }

    @Test func theSourceChangesTwiceWhileHeld() {
        let call = held([PlainCall.pcmu, PlainCall.pcma])
        call.talk(from: 0, 1000..<1040)
        call.talk(from: 0, 1100..<1142, ssrc: 5)
        // Numbers that the former stream had.
        call.talk(from: 0, 1095..<1137, ssrc: 6)
        release(call)
        call.run(milliseconds: 4000)
        let heard = call.sent[1].filter { $0.payload.contains { $0 | 0x80 != 0xd5 } }.count
        // Two packets of a stranger on a plain leg pass before it is believed.
        #expect((108...124).contains(heard), "\(heard) frames")
        #expect(call.gaps(toward: 1).isEmpty)
    }

    // MARK: - Digits in it

    /// Before there is any audio, and where audio needs no conversion.
    @Test(arguments: [true, false])
    func digitsAloneWaitToo(_ isForwarded: Bool) {
        let call = held([PlainCall.pcmu, isForwarded ? PlainCall.pcmu : PlainCall.pcma])
        press(call, 1, at: 0)
        press(call, 2, at: 100)
        #expect(call.events.filter { if case .digit = $0 { true } else { false } }.count == 2, "reported when they come")
        release(call)
        call.run(milliseconds: 1500)
        #expect(call.digits == [1, 2])
        #expect(call.media.digitsSent == 2)
    }

    @Test(arguments: [true, false])
    func digitsKeepTheirPlace(_ isForwarded: Bool) {
        let call = held([PlainCall.pcmu, isForwarded ? PlainCall.pcmu : PlainCall.pcma])
        var number = 0
        for code: UInt8 in [1, 5, 11] {
            call.talk(from: 0, number..<number + 20)
            press(call, code, at: number + 20)
            number += 30
        }
        call.talk(from: 0, number..<number + 20)
        release(call)
        call.run(milliseconds: 5000)
        #expect(call.digits == [1, 5, 11])
        // Words and digits take turns; nothing of one is inside the other.
        #expect(call.turns == ["word", "1", "word", "5", "word", "11", "word"], "\(call.turns)")
        #expect(call.heardFrames >= 72 && call.media.clipped == .zero, "\(call.heardFrames) frames")
    }

    /// A digit that is pressed while older audio is still being played.
    @Test func aDigitWaitsForLateAudio() {
        let call = held([PlainCall.pcmu, PlainCall.pcma])
        call.talk(from: 0, 0..<100)
        release(call)
        call.talk(from: 0, 100..<120)
        press(call, 7, at: 120)
        call.talk(from: 0, 130..<150)
        call.run(milliseconds: 4000)
        #expect(call.turns == ["word", "7", "word"], "\(call.turns)")
        #expect(call.heardFrames >= 125, "\(call.heardFrames) frames")
    }

    /// Digits take longer on their way out than they did on their way in, and the words after them come at once.
    @Test func speechWaitsForTheEndOfADigit() {
        let call = held([PlainCall.pcmu, PlainCall.pcma])
        call.talk(from: 0, 0..<50)
        release(call)
        for round in 0..<8 {
            let number = 50 + 12 * round
            call.talk(from: 0, number..<number + 10)
            for step in 0..<2 {
                call.send(
                    from: 0, number + 10 + step, timestamp: (number + 10) * 160, payloadType: 101,
                    payload: PlainCall.digit(UInt8(round), duration: UInt16(160 * (step + 1)), isEnd: step == 1))
                call.run(milliseconds: 20)
            }
        }
        let delay = call.media.backlogDelay
        call.run(milliseconds: 4000)
        #expect(call.digits == Array(0..<8))
        #expect(call.heardFrames >= 130 * 10 / 11, "\(call.heardFrames) frames")
        #expect(delay > .milliseconds(850), "what the digits cost is not made up for by playing faster: \(delay)")
    }

    /// Tones beside the event are the same digit.
    @Test func audioBesideADigitIsNotKept() {
        let call = held([PlainCall.pcmu, PlainCall.pcma])
        for step in 0..<10 {
            call.send(from: 0, 2 * step, timestamp: 0, payloadType: 101, payload: PlainCall.digit(3, duration: UInt16(160 * (step + 1))))
            call.send(from: 0, 2 * step + 1, timestamp: 160 * step)
            call.run(milliseconds: 20)
        }
        release(call)
        call.run(milliseconds: 1000)
        #expect(call.digits == [3] && call.heardFrames == 0, "\(call.heardFrames) frames")
    }

    // MARK: - Anything at all

    /// Whatever happens in whichever order: no hole on the line, no delay beyond the bound, no clock that runs on.
    @Test(arguments: 1...12)
    func anyOrderOfEvents(_ seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let call = held([PlainCall.pcmu, PlainCall.pcma])
        var number = 0
        for _ in 0..<400 {
            switch random.next() % 16 {
            case 0: call.apply { $0.media[1].transport.remoteRTP = nil }
            case 1, 2: release(call)
            case 3: call.apply { $0.media[1].keepsEarlyMedia.toggle() }
            case 4: call.apply { $0.media[0].receivePayloads = [random.next() % 2 == 0 ? PlainCall.pcmu : PlainCall.pcma, PlainCall.event] }
            case 5: call.apply { $0.media[1].sendPayloads = [random.next() % 2 == 0 ? PlainCall.pcmu : PlainCall.pcma, PlainCall.event] }
            case 6: call.apply { $0.media[1].packetTime = [nil, 10, 20, 60][Int(random.next() % 4)] }
            case 7: call.apply { $0.media[1].peerReceives.toggle() }
            case 8: call.run(milliseconds: Int(random.next() % 3000))
            case 9: number += Int(random.next() % 5000)
            case 10, 11:
                press(call, UInt8(random.next() % 16), at: number)
                number += 10
            default:
                let ssrc = UInt32(90 + random.next() % 2)
                for _ in 0..<Int(random.next() % 40) {
                    call.send(from: 0, number, payloadType: number % 300 < 150 ? 0 : 8, ssrc: ssrc)
                    call.run(milliseconds: 20)
                    number += 1
                }
            }
        }
        #expect(call.gaps(toward: 1).isEmpty, "\(call.gaps(toward: 1))")
        #expect(call.media.longestBacklogDelay <= .milliseconds(5100), "\(call.media.longestBacklogDelay)")
        call.apply { $0.media[1].peerReceives = true }
        release(call)
        call.run(milliseconds: 40_000)
        let steps = call.steps
        call.run(milliseconds: 10_000)
        #expect(call.steps - steps < 10, "\(call.steps - steps) steps")
        #expect(call.media.backlogDelay == .zero)
    }

    // MARK: - Steps

    private static func packet(_ number: Int) -> PacketBacklog.Packet {
        PacketBacklog.Packet(
            sequence: Int64(number), timestamp: Int64(number), duration: 960, format: 0, marker: false,
            arrival: MonotonicInstant(nanoseconds: Int64(number)))
    }

    private func held(_ codecs: [PayloadPlan]) -> PlainCall {
        let call = PlainCall(codecs)
        call.apply { $0.media[1].transport.remoteRTP = nil }
        return call
    }

    private func release(_ call: PlainCall) { call.apply { $0.media[1].transport.remoteRTP = PlainCall.addresses[1] } }

    private func talk(_ call: PlainCall, _ number: Int, isSilent: Bool) {
        call.send(from: 0, number, payload: isSilent ? Array(repeating: 0xff, count: 160) : PlainCall.sound)
        call.run(milliseconds: 20)
    }

    /// Ten packets of a digit, 200 ms.
    private func press(_ call: PlainCall, _ code: UInt8, at number: Int) {
        for step in 0..<10 {
            call.send(
                from: 0, number + step, timestamp: number * 160, payloadType: 101,
                payload: PlainCall.digit(code, duration: UInt16(160 * min(step + 1, 8)), isEnd: step >= 7))
            call.run(milliseconds: 20)
        }
    }
}

extension PlainCall {
    /// Of B.
    fileprivate var media: MediaStatistics { call.statistics().media[1] }

    /// What B was sent, in turns: words of more than two frames of sound, and digits.
    fileprivate var turns: [String] {
        var turns: [String] = []
        var sounding = 0
        for packet in sent[1] {
            let turn: String
            if packet.header.payloadType == 101 {
                turn = "\(packet.payload[0])"
                sounding = 0
            } else {
                sounding += Self.isSounding(packet) ? 1 : 0
                guard sounding > 2 else { continue }
                turn = "word"
            }
            if turns.last != turn { turns.append(turn) }
        }
        return turns
    }

    fileprivate var digits: [UInt8] { turns.compactMap { UInt8($0) } }
    fileprivate var heardFrames: Int { sent[1].filter { $0.header.payloadType != 101 && Self.isSounding($0) }.count }

    private static func isSounding(_ packet: Sent) -> Bool { packet.payload.contains { $0 | 0x80 != 0xd5 && $0 | 0x80 != 0xff } }
}
