import Codecs
import Glibc
import Wire

/// The speech that the calls play, at 8 and 16 kHz.
struct Speech {
    let narrow: [Int16]
    let wide: [Int16]

    /// More is of no use [s].
    private static let longest = 120

    /// The recordings one after the other; made-up speech if there are none.
    init(files: [String]) throws(LoadError) {
        var narrow: [Int16] = []
        var wide: [Int16] = []
        for path in files {
            guard let bytes = ProcessMeter.readBytes(path), let file = try? bytes.withBytes({ try WAVFile(parsing: $0) }),
                  let at8 = Resampler.convert(file.samples, from: file.sampleRate, to: 8000),
                  let at16 = Resampler.convert(file.samples, from: file.sampleRate, to: 16000) else {
                throw .speech("\(path) is no WAVE file that can be read")
            }
            narrow += at8
            wide += at16
        }
        if files.isEmpty {
            wide = Self.madeUp(seconds: 20)
            narrow = Resampler.convert(wide, from: 16000, to: 8000) ?? []
        }
        let frames = min(narrow.count / 160, wide.count / 320, Self.longest * 50)
        guard frames >= 50 else { throw .speech("less than a second of speech") }
        self.narrow = Array(narrow[..<(frames * 160)])
        self.wide = Array(wide[..<(frames * 320)])
    }

    /// Syllables with a pitch, formants and noise, and a pause after every few: not speech, but as much work for a codec.
    private static func madeUp(seconds: Int) -> [Int16] {
        var random = SplitMix64(seed: 7)
        var samples: [Int16] = []
        var phase = 0.0
        while samples.count < seconds * 16000 {
            let length = Int.random(in: 2000...5000, using: &random)
            let isPause = Int.random(in: 0..<5, using: &random) == 0
            let pitch = Double.random(in: 90...220, using: &random)
            let formants = [Double.random(in: 300...800, using: &random), Double.random(in: 900...2400, using: &random)]
            for n in 0..<length {
                let envelope = isPause ? 0 : sin(.pi * Double(n) / Double(length))
                phase += pitch / 16000
                var value = 0.0
                for harmonic in 1...20 {
                    let frequency = pitch * Double(harmonic)
                    let gain = formants.reduce(0.02) { $0 + exp(-pow((frequency - $1) / 150, 2)) }
                    value += gain * sin(2 * .pi * phase * Double(harmonic))
                }
                let noise = Double.random(in: -40...40, using: &random)
                samples.append(Int16(clamping: Int(envelope * value * 4000 + noise)))
            }
        }
        return samples
    }

    func source(of codec: AudioCodec) throws(LoadError) -> FrameSource {
        let frames = codec == .pcmu ? encodePCMU() : try encodeOpus()
        return FrameSource(frames: frames, speech: narrow, payloadType: codec.payloadType)
    }

    private func encodePCMU() -> [[UInt8]] {
        var bytes = [UInt8](repeating: 0, count: narrow.count)
        narrow.withUnsafeBufferPointer { pcm in bytes.withMutableBytes { _ = G711.encode(pcm, law: .mu, into: $0) } }
        return stride(from: 0, to: bytes.count, by: 160).map { Array(bytes[$0..<$0 + 160]) }
    }

    /// As Meta's description says: 20 kbit/s, wideband, able to carry FEC, of which there is none while no loss is expected.
    private func encodeOpus() throws(LoadError) -> [[UInt8]] {
        let configuration = OpusEncoder.Configuration(
            sampleRate: 16000, bitrate: 20000, complexity: 5, inbandFEC: true, maxPlaybackRate: 16000)
        guard let encoder = try? OpusEncoder(configuration) else { throw .speech("no Opus encoder") }
        var room = [UInt8](repeating: 0, count: 1275)
        var frames: [[UInt8]] = []
        wide.withUnsafeBufferPointer { pcm in
            for start in stride(from: 0, to: pcm.count, by: 320) {
                let frame = UnsafeBufferPointer(rebasing: pcm[start..<start + 320])
                let length = room.withMutableBytes { encoder.encode(frame, into: $0) } ?? 0
                frames.append(Array(room[..<length]))
            }
        }
        return frames
    }
}
