import Codecs
import Testing
import Wire

/// The codec as a whole: speech in, speech out, gaps made up for.
@Suite struct OpusTests {
    @Test(arguments: [8000, 16000, 48000])
    func speechComesBack(_ sampleRate: Int) throws {
        let encoder = try OpusEncoder(OpusEncoder.Configuration(sampleRate: sampleRate, bitrate: 24000))
        let decoder = try OpusDecoder(sampleRate: sampleRate)
        #expect(encoder.frameSamples == sampleRate / 50)
        var speech = SyntheticSpeech(sampleRate: sampleRate)
        var source: [Int16] = []
        var heard: [Int16] = []
        for _ in 0..<100 {
            let frame = speech.next(encoder.frameSamples)
            let packet = try #require(encode(frame, encoder))
            #expect(packet.withBytes { OpusPacket.duration($0) } == 960)
            source += frame
            heard += try #require(decode(packet, decoder))
        }
        #expect(heard.count == source.count)
        #expect(correlation(source, heard, shifts: sampleRate / 50) > 0.9)
    }

    /// What G.711 needs: any encoder's packets, decoded at 8 kHz without a resampler.
    @Test func aWidebandPacketIsDecodedAtEightKilohertz() throws {
        let encoder = try OpusEncoder(OpusEncoder.Configuration(sampleRate: 48000, bitrate: 20000, complexity: 5, maxPlaybackRate: 16000))
        let decoder = try OpusDecoder(sampleRate: 8000)
        var speech = SyntheticSpeech(sampleRate: 48000)
        var source: [Int16] = []
        var heard: [Int16] = []
        for _ in 0..<100 {
            let frame = speech.next(960)
            source += stride(from: 0, to: 960, by: 6).map { frame[$0] }
            let packet = try #require(encode(frame, encoder))
            heard += try #require(decode(packet, decoder))
        }
        #expect(correlation(source, heard, shifts: 240) > 0.85)
    }

    @Test(arguments: [10, 20, 40, 60])
    func packetTimes(_ packetTime: Int) throws {
        let encoder = try OpusEncoder(OpusEncoder.Configuration(packetTime: packetTime))
        let decoder = try OpusDecoder(sampleRate: 8000)
        var speech = SyntheticSpeech()
        for _ in 0..<10 {
            let packet = try #require(encode(speech.next(8 * packetTime), encoder))
            #expect(packet.withBytes { OpusPacket.duration($0) } == 48 * packetTime)
            #expect(decode(packet, decoder)?.count == 8 * packetTime)
        }
    }

    /// FEC restores what plain concealment can only guess: every tenth packet is lost.
    @Test func aLostPacketIsRestoredFromTheNext() throws {
        let restored = try heardWithLoss(usingFEC: true)
        let concealed = try heardWithLoss(usingFEC: false)
        #expect(restored > 0.8 && restored > concealed + 0.1, "restored \(restored), concealed \(concealed)")
    }

