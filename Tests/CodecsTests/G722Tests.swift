import Codecs
import Foundation
import Testing
import Wire

/// ITU-T G.722 at 64 kbit/s, both bands and the lower one alone.
@Suite struct G722Tests {
    @Test func onlyTheRatesOfTheBandsAreTaken() {
        for rate in [0, 11025, 12000, 48000] {
            #expect(throws: CodecError.unsupportedParameter) { try G722Encoder(sampleRate: rate) }
            #expect(throws: CodecError.unsupportedParameter) { try G722Decoder(sampleRate: rate) }
        }
    }

    /// Eight bytes a millisecond, whatever the samples' rate.
    @Test(arguments: G722.sampleRates, [10, 20, 30, 60])
    func aPacketHas64KilobitsASecond(_ sampleRate: Int, _ milliseconds: Int) throws {
        let bytes = try encode(tone(440, sampleRate, count: sampleRate / 1000 * milliseconds), sampleRate)
        #expect(bytes.count == milliseconds * G722.bytesPerMillisecond)
        #expect(try decode(bytes, sampleRate).count == sampleRate / 1000 * milliseconds)
    }

    @Test(arguments: [(16000, 300.0), (16000, 1000), (16000, 3000), (16000, 6000), (8000, 300), (8000, 1000), (8000, 3000)])
    func aToneComesBack(_ sampleRate: Int, _ pitch: Double) throws {
        let sent = tone(pitch, sampleRate, count: sampleRate)
        #expect(toneToNoise(pitch, sampleRate, try decode(encode(sent, sampleRate), sampleRate)) > 15)
    }

    @Test(arguments: G722.sampleRates)
    func speechComesBack(_ sampleRate: Int) throws {
        var voice = SyntheticSpeech(sampleRate: sampleRate)
        let sent = voice.next(sampleRate * 3)
        #expect(signalToNoise(sent, try decode(encode(sent, sampleRate), sampleRate)) > 15)
    }

    /// What one end codes from both bands the other can hear in one, and the other way round.
    @Test func theLowerBandIsTheSameStream() throws {
        let wide = tone(1000, 16000, count: 16000), narrow = tone(1000, 8000, count: 8000)
        #expect(toneToNoise(1000, 8000, try decode(encode(wide, 16000), 8000)) > 15)
        #expect(toneToNoise(1000, 16000, try decode(encode(narrow, 8000), 16000)) > 15)
        // What is above 4 kHz is gone, not folded down.
        let high = try decode(encode(tone(6000, 16000, count: 16000), 16000), 8000)
        #expect(high.dropFirst(800).withUnsafeBufferPointer { AudioLevel.rms($0) } < 500)
    }

    @Test(arguments: G722.sampleRates)
    func silenceIsNothingToHear(_ sampleRate: Int) throws {
        let bytes = try encode([Int16](repeating: 0, count: sampleRate), sampleRate)
        let heard = try decode(bytes, sampleRate).suffix(800)
        #expect(heard.allSatisfy { abs(Int($0)) < 20 }, "\(heard.max() ?? 0)")
        // Nor does it sound after speech.
        let decoder = try G722Decoder(sampleRate: sampleRate)
        _ = decoder.heard(try encode(tone(700, sampleRate, count: sampleRate), sampleRate))
        let rest = decoder.heard([UInt8](repeating: G722.silence, count: 8000)).suffix(800)
        #expect(rest.allSatisfy { abs(Int($0)) < 60 }, "\(rest.max() ?? 0) \(rest.min() ?? 0)")
    }

    @Test func whatDoesNotFitIsRefused() throws {
        let encoder = try G722Encoder(), decoder = try G722Decoder()
        var bytes = [UInt8](repeating: 0, count: 10)
        for count in [0, 1, 3, 21, 22] {
            let samples = [Int16](repeating: 0, count: count)
            let length = samples.withUnsafeBufferPointer { pcm in bytes.withMutableBytes { encoder.encode(pcm, into: $0) } }
            #expect(length == nil, "\(count)")
        }
        var pcm = [Int16](repeating: 0, count: 10)
        for count in [0, 6, 100] {
            let written = [UInt8](repeating: 1, count: count).withBytes { bytes in
                pcm.withUnsafeMutableBufferPointer { decoder.decode(bytes, into: $0) }
            }
            #expect(written == nil, "\(count)")
        }
    }

    /// Every byte is a code, so nothing that comes is refused, and nothing of it overflows.
    @Test(arguments: G722.sampleRates)
    func anyBytesAreSound(_ sampleRate: Int) throws {
        var random = SplitMix64(seed: 722)
        let decoder = try G722Decoder(sampleRate: sampleRate)
        for _ in 0..<500 {
            let bytes = (0..<Int.random(in: 1...200, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
            #expect(decoder.heard(bytes).count == bytes.count * sampleRate / 8000)
        }
    }

    private func tone(_ pitch: Double, _ sampleRate: Int, count: Int) -> [Int16] {
        (0..<count).map { Int16(8000 * sin(2 * .pi * pitch * Double($0) / Double(sampleRate))) }
    }

    private func encode(_ samples: [Int16], _ sampleRate: Int) throws -> [UInt8] {
        let encoder = try G722Encoder(sampleRate: sampleRate)
        var bytes = [UInt8](repeating: 0, count: samples.count)
        let length = samples.withUnsafeBufferPointer { pcm in bytes.withMutableBytes { encoder.encode(pcm, into: $0) } }
        return Array(bytes.prefix(try #require(length)))
    }

    private func decode(_ bytes: [UInt8], _ sampleRate: Int) throws -> [Int16] { try G722Decoder(sampleRate: sampleRate).heard(bytes) }

    /// What is left of a tone besides itself, whatever its delay and level [dB].
    private func toneToNoise(_ pitch: Double, _ sampleRate: Int, _ heard: [Int16]) -> Double {
        let settled = heard.dropFirst(sampleRate / 10).prefix(sampleRate / 2).map(Double.init)
        var (inPhase, inQuadrature, total) = (0.0, 0.0, 0.0)
        for (index, sample) in settled.enumerated() {
            let angle = 2 * .pi * pitch * Double(index) / Double(sampleRate)
            inPhase += sample * cos(angle)
            inQuadrature += sample * sin(angle)
            total += sample * sample
        }
        let tone = (inPhase * inPhase + inQuadrature * inQuadrature) * 2 / Double(settled.count)
        return 10 * log10(tone / max(1, total - tone))
    }

    /// At the best of the delays that the codec's filters may have, and at its level [dB].
    private func signalToNoise(_ sent: [Int16], _ heard: [Int16]) -> Double {
        func likeness(_ shift: Int) -> Double { correlation(sent, Array(heard.dropFirst(shift)), shifts: 0) }
        let shift = (0...64).map { (likeness($0), $0) }.max { $0.0 < $1.0 }?.1
        var product = 0.0, power = 0.0, total = 0.0
        // The first moments are the codec's own.
        let pairs = zip(sent, heard.dropFirst(shift ?? 0)).dropFirst(800).map { (Double($0), Double($1)) }
        for (x, y) in pairs {
            product += x * y
            power += x * x
            total += y * y
        }
        let gain = product / power
        return 10 * log10(gain * gain * power / max(1, total - gain * product))
    }
}

extension G722Decoder {
    fileprivate func heard(_ bytes: [UInt8]) -> [Int16] {
        var pcm = [Int16](repeating: 0, count: bytes.count * sampleRate / 8000)
        let count = bytes.withBytes { payload in pcm.withUnsafeMutableBufferPointer { decode(payload, into: $0) } }
        return Array(pcm.prefix(count ?? 0))
    }
}
