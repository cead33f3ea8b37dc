import MediaCore
import RTP
import Testing
import Wire

/// Digits from a clock to any other, beside audio of any clock (RFC 4733 section 2.1).
@Suite struct EventClockTests {
    private static let rates = [8000, 16000, 48000]
    private static let audio = [PlainCall.pcmu, WidebandTests.g722, PlainCall.opus]

    private static let fitting: [(PayloadPlan, UInt8)] = [
        (PlainCall.opus, 103), (PlainCall.pcmu, 101), (WidebandTests.g722, 101), (WidebandTests.l16(16000), 102),
        (WidebandTests.l16(24000), 101),
    ]

    private static func event(_ clockRate: Int, payloadType: UInt8 = 101) -> PayloadPlan {
        PayloadPlan(payloadType: payloadType, format: .telephoneEvent, clockRate: clockRate)
    }

    /// 160 ms of a digit, from its first packet to the third of its ends, in the sender's units.
    private func press(_ call: PlainCall, clock: Int, audioClock: Int, from number: Int, long: Int = 8) {
        let start = number * audioClock / 50
        for step in 0..<long + 2 {
            let duration = UInt16(clamping: min(step + 1, long) * clock / 50)
            call.send(
                from: 0, number + step, timestamp: start, payloadType: 101,
                payload: PlainCall.digit(7, duration: duration, isEnd: step >= long - 1))
            call.run(milliseconds: 20)
        }
    }

    private func received(_ call: PlainCall, payloadType: UInt8 = 101) -> [(event: TelephoneEvent, header: RTPHeader)] {
        call.sent[1].filter { $0.header.payloadType == payloadType }.compactMap { sent in
            sent.payload.withBytes(TelephoneEvent.parse).map { ($0, sent.header) }
        }
    }

    @Test(arguments: rates, rates)
    func theDigitIsAsLongAsItWasPressed(_ pressed: Int, _ heard: Int) throws {
        for from in Self.audio {
            for to in Self.audio {
                let call = PlainCall([from, to]) { plan in
                    plan.media[0].receivePayloads = [from, Self.event(pressed)]
                    plan.media[1].sendPayloads = [to, Self.event(heard)]
                }
                press(call, clock: pressed, audioClock: from.clockRate, from: 0)
                call.run(milliseconds: 300)
                let packets = received(call)
                let ends = packets.filter(\.event.isEnd)
                let sign = "\(from.format) \(pressed) to \(to.format) \(heard)"
                #expect(ends.count == 3 && packets.filter(\.header.marker).count == 1, "\(sign): \(packets.count)")
                #expect(ends.allSatisfy { $0.event.code == 7 && Int($0.event.duration) == heard * 160 / 1000 }, "\(sign)")
                #expect(Set(packets.map(\.header.timestamp)).count == 1, "\(sign)")
                #expect(zip(packets, packets.dropFirst()).allSatisfy { $0.event.duration <= $1.event.duration }, "\(sign)")
                #expect(call.events.contains(.digit(media: 0, code: 7, duration: 160, volume: 10)), "\(sign)")
                #expect(call.gaps(toward: 1).isEmpty, "\(sign)")
            }
        }
    }

    /// A key that is held for 3 s is more than the field holds at 48000: one digit in segments, on the clock of the audio.
    @Test(arguments: rates, rates)
    func aLongDigitIsOne(_ pressed: Int, _ heard: Int) throws {
        for from in Self.audio {
            let call = PlainCall([from, from]) { plan in
                plan.media[0].receivePayloads = [from, Self.event(pressed)]
                plan.media[1].sendPayloads = [from, Self.event(heard)]
            }
            hold(call, clock: pressed, audioClock: from.clockRate, packets: 150)
            call.run(milliseconds: 400)
            let sign = "\(from.format) \(pressed) to \(heard)"
            let digits = call.events.compactMap { if case .digit(_, _, let duration, _) = $0 { duration } else { nil } }
            #expect(digits == [3000], "\(sign): \(digits)")
            let packets = received(call)
            #expect(packets.filter(\.header.marker).count == 1 && packets.filter(\.event.isEnd).count == 3, "\(sign)")
            // The segments follow each other: their starts and the last one's length make up the whole.
            let first = try #require(packets.first), last = try #require(packets.last)
            let ticks = Int(last.header.timestamp &- first.header.timestamp)
            let whole = ticks * 1000 / from.clockRate + Int(last.event.duration) * 1000 / heard
            #expect(abs(whole - 3000) <= 1, "\(sign): \(whole)")
        }
    }

    /// In segments, as RFC 4733 section 2.5.1.3 has it.
    private func hold(_ call: PlainCall, clock: Int, audioClock: Int, packets: Int) {
        var start = 0, former = 0
        for step in 1...packets + 2 {
            let ticks = min(step, packets) * clock / 50
            if ticks - former > 0xffff {
                former += 0xffff
                start += 0xffff * audioClock / clock
            }
            call.send(
                from: 0, step, timestamp: 1000 + start, payloadType: 101,
                payload: PlainCall.digit(7, duration: UInt16(clamping: ticks - former), isEnd: step >= packets))
            call.run(milliseconds: 20)
        }
    }

    /// Of several rates the one on the clock of the audio that the peer gets; 8000 where none is.
    @Test(arguments: fitting)
    func thePeersClockIsThatOfItsAudio(_ audio: PayloadPlan, _ payloadType: UInt8) {
        let call = PlainCall([PlainCall.pcma, audio]) { plan in
            plan.media[1].sendPayloads = [audio, Self.event(48000, payloadType: 103), Self.event(8000), Self.event(16000, payloadType: 102)]
        }
        for _ in 0..<2 {
            press(call, clock: 8000, audioClock: 8000, from: call.sent[1].count * 30)
            call.run(milliseconds: 300)
        }
        #expect(received(call, payloadType: payloadType).filter(\.event.isEnd).count == 6)
        #expect(call.sent[1].allSatisfy { $0.header.payloadType == payloadType })
    }

    /// A forwarded codec that is not the peer's first has its own clock.
    @Test func theClockFollowsWhatIsForwarded() {
        let call = PlainCall([PlainCall.pcmu, PlainCall.opus]) { plan in
            plan.media[1].sendPayloads = [PlainCall.opus, PlainCall.pcmu, Self.event(48000, payloadType: 103), Self.event(8000)]
        }
        call.talk(from: 0, 0..<10)
        press(call, clock: 8000, audioClock: 8000, from: 10)
        call.run(milliseconds: 300)
        #expect(received(call).filter(\.event.isEnd).map(\.event.duration) == [1280, 1280, 1280])
        #expect(received(call, payloadType: 103).isEmpty)
    }
}