    private func heardWithLoss(usingFEC: Bool) throws -> Double {
        let encoder = try OpusEncoder(OpusEncoder.Configuration(bitrate: 24000, complexity: 5, inbandFEC: true, expectedLossPercent: 20))
        let (decoder, reference) = (try OpusDecoder(sampleRate: 8000), try OpusDecoder(sampleRate: 8000))
        var speech = SyntheticSpeech()
        let packets = try (0..<300).map { _ in try #require(encode(speech.next(160), encoder)) }
        var lost: [Int16] = []
        var made: [Int16] = []
        for (index, packet) in packets.enumerated() {
            let whole = try #require(decode(packet, reference))
            if index % 10 == 9, index + 1 < packets.count {
                var pcm = [Int16](repeating: 0, count: 160)
                let count = pcm.withUnsafeMutableBufferPointer { room in
                    packets[index + 1].withBytes { next in
                        usingFEC
                            ? decoder.decodeFEC(from: next, frameSamples: 160, into: room)
                            : decoder.conceal(frameSamples: 160, into: room)
                    }
                }
                #expect(count == 160)
                lost += whole
                made += pcm
            } else {
                #expect(decode(packet, decoder)?.count == 160)
            }
        }
        return correlation(lost, made, shifts: 0)
    }

    @Test func concealmentFadesOut() throws {
        let encoder = try OpusEncoder(OpusEncoder.Configuration())
        let decoder = try OpusDecoder(sampleRate: 8000)
        var speech = SyntheticSpeech()
        var loudest = 0
        for _ in 0..<25 {
            let packet = try #require(encode(speech.next(160), encoder))
            let pcm = try #require(decode(packet, decoder))
            loudest = max(loudest, pcm.withUnsafeBufferPointer { AudioLevel.rms($0) })
        }
        var pcm = [Int16](repeating: 0, count: 160)
        for _ in 0..<50 { #expect(pcm.withUnsafeMutableBufferPointer { decoder.conceal(frameSamples: 160, into: $0) } == 160) }
        #expect(loudest > 1000 && pcm.withUnsafeBufferPointer { AudioLevel.rms($0) } < loudest / 10)
    }

    @Test func theBitRateIsKept() throws {
        let encoder = try OpusEncoder(OpusEncoder.Configuration(bitrate: 12000))
        func bytes(_ count: Int) throws -> Int {
            var speech = SyntheticSpeech()
            return try (0..<count).reduce(0) { total, _ in total + (try #require(encode(speech.next(160), encoder)).count) }
        }
        let low = try bytes(250) * 8 / 5
        encoder.update(bitrate: 32000)
        let high = try bytes(250) * 8 / 5
        #expect((7000...14000).contains(low) && (24000...38000).contains(high), "\(low), \(high)")
        encoder.update(bitrate: 1, complexity: 99, expectedLossPercent: -4)
        #expect(encoder.configuration.bitrate == 6000 && encoder.configuration.complexity == 10)
        #expect(encoder.configuration.expectedLossPercent == 0)
    }

    @Test func silenceWithDTXNeedNotBeSent() throws {
        let encoder = try OpusEncoder(OpusEncoder.Configuration(dtx: true))
        let silence = [Int16](repeating: 0, count: 160)
        let packets = try (0..<100).map { _ in try #require(encode(silence, encoder)) }
        let quiet = packets.suffix(60).filter { $0.withBytes { OpusPacket.isDTX($0) } }.count
        #expect(quiet > 45)
        var speech = SyntheticSpeech()
        #expect(try #require(encode(speech.next(160), encoder)).count > 2)
    }

    @Test func theMaximumPlaybackRateBoundsTheBandwidth() throws {
        // The configuration number in the first byte names the bandwidth (RFC 6716 table 2).
        let narrow = try OpusEncoder(OpusEncoder.Configuration(sampleRate: 48000, bitrate: 40000, maxPlaybackRate: 8000))
        let wide = try OpusEncoder(OpusEncoder.Configuration(sampleRate: 48000, bitrate: 40000, maxPlaybackRate: 48000))
        var speech = SyntheticSpeech(sampleRate: 48000)
        for _ in 0..<5 {
            let frame = speech.next(960)
            let configuration = try #require(encode(frame, narrow)).first.map { $0 >> 3 }
            #expect(configuration == 1 || configuration == 0, "SILK, narrowband")
            #expect(try #require(encode(frame, wide))[0] >> 3 > 11, "hybrid or CELT")
        }
    }

    @Test func impossibleSettingsAreRefused() {
        #expect(throws: CodecError.unsupportedParameter) { try OpusDecoder(sampleRate: 44100) }
        #expect(throws: CodecError.unsupportedParameter) { try OpusDecoder(sampleRate: 8000, channels: 3) }
        for configuration in [
            OpusEncoder.Configuration(sampleRate: 11025), OpusEncoder.Configuration(bitrate: 5999),
            OpusEncoder.Configuration(complexity: 11), OpusEncoder.Configuration(expectedLossPercent: 101),
            OpusEncoder.Configuration(maxPlaybackRate: 0), OpusEncoder.Configuration(packetTime: 30),
        ] {
            #expect(throws: CodecError.unsupportedParameter) { try OpusEncoder(configuration) }
        }
    }

    @Test func wrongLengthsAreRefused() throws {
        let encoder = try OpusEncoder(OpusEncoder.Configuration())
        #expect(encode([Int16](repeating: 0, count: 159), encoder) == nil && encode([], encoder) == nil)
        let frame = [Int16](repeating: 100, count: 160)
        #expect(frame.withUnsafeBufferPointer { encoder.encode($0, into: MutableBytes(nil, count: 0)) } == nil)
        let decoder = try OpusDecoder(sampleRate: 8000)
        let packet = try #require(encode(frame, encoder))
        var short = [Int16](repeating: 0, count: 159)
        short.withUnsafeMutableBufferPointer { room in
            #expect(packet.withBytes { decoder.decode($0, into: room) } == nil)
            #expect(decoder.decode(.empty, into: room) == nil)
            #expect(decoder.decodeFEC(from: .empty, frameSamples: 80, into: room) == nil)
            for samples in [0, -160, 81, 160, .max] {
                #expect(decoder.conceal(frameSamples: samples, into: room) == nil)
                #expect(packet.withBytes { decoder.decodeFEC(from: $0, frameSamples: samples, into: room) } == nil)
            }
        }
    }
}

/// One packet, or `nil` where the encoder refuses.
func encode(_ pcm: [Int16], _ encoder: OpusEncoder) -> [UInt8]? {
    var packet = [UInt8](repeating: 0, count: 1500)
    let length = pcm.withUnsafeBufferPointer { samples in packet.withMutableBytes { encoder.encode(samples, into: $0) } }
    return length.map { Array(packet[..<$0]) }
}

/// One packet's audio, or `nil` where the decoder refuses.
func decode(_ packet: [UInt8], _ decoder: OpusDecoder) -> [Int16]? {
    var pcm = [Int16](repeating: 0, count: 5760)
    let count = pcm.withUnsafeMutableBufferPointer { room in packet.withBytes { decoder.decode($0, into: room) } }
    return count.map { Array(pcm[..<$0]) }
}
