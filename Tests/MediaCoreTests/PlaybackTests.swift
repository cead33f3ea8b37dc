import Codecs
import MediaCore
import RTP
import Testing
import Wire

/// A clip in place of the source: heard whole, round and round, on the one line that the peer knows.
@Suite struct PlaybackTests {
    /// A ramp that PCMU keeps apart from `PlainCall.sound`: 70 ms, so that frames go round its end.
    private static let clip = AudioClip(samples: (0..<560).map { Int16($0 * 20 - 5600) }, sampleRate: 8000)
    private static let other = AudioClip(samples: Array(repeating: 3000, count: 1600), sampleRate: 8000)

    /// A call whose second peer hears the clip, after a little speech; how many packets that one was sent before the clip.
    private func start(_ formats: [PayloadPlan] = [PlainCall.pcmu, PlainCall.pcmu]) -> (call: PlainCall, before: Int) {
        let call = PlainCall(formats)
        call.talk(from: 0, 0..<20)
        let before = call.sent[1].count
        call.apply { $0.media[1].playback = PlaybackPlan(clip: Self.clip) }
        return (call, before)
    }

    @Test(arguments: [PlainCall.pcmu, PlainCall.pcma])
    func theClipIsHeardRoundAndRound(_ format: PayloadPlan) throws {
        let (call, before) = start([PlainCall.pcmu, format])
        call.talk(from: 0, 20..<70)
        let frames = Array(call.sent[1][before...])
        #expect((49...51).contains(frames.count))
        let heard = frames.flatMap(\.payload)
        let expected = encoded(Self.clip.samples, format.format == .pcma ? .a : .mu)
        #expect(heard.indices.allSatisfy { heard[$0] == expected[$0 % expected.count] })
        #expect(frames.first?.header.marker == true && frames.dropFirst().allSatisfy { !$0.header.marker })
        #expect(call.gaps(toward: 1).isEmpty && call.stepsBack(toward: 1) == 0)
        #expect(call.call.statistics().drops[DropReason.replacedByPlayback.rawValue] == 50)
        #expect(call.longestPause(toward: 1) <= 40)
    }

    /// The other direction, and the peer itself without a clip, hear the source as ever.
    @Test func othersHearTheSource() {
        let (call, _) = start()
        for sequence in 0..<50 {
            call.send(from: 1, sequence)
            call.run(milliseconds: 20)
        }
        #expect(call.sent[0].count == 50 && call.sent[0].allSatisfy { $0.payload == PlainCall.sound })
    }

    @Test(arguments: [PlainCall.pcmu, PlainCall.pcma, PlainCall.opus])
    func switchingLeavesNoSeam(_ format: PayloadPlan) {
        let call = PlainCall([PlainCall.pcmu, format])
        var sequence = 0
        func talk() {
            call.talk(from: 0, sequence..<sequence + 40)
            sequence += 40
        }
        talk()
        for clip in [Self.clip, Self.other, nil, Self.other, nil] {
            let before = call.sent[1].count
            call.apply { $0.media[1].playback = clip.map { PlaybackPlan(clip: $0) } }
            talk()
            let marked = call.sent[1][before...].filter(\.header.marker).count
            #expect(marked == 1, "the marker says where the new audio begins: \(marked)")
            #expect(call.sent[1].count >= before + 36)
        }
        #expect(call.gaps(toward: 1).isEmpty && call.stepsBack(toward: 1) == 0)
        #expect(Set(call.sent[1].map(\.header.ssrc)).count == 1)
    }

    /// A plan that changes something else: the clip goes on where it is.
    @Test(arguments: [true, false])
    func theSameClipGoesOn(_ isSame: Bool) {
        let (call, before) = start()
        call.run(milliseconds: 200)
        let clip = isSame ? Self.clip : AudioClip(samples: Self.clip.samples, sampleRate: 8000)
        call.apply {
            $0.mediaTimeout = .seconds(77)
            $0.media[0].peerSends = false
            $0.media[1].playback = PlaybackPlan(clip: clip)
        }
        call.run(milliseconds: 200)
        let heard = call.sent[1][before...].flatMap(\.payload)
        let expected = encoded(Self.clip.samples, .mu)
        #expect(heard.indices.allSatisfy { heard[$0] == expected[$0 % expected.count] } == isSame)
        #expect(call.gaps(toward: 1).isEmpty && call.stepsBack(toward: 1) == 0)
    }

