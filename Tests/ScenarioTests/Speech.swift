import Wire

/// Sounds whose place can be found again after a codec: bursts of a tone, each of its own pitch.
enum Speech {
    static let sampleRate = 8000

    /// A tone burst [Hz, ms] with soft edges, loud enough to be found.
    static func burst(pitch: Double, milliseconds: Int) -> [Int16] {
        let count = sampleRate * milliseconds / 1000
        var phase = 0.0
        return (0..<count).map { index in
            phase += pitch / Double(sampleRate)
            if phase >= 1 { phase -= 1 }
            // A triangle wave has the pitch and needs no libm.
            let wave = phase < 0.5 ? 4 * phase - 1 : 3 - 4 * phase
            let edge = min(1, Double(min(index, count - 1 - index)) / 40)
            return Int16(wave * edge * 12_000)
        }
    }

    static func silence(milliseconds: Int) -> [Int16] { Array(repeating: 0, count: sampleRate * milliseconds / 1000) }

    /// `count` words of 300 ms with pauses of 200 ms.
    static func words(_ count: Int) -> [Int16] {
        (0..<count).flatMap { burst(pitch: 250 + 60 * Double($0 % 8), milliseconds: 300) + silence(milliseconds: 200) }
    }

    /// How much of it is sound rather than silence [ms].
    static func soundingMilliseconds(_ samples: [Int16]) -> Int {
        let frame = sampleRate / 100
        return stride(from: 0, to: samples.count - frame + 1, by: frame).filter { start in
            samples[start..<start + frame].contains { abs(Int($0)) > 1500 }
        }.count * 10
    }

    /// The lengths of the words that can be heard [ms]: sound with pauses of less than 40 ms in it.
    static func wordLengths(_ samples: [Int16]) -> [Int] {
        let frame = sampleRate / 100
        var words: [Int] = []
        var length = 0, pause = 0
        for start in stride(from: 0, to: samples.count - frame + 1, by: frame) {
            if samples[start..<start + frame].contains(where: { abs(Int($0)) > 1500 }) {
                length += (length > 0 ? pause : 0) + 10
                pause = 0
            } else if length > 0 {
                pause += 10
                if pause >= 40 {
                    words.append(length)
                    (length, pause) = (0, 0)
                }
            }
        }
        return length > 0 ? words + [length] : words
    }

    /// The place of the first sound [ms].
    static func onset(_ samples: [Int16]) -> Int? {
        samples.firstIndex { abs(Int($0)) > 1500 }.map { $0 * 1000 / sampleRate }
    }
}
