import Codecs
import Foundation
import Wire

/// Audio at 8000 Hz to feed codecs with: what they cost depends on it.
struct Speech {
    let samples: [Int16]

    static let frame = 160

    /// Something like a voice: a buzz with a gliding pitch, in syllables, over a little noise.
    static let synthetic: Speech = {
        var random = SplitMix64(seed: 99)
        var phase = 0.0
        var smooth = (0.0, 0.0)
        let samples = (0..<8000 * 8).map { position -> Int16 in
            let seconds = Double(position) / 8000
            let syllable = (seconds * 4).truncatingRemainder(dividingBy: 1)
            let loudness = syllable < 0.8 ? syllable * (0.8 - syllable) * 6 : 0
            phase += (110 + 40 * (seconds * 0.7).truncatingRemainder(dividingBy: 1)) / 8000
            if phase >= 1 { phase -= 1 }
            let buzz = phase < 0.3 ? 1 - phase / 0.15 : 0
            smooth.0 += 0.444 * (buzz - smooth.0)
            smooth.1 += 0.444 * (smooth.0 - smooth.1)
            return Int16(clamping: Int(smooth.1 * loudness * 14000 + Double(Int.random(in: -20...20, using: &random))))
        }
        return Speech(samples: samples)
    }()

    init(samples: [Int16]) { self.samples = samples }

    /// WAVE files, one after the other.
    init(files: [String]) throws {
        var all: [Int16] = []
        for path in files {
            let file = try Array(Data(contentsOf: URL(fileURLWithPath: path))).withBytes { bytes in try WAVFile(parsing: bytes) }
            all += try Resampler.convert(file.samples, from: file.sampleRate, to: 8000).need("8000 Hz from \(path)")
        }
        samples = all
    }

    /// Whole frames of 20 ms, from a place of one's own for each call.
    func frames(_ count: Int, offset: Int = 0) -> [[Int16]] {
        let whole = samples.count / Self.frame
        guard whole > 0 else { return [] }
        return (0..<count).map { index in
            let start = (index + offset) % whole * Self.frame
            return Array(samples[start..<start + Self.frame])
        }
    }
}
