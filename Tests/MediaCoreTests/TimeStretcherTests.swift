import Foundation
@testable import MediaCore
import Testing
import Wire

/// Faster by a tenth at most, at the same pitch, and without a click.
@Suite struct TimeStretcherTests {
    private static let rates = [8000, 16000, 48000]

    @Test(arguments: rates, [110.0, 200, 440, 1000, 2900])
    func tonesKeepPitchAndLevelAndAreSmooth(_ rate: Int, _ pitch: Double) {
        let tone = Self.tone(pitch, rate: rate, seconds: 4)
        let played = Played(tone, sampleRate: rate)
        #expect((1.08...1.1).contains(played.speed), "\(played.speed)")
        #expect(abs(Self.crossings(played.samples, rate: rate) / Self.crossings(tone, rate: rate) - 1) < 0.01)
        #expect(abs(Self.level(played.samples) / Self.level(tone) - 1) < 0.03)
        let (steepest, slope) = (Self.steepest(played.samples), Self.steepest(tone))
        #expect(steepest <= slope + slope / 10 + 2, "a step of \(steepest) where the tone has \(slope)")
    }

    /// What a cut without a fade does, so that the test above can fail.
    @Test func aPlainCutClicks() {
        let tone = Self.tone(440, rate: 8000, seconds: 1)
        let cuts = (1000..<1020).map { Array(tone[..<$0] + tone[($0 + 27)...]) }
        #expect((cuts.map(Self.steepest).max() ?? 0) > Self.steepest(tone) * 2)
    }

    @Test(arguments: rates)
    func speechIsShortenedByATenthAndNeverMore(_ rate: Int) {
        let played = Played(Self.speech(rate: rate, seconds: 8), sampleRate: rate)
        #expect((1.088...1.1).contains(played.speed), "\(played.speed)")
        // Nowhere in it either: what is saved up is one period and what a frame earns.
        #expect(played.mostAhead <= rate * 17 / 1000, "\(played.mostAhead) samples")
        let slope = Self.steepest(played.source)
        #expect(Self.steepest(played.samples) <= slope + slope / 10 + 2)
        #expect(abs(Self.level(played.samples) / Self.level(played.source) - 1) < 0.05)
    }

    /// Unlike itself everywhere: it waits for a better place, and not for ever.
    @Test(arguments: rates)
    func aHissIsShortenedAsWell(_ rate: Int) {
        var random = SplitMix64(seed: 3)
        let played = Played((0..<4 * rate).map { _ in Int16.random(in: -6000...6000, using: &random) }, sampleRate: rate)
        #expect((1.08...1.1).contains(played.speed), "\(played.speed)")
    }

    @Test func nothingIsTakenThatWasNotEarned() {
        let stretcher = TimeStretcher(sampleRate: 8000)
        let buffer = PCMBuffer(capacity: 4000)
        Played.append(Self.tone(400, rate: 8000, seconds: 0.25), to: buffer)
        #expect(stretcher.shorten(buffer, byAtMost: 1000) == 0)
        stretcher.played(160)
        #expect(stretcher.shorten(buffer, byAtMost: 1000) == 0)
        stretcher.played(800)
        #expect(stretcher.shorten(buffer, byAtMost: 19) == 0, "there is no period as short")
        #expect((20...96).contains(stretcher.shorten(buffer, byAtMost: 1000)))
    }

    @Test(arguments: [8000, 11025, 12000, 16000, 24000, 44100, 48000])
    func anyBufferAndAnyLimit(_ rate: Int) {
        var random = SplitMix64(seed: UInt64(rate))
        let stretcher = TimeStretcher(sampleRate: rate)
        for _ in 0..<300 {
            let buffer = PCMBuffer(capacity: rate / 5)
            let count = Int.random(in: 0...rate / 6, using: &random)
            Played.append((0..<count).map { _ in Int16.random(in: .min ... .max, using: &random) }, to: buffer)
            stretcher.played(Int.random(in: 0...3000, using: &random))
            let limit = Int.random(in: -10...2000, using: &random)
            let taken = stretcher.shorten(buffer, byAtMost: limit)
            #expect(taken >= 0 && taken <= max(0, limit) && buffer.count == count - taken)
        }
    }

    // MARK: - Signals

    private static func tone(_ pitch: Double, rate: Int, seconds: Double) -> [Int16] {
        (0..<Int(seconds * Double(rate))).map { Int16(12_000 * sin(2 * .pi * pitch * Double($0) / Double(rate))) }
    }

    /// A voice of gliding pitch with five overtones, in syllables without pauses between them.
    private static func speech(rate: Int, seconds: Int) -> [Int16] {
        var phase = 0.0
        return (0..<seconds * rate).map { index in
            let time = Double(index) / Double(rate)
            phase += (130 + 50 * sin(time * 2.1)) / Double(rate)
            let voice = (1...6).reduce(0.0) { $0 + sin(2 * .pi * phase * Double($1)) / Double($1) }
            return Int16(3000 * voice * (0.6 + 0.4 * sin(time * 25)))
        }
    }

    // MARK: - Measures

    /// Upward zero crossings a second.
    private static func crossings(_ samples: [Int16], rate: Int) -> Double {
        Double(zip(samples, samples.dropFirst()).filter { $0 < 0 && $1 >= 0 }.count) * Double(rate) / Double(samples.count)
    }

    private static func level(_ samples: [Int16]) -> Double {
        (samples.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(samples.count)).squareRoot()
    }

    private static func steepest(_ samples: [Int16]) -> Int {
        zip(samples, samples.dropFirst()).map { abs(Int($1) - Int($0)) }.max() ?? 0
    }
}

/// A signal as the bridge plays it: in frames of 20 ms, with what the stretcher wants behind them.
private struct Played {
    let source: [Int16]
    private(set) var samples: [Int16] = []
    private(set) var taken = 0
    /// How much more than a tenth of what was played until then was ever taken out [samples].
    private(set) var mostAhead = Int.min

    init(_ source: [Int16], sampleRate: Int) {
        self.source = source
        let frame = sampleRate / 50
        let stretcher = TimeStretcher(sampleRate: sampleRate)
        let reserve = stretcher.wantedReserve(beyond: frame)
        let buffer = PCMBuffer(capacity: sampleRate)
        var position = 0
        while true {
            let missing = frame + reserve - buffer.count
            guard position + missing <= source.count else { break }
            Self.append(Array(source[position..<position + missing]), to: buffer)
            position += missing
            stretcher.played(frame)
            taken += stretcher.shorten(buffer, byAtMost: reserve)
            samples += buffer.front(frame).map { Array($0) } ?? []
            buffer.removeFirst(frame)
            mostAhead = max(mostAhead, taken - samples.count / 10)
        }
    }

    var speed: Double { Double(samples.count + taken) / Double(samples.count) }

    static func append(_ samples: [Int16], to buffer: PCMBuffer) {
        guard let room = buffer.room(for: samples.count) else { return }
        _ = room.update(fromContentsOf: samples)
        buffer.append(samples.count)
    }
}