    /// Even where the frames become longer.
    @Test func itGoesOnInOtherFrames() {
        let (call, before) = start()
        call.run(milliseconds: 200)
        call.apply { $0.media[1].packetTime = 40 }
        call.run(milliseconds: 400)
        let heard = call.sent[1][before...].flatMap(\.payload)
        let expected = encoded(Self.clip.samples, .mu)
        #expect(call.sent[1].last?.payload.count == 320)
        #expect(heard.indices.allSatisfy { heard[$0] == expected[$0 % expected.count] })
        #expect(call.gaps(toward: 1).isEmpty && call.stepsBack(toward: 1) == 0)
    }

    /// On hold the clip stands still, and goes on where it was.
    @Test func itWaitsForAPeerThatCannotHear() {
        let (call, before) = start()
        call.run(milliseconds: 210)
        call.apply { $0.media[1].isGated = true }
        let steps = call.steps
        let atGate = call.sent[1].count
        call.run(milliseconds: 10_000)
        #expect(call.sent[1].count == atGate && call.steps - steps < 10)
        call.apply { $0.media[1].isGated = false }
        #expect(call.sent[1].count == atGate + 1)
        call.run(milliseconds: 500)
        let heard = call.sent[1][before...].flatMap(\.payload)
        let expected = encoded(Self.clip.samples, .mu)
        #expect(heard.indices.allSatisfy { heard[$0] == expected[$0 % expected.count] })
        #expect(call.gaps(toward: 1).isEmpty && call.stepsBack(toward: 1) == 0)
    }

    @Test func digitsOfTheSourceGoThrough() throws {
        let (call, _) = start()
        call.run(milliseconds: 100)
        let before = call.sent[1].count
        for number in 20..<30 {
            let digit = PlainCall.digit(5, duration: 160 * UInt16(number - 19), isEnd: number > 26)
            call.send(from: 0, number, timestamp: 3200, payloadType: 101, payload: digit)
            call.run(milliseconds: 20)
        }
        call.run(milliseconds: 500)
        let types = call.sent[1][before...].map(\.header.payloadType)
        let first = try #require(types.firstIndex(of: 101)), last = try #require(types.lastIndex(of: 101))
        #expect(types[first...last].allSatisfy { $0 == 101 } && last - first >= 9, "no frame of the clip in the digit")
        #expect(types[(last + 1)...].count >= 20 && call.call.statistics().media[1].digitsSent == 1)
        #expect(call.gaps(toward: 1).isEmpty)
    }

    /// G.711 has 8000 Hz only: the source is heard. Opus plays it.
    @Test func aClipThatCannotBeEncodedIsNotPlayed() {
        let wideband = AudioClip(samples: Array(repeating: 100, count: 1600), sampleRate: 16_000)
        let call = PlainCall { $0.media[1].playback = PlaybackPlan(clip: wideband) }
        call.talk(from: 0, 0..<20)
        #expect(call.sent[1].map(\.payload) == Array(repeating: PlainCall.sound, count: 20))
        let opus = PlainCall([PlainCall.pcmu, PlainCall.opus]) { $0.media[1].playback = PlaybackPlan(clip: wideband) }
        opus.run(milliseconds: 1000)
        #expect(opus.sent[1].count == 51)
        let empty = PlainCall { $0.media[1].playback = PlaybackPlan(clip: AudioClip(samples: [], sampleRate: 8000)) }
        empty.talk(from: 0, 0..<20)
        #expect(empty.sent[1].count == 20)
    }

    /// Nothing of what the source said meanwhile comes out afterwards, and what it says then does, at once.
    @Test(arguments: [PlainCall.pcmu, PlainCall.pcma])
    func theSourceIsHeardAgainAtOnce(_ format: PayloadPlan) throws {
        let (call, _) = start([PlainCall.pcmu, format])
        call.talk(from: 0, 20..<100)
        call.apply { $0.media[1].playback = nil }
        let before = call.sent[1].count
        call.run(milliseconds: 500)
        #expect(call.sent[1].count == before)
        let at = call.now
        call.talk(from: 0, 125..<150)
        let first = try #require(call.sent[1][before...].first)
        #expect((first.at - at).milliseconds <= 60)
    }

    private func encoded(_ samples: [Int16], _ law: G711.Law) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: samples.count)
        _ = samples.withUnsafeBufferPointer { pcm in bytes.withMutableBytes { G711.encode(pcm, law: law, into: $0) } }
        return bytes
    }
}
