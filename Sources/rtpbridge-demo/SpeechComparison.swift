import Foundation

/// How much of what was said has been heard.
struct SpeechComparison {
    let playedMilliseconds: Int
    let heardMilliseconds: Int
    /// Of all that was heard to all that was played [dB].
    let levelDifference: Double
    /// Of the envelopes, second by second at its best alignment: 1 for the same speech, about 0.6 for another.
    let likeness: Double
    /// How much later the first and the last second of speech stand in `heard` than in `played` [ms]; negative
    /// where a beginning was lost. They differ where the relay kept early speech and caught up later.
    let firstLag: Int
    let lastLag: Int

    /// A quieter frame is silence; prompts are recorded at about 3000 (root mean square of 16-bit samples).
    private static let soundLevel = 200.0
    private static let frame = Recording.sampleRate / 50
    private static let step = 5
    private static let maximumLag = 2000
    /// One second of envelope.
    private static let window = 1000 / step

    init(played: [Int16], heard: [Int16]) {
        playedMilliseconds = Self.soundingMilliseconds(played)
        heardMilliseconds = Self.soundingMilliseconds(heard)
        levelDifference = 10 * log10(max(1, Self.energy(heard[...])) / max(1, Self.energy(played[...])))
        let (a, b) = (Self.envelope(played), Self.envelope(heard))
        let alignments = stride(from: 0, to: a.count - Self.window, by: Self.window).compactMap { start -> Alignment? in
            let part = a[start..<start + Self.window]
            let sounding = part.count { $0 * $0 > Self.soundLevel * Self.soundLevel * Double(Self.frame) }
            return sounding > Self.window / 3 ? Self.align(part, with: b) : nil
        }
        likeness = alignments.map(\.likeness).reduce(0, +) / Double(max(1, alignments.count))
        firstLag = alignments.first?.lag ?? 0
        lastLag = alignments.last?.lag ?? 0
    }

    private struct Alignment {
        var likeness = -1.0
        /// [ms]
        var lag = 0
    }

    /// Of the played speech.
    var heardShare: Double { Double(heardMilliseconds) / Double(max(1, playedMilliseconds)) }

    private static func soundingMilliseconds(_ samples: [Int16]) -> Int {
        let limit = soundLevel * soundLevel * Double(frame)
        return stride(from: 0, to: samples.count, by: frame).count { energy(samples[$0..<min($0 + frame, samples.count)]) > limit } * 20
    }

    private static func energy(_ samples: ArraySlice<Int16>) -> Double { samples.reduce(0) { $0 + Double($1) * Double($1) } }

    /// Loudness every 5 ms, over 20 ms.
    private static func envelope(_ samples: [Int16]) -> [Double] {
        stride(from: 0, to: max(0, samples.count - frame), by: Recording.sampleRate * step / 1000).map {
            energy(samples[$0..<$0 + frame]).squareRoot()
        }
    }

    private static func align(_ part: ArraySlice<Double>, with heard: [Double]) -> Alignment {
        var best = Alignment()
        for lag in -maximumLag / step...maximumLag / step {
            let likeness = correlation(part, heard, lag: lag)
            if likeness > best.likeness { best = Alignment(likeness: likeness, lag: lag * step) }
        }
        return best
    }

    /// Pearson's coefficient of `a` and `b` moved back by `lag`; what lies outside of `b` counts as silence.
    private static func correlation(_ a: ArraySlice<Double>, _ b: [Double], lag: Int) -> Double {
        var (sumA, sumB, squaresA, squaresB, products) = (0.0, 0.0, 0.0, 0.0, 0.0)
        for index in a.indices {
            let x = a[index]
            let y = b.indices.contains(index + lag) ? b[index + lag] : 0
            sumA += x
            sumB += y
            squaresA += x * x
            squaresB += y * y
            products += x * y
        }
        let n = Double(max(1, a.count))
        let spread = ((squaresA - sumA * sumA / n) * (squaresB - sumB * sumB / n)).squareRoot()
        return spread > 0 ? (products - sumA * sumB / n) / spread : 0
    }
}
