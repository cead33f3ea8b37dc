import Codecs
@testable import MediaCore
import Testing
import Wire

/// What an encoder is set to by load and loss, and what needs none: heard by a decoder, since that is what it is for.
@Suite struct AudioEncoderTests {
    // MARK: - Effort

    @Test func fecIsMadeForLossThatItCanMend() {
        #expect(OpusEffort(loss: 0, bitrate: 20_000, thrift: .none) == OpusEffort(loss: 0, bitrate: 20_000, thrift: .lower))
        #expect(!OpusEffort(loss: 0, bitrate: 20_000, thrift: .none).usesFEC)
        let lossy = OpusEffort(loss: 1, bitrate: 20_000, thrift: .none)
        #expect(lossy.usesFEC && lossy.complexity == 2)
        #expect(!OpusEffort(loss: 9, bitrate: 16_000, thrift: .none).usesFEC, "there are no bits for it")
        let cheap = OpusEffort(loss: 1, bitrate: 24_000, thrift: .lower)
        #expect(cheap.usesFEC && cheap.complexity == 0)
    }

    @Test func thriftGivesUpFECAndThenTheVoice() {
        #expect(!OpusEffort(loss: 2, bitrate: 20_000, thrift: .lower).usesFEC)
        #expect(OpusEffort(loss: 3, bitrate: 20_000, thrift: .lower).usesFEC)
        let least = OpusEffort(loss: 9, bitrate: 24_000, thrift: .lowest)
        #expect(!least.usesFEC && least.complexity == 0 && least.mode == .celt)
    }

    /// The settings do what the curve says: redundancy is in the frames at both bit rates.
    @Test(arguments: [20_000, 24_000])
    func lossMakesFECAndItsEndEndsIt(_ bitrate: Int) throws {
        let line = try Line(bitrate: bitrate)
        line.speak(20)
        #expect(!line.packets.contains { $0.withBytes { OpusPacket.hasInbandFEC($0) } })
        line.encoder.peerReportedLoss(percent: 4)
        line.speak(40)
        #expect(line.packets.suffix(30).filter { $0.withBytes { OpusPacket.hasInbandFEC($0) } }.count > 20)
        line.encoder.peerReportedLoss(percent: 0)
        line.speak(40)
        #expect(!line.packets.suffix(30).contains { $0.withBytes { OpusPacket.hasInbandFEC($0) } })
    }

    /// From the next frame on, there and back, and without a click in the ear of the peer.
    @Test func theLowestThriftIsCELT() throws {
        let line = try Line()
        line.speak(50)
        #expect(line.packets.allSatisfy { $0[0] & 0x80 == 0 } && line.thrifty == 0)
        let usual = line.steepest
        line.thrift = .lowest
        line.speak(50)
        // The first frame on the way from SILK carries the join.
        #expect(line.packets.suffix(49).allSatisfy { $0[0] & 0x80 != 0 } && line.thrifty == 50)
        line.thrift = .none
        line.speak(50)
        #expect(line.packets.suffix(49).allSatisfy { $0[0] & 0x80 == 0 } && line.thrifty == 50)
        #expect(line.steepest <= usual * 5 / 4, "a step of \(line.steepest) where speech has \(usual)")
        #expect(line.likeness > 0.85, "\(line.likeness)")
    }

    /// What costs no quality is no thrift.
    @Test func lowerThriftOnACleanPathIsTheUsualSetting() throws {
        let line = try Line()
        line.thrift = .lower
        line.speak(20)
        #expect(line.thrifty == 0)
        line.encoder.peerReportedLoss(percent: 1)
        line.speak(20)
        #expect(line.thrifty == 20)
    }

    // MARK: - Digital silence

    @Test(arguments: [10, 20, 40, 60])
    func longSilenceIsSentFromAPreparedFrame(_ packetTime: Int) throws {
        let line = try Line(packetTime: packetTime)
        line.speak(10)
        line.rest(10)
        #expect(line.prepared == 8, "the first two carry the end of the speech")
        #expect(line.packets.suffix(8).allSatisfy { $0.count <= 8 })
        #expect(line.packets.allSatisfy { $0.withBytes { OpusPacket.duration($0) } == 48 * packetTime })
        #expect(line.heard.suffix(8 * packetTime * 7).allSatisfy { $0 == 0 })
        line.speak(10)
        #expect(line.prepared == 8)
    }

    /// Words with digital silence between them, of any length and cut anywhere: no click, and each word is as good as from an
    /// encoder that makes all of it.
    @Test(arguments: [0, 1, 2, 3, 5, 20], [8000, 16_000])
    func speechAroundSilenceSoundsAsEver(_ pause: Int, _ sampleRate: Int) throws {
        let prepared = try Line(sampleRate: sampleRate)
        let encoded = try Line(sampleRate: sampleRate, encodesAll: true)
        for line in [prepared, encoded] {
            for word in 0..<6 {
                line.speak(13 + word)
                line.rest(pause)
            }
        }
        #expect(encoded.prepared == 0 && prepared.prepared == 6 * max(0, pause - 2))
        #expect(prepared.steepest <= encoded.steepest * 6 / 5, "a step of \(prepared.steepest) against \(encoded.steepest)")
        #expect(prepared.likeness > encoded.likeness - 0.02, "\(prepared.likeness) against \(encoded.likeness)")
    }

