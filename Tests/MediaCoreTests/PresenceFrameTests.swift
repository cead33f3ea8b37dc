import Codecs
@testable import MediaCore
import Testing
import Wire

/// The Opus frame of silence: whatever the decoder heard before, it falls silent without a click, and speech goes on
/// behind it as it would have without it.
@Suite struct PresenceFrameTests {
    /// What the speech around it is coded as.
    enum Speech: CaseIterable {
        case narrowbandSILK, widebandSILK, hybrid, celt

        var configuration: OpusEncoder.Configuration {
            switch self {
            case .narrowbandSILK: OpusEncoder.Configuration(sampleRate: 8000, bitrate: 20_000)
            case .widebandSILK: OpusEncoder.Configuration(sampleRate: 16_000, bitrate: 20_000, maxPlaybackRate: 16_000)
            case .hybrid: OpusEncoder.Configuration(sampleRate: 48_000, bitrate: 32_000, maxPlaybackRate: 24_000)
            case .celt: OpusEncoder.Configuration(sampleRate: 48_000, bitrate: 64_000, application: .lowDelay)
            }
        }
    }

    @Test(arguments: Speech.allCases, [0, 19])
    func itIsSilentAndDoesNotClick(_ speech: Speech, _ concealed: Int) throws {
        let frame = try makeFrame()
        for cut in [40, 43, 47, 52] {
            let heard = try Heard(speech, cut: cut, concealed: concealed, comfort: [frame, frame, frame])
            #expect(heard.comfort.dropFirst(48_000 / 100).allSatisfy { abs(Int($0)) <= 2 }, "silent after 10 ms")
            #expect(heard.steepest(heard.lastSpoken + heard.comfort) <= heard.steepest(heard.spoken), "no click as it begins")
        }
    }

    /// The gap itself is what hurts the next word, not the frame in it.
    @Test(arguments: Speech.allCases)
    func speechGoesOnAsWellAsWithoutIt(_ speech: Speech) throws {
        let frame = try makeFrame()
        for cut in [40, 43, 47, 52] {
            let with = try Heard(speech, cut: cut, concealed: 19, comfort: [frame])
            let without = try Heard(speech, cut: cut, concealed: 20, comfort: [])
            #expect(with.steepest(with.resumed) <= 1.25 * max(without.steepest(without.resumed), without.steepest(without.spoken)))
            #expect(with.rms(with.resumed.suffix(2880)) > 0.5 * without.rms(without.resumed.suffix(2880)))
        }
    }

    /// What the choice was made against: a lone TOC byte carries on the vowel, a SILK frame of another rate clicks.
    @Test func otherFramesWouldDoWorse() throws {
        let table = try Heard(.narrowbandSILK, cut: 43, concealed: 0, comfort: [[0x08]])
        #expect(table.rms(table.comfort[480...]) > 0.3 * table.rms(table.spoken[...]))
        let encoder = try OpusEncoder(.init(sampleRate: 16_000, maxPlaybackRate: 16_000))
        let wideband = try #require(Heard.encode([Int16](repeating: 0, count: 320), encoder))
        let worst = try [40, 43, 47, 52].map { cut in
            let heard = try Heard(.narrowbandSILK, cut: cut, concealed: 0, comfort: [wideband])
            return heard.steepest(heard.lastSpoken + heard.comfort) / heard.steepest(heard.spoken)
        }.max()
        #expect(try #require(worst) > 2)
    }

