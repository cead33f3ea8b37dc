import Codecs
import MediaCore
import RTP
import Testing
import Wire

/// A clip that ends: so often, from there, so long; then the source is heard again.
@Suite struct PlaybackPlanTests {
    /// 100 ms: each sample says where it is.
    private static let clip = AudioClip(samples: (0..<800).map { Int16($0 * 30 - 12000) }, sampleRate: 8000)

    private static func encoded(_ samples: [Int16]) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: samples.count)
        samples.withUnsafeBufferPointer { from in bytes.withMutableBytes { _ = G711.encode(from, law: .mu, into: $0) } }
        return bytes
    }

    private func ends(_ call: PlainCall) -> [UInt64] {
        call.events.compactMap { if case .playbackEnded(media: 1, let id) = $0 { id } else { nil } }
    }

    private func position(_ call: PlainCall) -> Int? { call.call.statistics().media[1].playbackPosition }

    @Test(arguments: [
        // repetitions, start, longest; where what is heard begins in the clips one behind the other, and how long it is.
        (1, 0, nil, 0, 100), (3, 0, nil, 0, 300), (1, 40, nil, 40, 60), (2, 70, nil, 70, 130), (nil, 0, 250, 0, 250), (nil, 90, 40, 90, 40),
        (5, 0, 30, 0, 30), (1, 0, 1000, 0, 100), (2, 500, nil, 100, 100),
    ] as [(Int?, Int, Int?, Int, Int)])
    func itIsPlayedSoLong(_ repetitions: Int?, _ start: Int, _ longest: Int?, _ from: Int, _ length: Int) {
        let call = PlainCall {
            $0.media[1].playback = PlaybackPlan(clip: Self.clip, id: 7, repetitions: repetitions, start: start, longest: longest)
        }
        call.run(milliseconds: 1000)
        let all = Array(repeating: Self.clip.samples, count: 10).flatMap { $0 }
        let expected = Array(all[from * 8..<(from + length) * 8])
        let padding = (20 - length % 20) % 20 * 8
        #expect(call.sent[1].flatMap(\.payload) == Self.encoded(expected + Array(repeating: 0, count: padding)))
        #expect(ends(call) == [7] && call.gaps(toward: 1).isEmpty)
        #expect(position(call) == (from + (length - 1) / 20 * 20) % 100)
        #expect(!call.call.statistics().media[1].isPlaying)
    }

    @Test(arguments: [(0, 0, nil), (-3, 0, nil), (1, 100, nil), (1, .max, nil), (nil, 0, 0), (nil, .min, -5)] as [(Int?, Int, Int?)])
    func nothingToPlayIsOverAtOnce(_ repetitions: Int?, _ start: Int, _ longest: Int?) {
        let call = PlainCall {
            $0.media[1].playback = PlaybackPlan(clip: Self.clip, id: 7, repetitions: repetitions, start: start, longest: longest)
        }
        call.run(milliseconds: 100)
        #expect(call.sent[1].isEmpty && ends(call) == [7])
        call.talk(from: 0, 0..<20)
        #expect(call.sent[1].count == 20)
    }

    /// Forwarded and converted: dropped meanwhile, heard at once when the last frame has been, on the one line.
    @Test(arguments: [PlainCall.pcmu, PlainCall.pcma, PlainCall.opus])
    func theSourceIsHeardBeforeAndAfterwards(_ format: PayloadPlan) throws {
        let call = PlainCall([PlainCall.pcmu, format])
        call.talk(from: 0, 0..<20)
        call.apply { $0.media[1].playback = PlaybackPlan(clip: Self.clip, id: 1, repetitions: 3) }
        let start = call.now
        call.talk(from: 0, 20..<80)
        #expect(ends(call) == [1])
        #expect(call.sent[1].count >= 76)
        #expect(call.longestPause(toward: 1) <= 60, "\(call.longestPause(toward: 1)) ms")
        #expect(call.gaps(toward: 1).isEmpty && call.stepsBack(toward: 1) == 0 && Set(call.sent[1].map(\.header.ssrc)).count == 1)
        #expect(call.sent[1].filter { $0.at >= start && $0.header.marker }.count == 2, "where the clip and the source begin")
        if format.format == .pcmu {
            #expect(call.sent[1].filter { $0.at > start + .milliseconds(360) }.allSatisfy { $0.payload == PlainCall.sound })
        }
        #expect(call.call.statistics().media[1].isTranscoding == (format.format != .pcmu))
    }

    /// Later plans still have it: it stays over. Another number begins anew, the same clip or not.
    @Test func whatIsOverStaysOver() {
        let call = PlainCall { $0.media[1].playback = PlaybackPlan(clip: Self.clip, id: 1, repetitions: 1) }
        call.run(milliseconds: 200)
        #expect(call.sent[1].count == 5)
        call.apply { $0.mediaTimeout = .seconds(77) }
        call.run(milliseconds: 200)
        #expect(call.sent[1].count == 5 && ends(call) == [1])
        call.apply { $0.media[1].playback?.id = 2 }
        call.run(milliseconds: 200)
        #expect(call.sent[1].count == 10 && ends(call) == [1, 2])
        call.apply { $0.media[1].playback = nil }
        call.apply { $0.media[1].playback = PlaybackPlan(clip: Self.clip, id: 2, repetitions: 1) }
        call.run(milliseconds: 200)
        #expect(call.sent[1].count == 15 && ends(call) == [1, 2, 2])
    }

    /// Another number in mid-clip begins anew, the same number goes on.
    @Test(arguments: [true, false])
    func theNumberSaysWhetherItBeginsAnew(_ isSame: Bool) {
        let call = PlainCall { $0.media[1].playback = PlaybackPlan(clip: Self.clip, id: 1, repetitions: 1) }
        call.run(milliseconds: 50)
        #expect(call.sent[1].count == 3 && position(call) == 40)
        call.apply {
            $0.media[1].playback?.id = isSame ? 1 : 2
            $0.mediaTimeout = .seconds(50)
        }
        call.run(milliseconds: 500)
        #expect(call.sent[1].count == (isSame ? 5 : 8) && ends(call) == [isSame ? 1 : 2])
    }

    @Test func itStopsWhereThePlanStopsIt() {
        let call = PlainCall { $0.media[1].playback = PlaybackPlan(clip: Self.clip, id: 1) }
        #expect(position(call) == 0 && call.call.statistics().media[1].isPlaying)
        call.run(milliseconds: 230)
        call.apply { $0.media[1].playback = nil }
        #expect(position(call) == 20, "the frame at 220 ms")
        call.run(milliseconds: 500)
        #expect(ends(call).isEmpty && call.sent[1].count == 12)
    }

    /// Toward a peer that can't be sent to it waits, and is heard whole.
    @Test func itWaitsForThePeer() {
        let call = PlainCall {
            $0.media[1].isGated = true
            $0.media[1].playback = PlaybackPlan(clip: Self.clip, id: 1, repetitions: 1)
        }
        call.run(milliseconds: 1000)
        #expect(ends(call).isEmpty && position(call) == nil)
        call.apply { $0.media[1].isGated = false }
        call.run(milliseconds: 1000)
        #expect(ends(call) == [1] && call.sent[1].flatMap(\.payload) == Self.encoded(Self.clip.samples))
    }
}
