import Wire

/// Something like a voice: a buzz with a gliding pitch, in syllables, over a little noise. Seeded, so always the same.
struct SyntheticSpeech {
    private var random = SplitMix64(seed: 99)
    private var phase = 0.0
    private var position = 0
    private var smooth = [0.0, 0.0]
    let sampleRate: Int

    init(sampleRate: Int = 8000) { self.sampleRate = sampleRate }

    mutating func next(_ count: Int) -> [Int16] {
        (0..<count).map { _ in nextSample() }
    }

    private mutating func nextSample() -> Int16 {
        let seconds = Double(position) / Double(sampleRate)
        position += 1
        let syllable = (seconds * 4).truncatingRemainder(dividingBy: 1)
        let loudness = syllable < 0.8 ? syllable * (0.8 - syllable) * 6 : 0
        phase += (110 + 40 * (seconds * 0.7).truncatingRemainder(dividingBy: 1)) / Double(sampleRate)
        if phase >= 1 { phase -= 1 }
        // As much above zero as below: a codec for speech removes what lies under 50 Hz.
        let buzz = phase < 0.3 ? 1 - phase / 0.15 : 0
        let pole = 6400 / Double(sampleRate + 6400)
        smooth[0] += pole * (buzz - smooth[0])
        smooth[1] += pole * (smooth[0] - smooth[1])
        let noise = Double(Int.random(in: -20...20, using: &random))
        return Int16(clamping: Int(smooth[1] * loudness * 14000 + noise))
    }
}

/// How alike two signals are, at the best of all shifts up to `shifts`: 1 for equal, 0 for unrelated.
func correlation(_ a: [Int16], _ b: [Int16], shifts: Int) -> Double {
    var best = 0.0
    for shift in 0...shifts {
        let count = min(a.count, b.count - shift)
        guard count > 0 else { continue }
        var product = 0.0
        var left = 1e-9
        var right = 1e-9
        for index in 0..<count {
            let (x, y) = (Double(a[index]), Double(b[index + shift]))
            product += x * y
            left += x * x
            right += y * y
        }
        best = max(best, product / (left * right).squareRoot())
    }
    return best
}
