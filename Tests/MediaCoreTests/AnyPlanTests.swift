import MediaCore
import RTP
import Testing
import Wire

/// Plans and packets in any order: no timer that goes off for ever, no trap, nothing that stays behind.
@Suite struct AnyPlanTests {
    @Test(arguments: 1...24)
    func anyOrder(_ seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let call = PlainCall([PlainCall.pcmu, seed % 3 == 0 ? PlainCall.opus : PlainCall.pcma]) {
            $0.media[1].presence = PresencePlan(sendsFirst: seed % 2 == 0, maximumGap: .milliseconds(400))
            $0.observation = ObservationPlan(silenceAfter: .seconds(2), lowQuality: 3)
            $0.mediaTimeout = .seconds(100_000)
            $0.silentTimeout = .seconds(100_000)
        }
        // Each stream's own, of which none is missing.
        var numbers = [0, 0, 0]
        for _ in 0..<300 {
            change(call, &random)
            for _ in 0..<Int(random.next() % 40) {
                let isEvent = random.next() % 20 == 0
                let length = [0, 1, 3, 40, 160, 160, 160, 480, 641, 1300][Int(random.next() % 10)]
                let payload = isEvent
                    ? PlainCall.digit(UInt8(random.next() % 16), duration: UInt16(random.next() % 3000), isEnd: random.next() % 2 == 0)
                    : (0..<length).map { _ in UInt8(truncatingIfNeeded: random.next()) }
                let stream = random.next() % 8 == 0 ? 2 : random.next() % 100 == 0 ? 1 : 0
                numbers[stream] += 1
                call.send(
                    from: stream / 2, numbers[stream], timestamp: random.next() % 50 == 0 ? Int(random.next() >> 32) : nil,
                    payloadType: isEvent ? 101 : [0, 0, 0, 8, 13, 111, 77][Int(random.next() % 7)],
                    ssrc: stream == 1 ? 5 : 99, payload: payload)
                let steps = call.steps
                call.run(milliseconds: Int(random.next() % 40))
                #expect(call.steps - steps < 60, "\(call.steps - steps) steps")
            }
        }
        #expect(call.gaps(toward: 1).isEmpty, "\(call.gaps(toward: 1))")
        #expect(call.stepsBack(toward: 1) == 0)
        #expect(call.media.longestBacklogDelay <= .milliseconds(5100))
        // Everything ends.
        call.apply { $0.media[1].isActive = false }
        #expect(call.media.backlogDelay == .zero)
        let steps = call.steps
        call.run(milliseconds: 60_000)
        #expect(call.steps - steps < 40, "\(call.steps - steps) steps in a minute")
    }

    private func change(_ call: PlainCall, _ random: inout SplitMix64) {
        let clips = [AudioClip(samples: Array(repeating: 5000, count: 1001), sampleRate: 8000), nil, nil]
        let codecs = [PlainCall.pcmu, PlainCall.pcma, PlainCall.opus]
        let choice = random.next() % 17
        let value = Int(random.next() % 3)
        let treatment = MediaTreatment(rawValue: UInt8(truncatingIfNeeded: random.next()))
        if choice == 15 {
            _ = call.perform(.playDigits([PlayedDigit(code: UInt8(value), duration: 100, pause: 100, volume: 9)], media: 0))
        }
        call.apply { plan in
            switch choice {
            case 0: plan.media[1].transport.remoteRTP = value == 0 ? nil : PlainCall.addresses[1]
            case 1: plan.media[1].transport.remoteRTP = PlainCall.addresses[1]
            case 2: plan.media[1].isGated.toggle()
            case 3: plan.media[1].keepsEarlyMedia.toggle()
            case 4: plan.media[1].peerReceives.toggle()
            case 5: plan.media[1].isActive.toggle()
            case 6: plan.media[1].playback = clips[value].map { PlaybackPlan(clip: $0, id: 1, repetitions: 2) }
            case 7: plan.media[1].sendPayloads = [codecs[value], PlainCall.event]
            case 8: plan.media[0].receivePayloads = [codecs[value], codecs[0], PlainCall.noise, PlainCall.event]
            case 9: plan.media[1].packetTime = [nil, 10, 60][value]
            case 10: plan.media[1].source = value == 0 ? nil : 0
            case 11: plan.media[0].peerSends.toggle()
            case 12: plan.media[1].treatment = treatment
            case 13: plan.media[1].treatment = []
            case 14: plan.media[1].sendPayloads.removeAll { $0.format == .telephoneEvent }
            case 15: break
            default: plan.media[1].presence.maximumGap = [nil, .milliseconds(400), .milliseconds(1)][value]
            }
        }
    }

