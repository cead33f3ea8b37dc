import Codecs
import Foundation
import Testing

/// One sampling rate becomes another; pitch, level and length stay.
@Suite struct ResamplerTests {
    private static let pairs = [
        (8000, 16000), (8000, 48000), (16000, 8000), (48000, 8000), (44100, 8000), (44100, 48000), (48000, 44100), (8000, 44100),
        (22050, 16000),
    ]

    @Test(arguments: pairs, [300.0, 1000, 3000])
    func aToneKeepsPitchAndLevel(_ pair: (from: Int, to: Int), _ pitch: Double) throws {
        let tone = Self.tone(pitch, rate: pair.from, count: pair.from * 2)
        let converted = try #require(Resampler.convert(tone, from: pair.from, to: pair.to))
        #expect(converted.count == pair.to * 2)
        // The edges ring a little.
        let middle = Array(converted[pair.to / 4..<pair.to * 7 / 4])
        #expect(abs(Self.crossings(middle, rate: pair.to) - pitch) <= 1)
        #expect(abs(Self.level(middle) / Self.level(tone) - 1) < 0.02, "\(Self.level(middle)) of \(Self.level(tone))")
        // Neither late nor early: the phase is the one that it had.
        let expected = Self.tone(pitch, rate: pair.to, count: pair.to * 2)
        #expect(zip(middle, expected[(pair.to / 4)...]).allSatisfy { abs(Int($0) - Int($1)) < 600 })
    }

    /// What the lower rate can't carry is gone, not folded down.
    @Test func nothingIsFoldedDown() throws {
        let tone = Self.tone(6000, rate: 48000, count: 48000)
        let converted = try #require(Resampler.convert(tone, from: 48000, to: 8000))
        #expect(Self.level(Array(converted[500..<7500])) < 60)
    }

    @Test(arguments: [0, 1, 7, 159, 160, 4801])
    func lengthsAreExact(_ count: Int) throws {
        for (from, to) in Self.pairs {
            let converted = try #require(Resampler.convert(Self.tone(500, rate: from, count: count), from: from, to: to))
            #expect(converted.count == (count * to + from / 2) / from)
        }
        #expect(Resampler.convert([1, 2, 3], from: 8000, to: 8000) == [1, 2, 3])
    }

    @Test(arguments: [0, -8000, 7999, 48001, 96000, Int.max, Int.min])
    func otherRatesAreRefused(_ rate: Int) {
        #expect(Resampler.convert([0], from: rate, to: 8000) == nil)
        #expect(Resampler.convert([0], from: 8000, to: rate) == nil)
        #expect(throws: CodecError.unsupportedParameter) { _ = try Resampler(from: rate, to: 16000) }
    }

    /// Frame by frame it comes out as all at once.
    @Test(arguments: pairs)
    func aStreamIsTheSameAsARecording(_ pair: (from: Int, to: Int)) throws {
        let tone = Self.tone(700, rate: pair.from, count: pair.from)
        let whole = try #require(Resampler.convert(tone, from: pair.from, to: pair.to))
        let resampler = try Resampler(from: pair.from, to: pair.to)
        let frame = pair.from / 50
        var room = [Int16](repeating: 0, count: resampler.capacity(for: frame))
        var streamed: [Int16] = []
        for start in stride(from: 0, to: tone.count - frame + 1, by: frame) {
            let result = tone[start..<start + frame].withUnsafeBufferPointer { input in
                room.withUnsafeMutableBufferPointer { resampler.process(input, into: $0) }
            }
            let (consumed, written) = try #require(result)
            #expect(consumed == frame)
            streamed += room[..<written]
        }
        #expect(resampler.latency > 0 && streamed.count >= whole.count - resampler.capacity(for: resampler.latency + frame))
        #expect(streamed.elementsEqual(whole[..<min(streamed.count, whole.count)]))
    }

    private static func tone(_ pitch: Double, rate: Int, count: Int) -> [Int16] {
        (0..<count).map { Int16(12_000 * sin(2 * .pi * pitch * Double($0) / Double(rate))) }
    }

    private static func crossings(_ samples: [Int16], rate: Int) -> Double {
        Double(zip(samples, samples.dropFirst()).filter { $0 < 0 && $1 >= 0 }.count) * Double(rate) / Double(samples.count)
    }

    private static func level(_ samples: [Int16]) -> Double {
        (samples.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(samples.count)).squareRoot()
    }
}
