import Codecs
import MediaCore
import RTP
import Testing
import Wire

/// One source, several that hear it: recorders, subscribers, the other party.
@Suite struct ForkTests {
    /// B hears A as it is, the two others convert; the last one is on plain listening only.
    private func start(_ edit: (inout CallPlan) -> Void = { _ in }) -> PlainCall {
        PlainCall([PlainCall.pcmu, PlainCall.pcmu, PlainCall.pcma, PlainCall.opus]) { plan in
            for index in 2...3 { plan.media[index].peerSends = false }
            edit(&plan)
        }
    }

    @Test func threeHearOne() {
        let call = start()
        for number in 0..<200 {
            call.send(from: 0, number)
            call.send(from: 1, number)
            call.run(milliseconds: 20)
        }
        #expect(call.sent[0].count == 200 && call.sent[1].count == 200)
        for peer in 1...3 {
            #expect((190...201).contains(call.sent[peer].count), "\(peer): \(call.sent[peer].count)")
            #expect(call.gaps(toward: peer).isEmpty && call.stepsBack(toward: peer) == 0)
            #expect(Set(call.sent[peer].map(\.header.ssrc)) == [UInt32(7 + peer)])
        }
        #expect(Set(call.sent[2].map(\.header.payloadType)) == [8] && Set(call.sent[3].map(\.header.payloadType)) == [111])
        let sound = call.sent[2].dropFirst(5).filter { $0.payload.contains { $0 | 0x80 != 0xd5 } }
        #expect(sound.count >= 180)
    }

    @Test func eachHearsTheDigits() {
        let event = PayloadPlan(payloadType: 126, format: .telephoneEvent, clockRate: 48000)
        let call = start { $0.media[3].sendPayloads = [PlainCall.opus, event] }
        call.talk(from: 0, 0..<20)
        for step in 0..<10 {
            let digit = PlainCall.digit(6, duration: UInt16(160 * step + 160), isEnd: step > 6)
            call.send(from: 0, 20 + step, timestamp: 3200, payloadType: 101, payload: digit)
            call.run(milliseconds: 20)
        }
        call.talk(from: 0, 30..<50)
        for (peer, type) in [(1, 101), (2, 101), (3, 126)] {
            let events = call.sent[peer].filter { Int($0.header.payloadType) == type }
            #expect(events.filter(\.header.marker).count == 1 && events.count >= 9, "\(peer)")
            #expect(call.gaps(toward: peer).isEmpty)
        }
        #expect(call.events.filter { if case .digit = $0 { true } else { false } }.count == 1, "reported once")
    }

    /// What is done toward one is not done toward the others.
    @Test func eachIsTreatedByItself() {
        let call = start {
            $0.media[1].treatment = .silenced
            $0.media[2].treatment = .blocked
        }
        call.talk(from: 0, 0..<50)
        #expect(call.sent[1].count == 50 && call.sent[1].allSatisfy { $0.payload == Array(repeating: 0xff, count: 160) })
        #expect(call.sent[2].isEmpty && call.sent[3].count >= 45)
        #expect(call.sent[3].suffix(40).allSatisfy { $0.payload.count > 3 }, "no silence")
    }

    @Test func digitsArePlayedToAll() {
        let call = start { $0.media[2].sendPayloads = [PlainCall.pcma] }
        #expect(call.perform(.playDigits([PlayedDigit(code: 1, duration: 100, pause: 100, volume: 8)], media: 0)))
        call.run(milliseconds: 1000)
        #expect(call.sent[1].count == 7 && call.sent[3].count == 7 && call.sent[2].count >= 7)
        #expect(call.sent[0].isEmpty)
    }

    /// One leaves, another one comes: nobody else notices.
    @Test func subscribersComeAndGo() {
        let call = start()
        call.talk(from: 0, 0..<50)
        call.apply { $0.media[2].isActive = false }
        let left = call.sent[2].count
        call.talk(from: 0, 50..<100)
        call.apply { plan in
            var another = plan.media[3]
            let socket = TransportAddress(ip: IPAddress(v4: 0xc633_640a), port: 31_000)
            another.participant = 4
            another.transport.rtpSockets = [LocalSocket(slot: 4, local: socket, advertised: socket)]
            another.transport.remoteRTP = PlainCall.addresses[4]
            another.ssrc = 11
            plan.media.append(another)
        }
        call.talk(from: 0, 100..<150)
        #expect(call.sent[2].count == left && call.sent[1].count == 150 && call.sent[3].count >= 145)
        #expect((45...51).contains(call.sent[4].count), "\(call.sent[4].count)")
        #expect(call.gaps(toward: 3).isEmpty && call.gaps(toward: 4).isEmpty)
    }

    /// A clip for one of them; the others hear the source.
    @Test func aClipForOne() {
        let clip = AudioClip(samples: Array(repeating: 3000, count: 4000), sampleRate: 8000)
        let call = start { $0.media[1].playback = PlaybackPlan(clip: clip, id: 3, repetitions: 1) }
        call.talk(from: 0, 0..<50)
        #expect(call.sent[1].filter { $0.payload != PlainCall.sound }.count == 25 && call.sent[3].count >= 45)
        #expect(call.events.contains(.playbackEnded(media: 1, id: 3)))
    }
}