    /// G.711 has no zero in A-law, and two in mu-law; more than that is sound.
    @Test func onlyDigitalSilenceCounts() throws {
        for (level, isPrepared) in [(8, true), (-8, true), (9, false)] {
            let line = try Line()
            line.send([Int16](repeating: Int16(level), count: 160 * 5))
            #expect((line.prepared == 3) == isPrepared)
        }
    }

    /// It is the encoder that tells such a peer what need not be sent.
    @Test func aPeerThatWantsDTXGetsIt() throws {
        var opus = OpusParameters()
        opus.useDTX = true
        let line = try Line(parameters: opus)
        line.speak(20)
        line.rest(60)
        #expect(line.prepared == 0)
        #expect(line.packets.suffix(30).filter { $0.withBytes { OpusPacket.isDTX($0) } }.count > 20)
    }
}

/// An encoder with a decoder behind it.
private final class Line {
    let encoder: AudioEncoder
    var thrift = EncodingThrift.none
    private(set) var packets: [[UInt8]] = []
    private(set) var heard: [Int16] = []
    private(set) var thrifty = 0
    private(set) var prepared = 0
    private var said: [Int16] = []
    private let decoder: OpusDecoder
    private let frameSamples: Int
    private var voice: Voice
    /// For the same settings without prepared frames.
    private let plain: OpusEncoder?

    init(
        sampleRate: Int = 8000, bitrate: Int = 20_000, packetTime: Int = 20, encodesAll: Bool = false,
        parameters: OpusParameters = OpusParameters()
    ) throws {
        var payload = PlainCall.opus
        payload.opus = parameters
        payload.opus.maxAverageBitrate = bitrate
        payload.opus.useInbandFEC = true
        payload.opus.maxPlaybackRate = 16_000
        encoder = try #require(AudioEncoder(payload, sampleRate: sampleRate, packetTime: packetTime))
        let configuration = OpusEncoder.Configuration(
            sampleRate: sampleRate, bitrate: bitrate, complexity: 0, maxPlaybackRate: 16_000, packetTime: packetTime)
        plain = encodesAll ? try OpusEncoder(configuration) : nil
        decoder = try OpusDecoder(sampleRate: sampleRate)
        frameSamples = sampleRate / 1000 * packetTime
        voice = Voice(sampleRate: sampleRate)
    }

    func speak(_ frames: Int) { send(voice.next(frames * frameSamples)) }

    func rest(_ frames: Int) { send([Int16](repeating: 0, count: frames * frameSamples)) }

    func send(_ samples: [Int16]) {
        said += samples
        for start in stride(from: 0, to: samples.count, by: frameSamples) {
            var room = [UInt8](repeating: 0, count: 1400)
            let payload = samples[start..<start + frameSamples].withUnsafeBufferPointer { frame in
                room.withMutableBytes { room in
                    guard let plain else { return encoder.encode(frame, thrift: thrift, into: room) }
                    return plain.encode(frame, into: room).map { AudioEncoder.Payload(length: $0) }
                }
            }
            guard let payload else { continue }
            packets.append(Array(room.prefix(payload.length)))
            if payload.isThrifty { thrifty += 1 }
            if payload.isPrepared { prepared += 1 }
            var pcm = [Int16](repeating: 0, count: frameSamples)
            let count = pcm.withUnsafeMutableBufferPointer { out in packets[packets.count - 1].withBytes { decoder.decode($0, into: out) } }
            heard += pcm.prefix(count ?? 0)
        }
    }

    /// The largest step from one sample to the next.
    var steepest: Int { heard.indices.dropFirst().reduce(0) { max($0, abs(Int(heard[$1]) - Int(heard[$1 - 1]))) } }

    /// Of what was heard with what was said, at the best shift of up to 10 ms: 1 for equal, 0 for unrelated.
    var likeness: Double {
        let longest = decoder.sampleRate / 100
        let shift = (0..<longest).max { likeness($0, over: 4000) < likeness($1, over: 4000) } ?? 0
        return likeness(shift, over: said.count - longest)
    }

    private func likeness(_ shift: Int, over count: Int) -> Double {
        var product = 0, left = 1, right = 1
        for index in 0..<count {
            let (a, b) = (Int(said[index]), Int(heard[index + shift]))
            product += a * b
            left += a * a
            right += b * b
        }
        return Double(product) / (Double(left) * Double(right)).squareRoot()
    }
}

/// A buzz of gliding pitch, in syllables: an encoder takes what stays as loud as it is for noise.
private struct Voice {
    let sampleRate: Int
    private var position = 0
    private var phase = 0.0
    private var state = [0.0, 0.0]

    init(sampleRate: Int) { self.sampleRate = sampleRate }

    mutating func next(_ count: Int) -> [Int16] {
        (0..<count).map { _ in
            let time = Double(position) / Double(sampleRate)
            position += 1
            let cycle = (time * 1.3).truncatingRemainder(dividingBy: 1)
            phase += (110 + 60 * (cycle < 0.5 ? cycle : 1 - cycle)) / Double(sampleRate)
            if phase >= 1 { phase -= 1 }
            let pulse = phase < 0.2 ? 1 - phase / 0.1 : 0
            let pole = 6400 / Double(sampleRate + 6400)
            state[0] += pole * (pulse - state[0])
            state[1] += pole * (state[0] - state[1])
            let syllable = (time * 4).truncatingRemainder(dividingBy: 1)
            return Int16(clamping: Int(state[1] * max(0.02, syllable * (0.9 - syllable)) * 60_000))
        }
    }
}
