import Foundation

/// How much of what was said has been heard.
struct SpeechComparison {
    let playedMilliseconds: Int
    let heardMilliseconds: Int
    /// Of all that was heard to all that was played [dB].
    let levelDifference: Double
    /// Of the two envelopes at the best alignment: 1 for the same speech, about 0 for another.
    let likeness: Double
    /// How much later the speech stands in `heard` than in `played` [ms]; a lost beginning makes it negative.
    let lag: Int

    /// A quieter frame is silence; prompts are recorded at about 3000 (root mean square of 16-bit samples).
    private static let soundLevel = 200.0
    private static let frame = WAVFile.sampleRate / 50
    private static let step = 5
    private static let maximumLag = 2000

    init(played: [Int16], heard: [Int16]) {
        playedMilliseconds = Self.soundingMilliseconds(played)
        heardMilliseconds = Self.soundingMilliseconds(heard)
        levelDifference = 10 * log10(max(1, Self.energy(heard[...])) / max(1, Self.energy(played[...])))
        let (a, b) = (Self.envelope(played), Self.envelope(heard))
        var best = (likeness: -1.0, lag: 0)
        for lag in -Self.maximumLag / Self.step...Self.maximumLag / Self.step {
            let likeness = Self.correlation(a, b, lag: lag)
            if likeness > best.likeness { best = (likeness, lag * Self.step) }
        }
        (likeness, lag) = best
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
        stride(from: 0, to: max(0, samples.count - frame), by: WAVFile.sampleRate * step / 1000).map {
            energy(samples[$0..<$0 + frame]).squareRoot()
        }
    }

    /// Pearson's coefficient of `a` and `b` moved back by `lag`; what lies outside of `b` counts as silence.
    private static func correlation(_ a: [Double], _ b: [Double], lag: Int) -> Double {
        var (sumA, sumB, squaresA, squaresB, products) = (0.0, 0.0, 0.0, 0.0, 0.0)
        for (index, x) in a.enumerated() {
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