    @Test func itIsTiny() throws { #expect(try makeFrame().count == 3) }

    /// Whatever is made behind it begins a talk spurt, once; it begins none itself, not even as the first packet.
    @Test func theLineRemembersThatItRested() {
        var line = EgressStream(ssrc: 1, clockRate: 8000, firstSequence: 0, firstTimestamp: 0)
        var now = MonotonicInstant(nanoseconds: 0)
        func next() -> MonotonicInstant {
            now = now + .milliseconds(20)
            return now
        }
        #expect(!line.generateSilence(at: next()).startsAnew && !line.generateSilence(at: next()).startsAnew)
        #expect(line.generate(at: next()).startsAnew && !line.generate(at: next()).startsAnew)
        #expect(line.forward(sourceSSRC: 2, extendedSequence: 1, timestamp: 160, at: next())?.startsAnew == true)
        #expect(line.generateSilence(at: next()).sequenceNumber == 5)
        let resumed = line.forward(sourceSSRC: 2, extendedSequence: 2, timestamp: 160 + 360, at: next())
        #expect(resumed?.startsAnew == true && resumed?.sequenceNumber == 6)
        #expect(line.forward(sourceSSRC: 2, extendedSequence: 3, timestamp: 160 + 520, at: next())?.startsAnew == false)
    }

    @Test(arguments: [10, 20, 30, 60])
    func aFrameOfG711HasThePacketTime(_ packetTime: Int) {
        var room = [UInt8](repeating: 1, count: SilenceFrame.maximumLength)
        #expect(room.withMutableBytes { SilenceFrame.write(PlainCall.pcma, packetTime: packetTime, to: $0) } == packetTime * 8)
        #expect(room.prefix(packetTime * 8).allSatisfy { $0 == 0xd5 })
        #expect(room.withMutableBytes { SilenceFrame.write(PlainCall.noise, packetTime: packetTime, to: $0) } == nil)
    }

    private func makeFrame() throws -> [UInt8] {
        var room = [UInt8](repeating: 0, count: SilenceFrame.maximumLength)
        let length = room.withMutableBytes { SilenceFrame.write(PlainCall.opus, packetTime: 20, to: $0) }
        return Array(room.prefix(try #require(length)))
    }
}

/// Speech, cut in the middle of a word, then lost frames, then frames of comfort, then the speech that would be 400 ms further on.
private struct Heard {
    /// At 48 kHz.
    var spoken: [Int16] = []
    var lastSpoken: [Int16] = []
    var comfort: [Int16] = []
    var resumed: [Int16] = []

    init(_ speech: PresenceFrameTests.Speech, cut: Int, concealed: Int, comfort frames: [[UInt8]]) throws {
        let encoder = try OpusEncoder(speech.configuration)
        let decoder = try OpusDecoder(sampleRate: 48_000)
        let voice = Self.voice(sampleRate: speech.configuration.sampleRate, frames: 80)
        let packets = stride(from: 0, to: voice.count, by: encoder.frameSamples).compactMap {
            Self.encode(Array(voice[$0..<$0 + encoder.frameSamples]), encoder)
        }
        for packet in packets[..<cut] {
            lastSpoken = Self.decode(packet, decoder)
            spoken += lastSpoken
        }
        for _ in 0..<concealed { lastSpoken = Self.decode(nil, decoder) }
        for frame in frames { comfort += Self.decode(frame, decoder) }
        resumed = comfort.suffix(1) + packets[cut + 20..<cut + 26].flatMap { Self.decode($0, decoder) }
    }

    /// The largest step from one sample to the next.
    func steepest(_ samples: [Int16]) -> Double {
        Double(zip(samples, samples.dropFirst()).map { abs(Int($1) - Int($0)) }.max() ?? 0)
    }

    func rms(_ samples: ArraySlice<Int16>) -> Double {
        (samples.reduce(0) { $0 + Double($1) * Double($1) } / Double(max(1, samples.count))).squareRoot()
    }

    static func encode(_ pcm: [Int16], _ encoder: OpusEncoder) -> [UInt8]? {
        var room = [UInt8](repeating: 0, count: 1500)
        let length = pcm.withUnsafeBufferPointer { samples in room.withMutableBytes { encoder.encode(samples, into: $0) } }
        return length.map { Array(room.prefix($0)) }
    }

    private static func decode(_ packet: [UInt8]?, _ decoder: OpusDecoder) -> [Int16] {
        var pcm = [Int16](repeating: 0, count: 960)
        let count = pcm.withUnsafeMutableBufferPointer { room in
            packet?.withBytes { decoder.decode($0, into: room) } ?? decoder.conceal(frameSamples: 960, into: room)
        }
        return Array(pcm.prefix(count ?? 0))
    }

    /// A glottal pulse of 105 to 155 Hz through a resonance that wanders from 500 to 900 Hz.
    private static func voice(sampleRate: Int, frames: Int) -> [Int16] {
        var phase = 0.0, y1 = 0.0, y2 = 0.0
        let wave = (0..<sampleRate / 50 * frames).map { index -> Double in
            let time = Double(index) / Double(sampleRate)
            phase += (130 + 25 * triangle(2.1 * time)) / Double(sampleRate)
            let pulse = phase >= 1
            if pulse { phase -= 1 }
            // A resonator of 90 Hz bandwidth: 2 r cos θ with the cosine of a small angle as its series.
            let angle = 6.2832 * (700 + 200 * triangle(3 * time)) / Double(sampleRate)
            let cosine = 1 - angle * angle / 2 + angle * angle * angle * angle / 24
            let radius = 1 - 280 / Double(sampleRate)
            let y = (pulse ? 1 : 0) + 2 * radius * cosine * y1 - radius * radius * y2
            (y2, y1) = (y1, y)
            return y
        }
        let peak = wave.map(abs).max() ?? 1
        return wave.map { Int16($0 / peak * 16_000) }
    }

    private static func triangle(_ cycles: Double) -> Double {
        let part = cycles - cycles.rounded(.down)
        return part < 0.5 ? 4 * part - 1 : 3 - 4 * part
    }
}