    /// What is late is late no more when there is nobody to hear it, or nobody to be heard.
    @Test(arguments: [0, 1, 2])
    func nothingStaysLate(_ way: Int) {
        let call = PlainCall([PlainCall.pcmu, PlainCall.pcma]) { $0.media[1].isGated = true }
        call.talk(from: 0, 0..<100)
        call.apply { $0.media[1].isGated = false }
        call.talk(from: 0, 100..<110)
        #expect(call.media.backlogDelay > .seconds(1))
        call.apply {
            switch way {
            case 0: $0.media[1].isActive = false
            case 1: $0.media[1].source = nil
            default: $0.media[1].playback = PlaybackPlan(clip: AudioClip(samples: [1, 2, 3], sampleRate: 8000))
            }
        }
        #expect(call.media.backlogDelay == .zero)
    }

    /// An m-line that a plan has no more is silent in every sense.
    @Test func nothingIsToldOfAnEarlierMLine() {
        let call = PlainCall { $0.observation = ObservationPlan(silenceAfter: .seconds(2)) }
        call.talk(from: 0, 0..<50)
        call.talk(from: 1, 0..<50)
        call.apply {
            $0.media.removeLast()
            $0.media[0].source = nil
        }
        let before = call.events.count
        call.run(milliseconds: 5000)
        #expect(call.events.dropFirst(before).allSatisfy { if case .silence(media: 1, _) = $0 { false } else { true } })
    }

    /// What a peer sends although its description says that it does not is no loss on the other side.
    @Test(arguments: [40, 400])
    func whatIsNotToBeSentLeavesNoHole(_ count: Int) {
        let call = PlainCall()
        call.talk(from: 0, 0..<50)
        call.apply { $0.media[0].peerSends = false }
        call.talk(from: 0, 50..<50 + count)
        #expect(call.sent[1].count == 50)
        call.apply { $0.media[0].peerSends = true }
        call.talk(from: 0, 50 + count..<100 + count)
        #expect(call.sent[1].count == 100 && call.gaps(toward: 1).isEmpty, "\(call.gaps(toward: 1))")
    }

    /// Digits while a little audio is late, one right behind the other: each takes longer on its way out than on its way in.
    @Test func digitsInARowCostNoWord() {
        let call = PlainCall([PlainCall.pcmu, PlainCall.pcma]) { $0.media[1].isGated = true }
        call.talk(from: 0, 0..<5)
        call.apply { $0.media[1].isGated = false }
        var number = 5
        for code in 0..<60 {
            call.talk(from: 0, number..<number + 2)
            for step in 0..<2 {
                call.send(
                    from: 0, number + 2 + step, timestamp: (number + 2) * 160, payloadType: 101,
                    payload: PlainCall.digit(UInt8(code % 16), duration: UInt16(160 * (step + 1)), isEnd: step == 1))
                call.run(milliseconds: 20)
            }
            number += 4
        }
        call.run(milliseconds: 10_000)
        let frames = call.sent[1].filter { $0.header.payloadType == 8 && $0.payload.contains { $0 | 0x80 != 0xd5 } }.count
        #expect(call.media.digitsSent == 60)
        #expect(frames >= 125 * 9 / 10 - Int(call.media.clipped.milliseconds) / 20, "\(frames) frames, \(call.media.clipped)")
        #expect(call.media.longestBacklogDelay > .seconds(1), "\(call.media.longestBacklogDelay)")
    }

    /// Another codec from one packet to the next: what was on its way is still played.
    @Test func theCodecChangesInMidWord() {
        let call = PlainCall([PlainCall.pcmu, PlainCall.opus])
        // In bursts, so that some is on its way.
        for number in 0..<200 {
            call.send(from: 0, number)
            if number % 5 == 4 { call.run(milliseconds: 100) }
        }
        for number in 200..<205 { call.send(from: 0, number) }
        let sent = call.sent[1].count
        call.apply { $0.media[0].receivePayloads = [PlainCall.pcma, PlainCall.event] }
        call.run(milliseconds: 1000)
        #expect(call.sent[1].count - sent >= 5, "\(call.sent[1].count - sent) frames")
    }
}

extension PlainCall {
    /// Of B.
    fileprivate var media: MediaStatistics { call.statistics().media[1] }
}
