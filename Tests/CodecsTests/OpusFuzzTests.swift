import Codecs
import Testing
import Wire

/// Bytes from anywhere, into a decoder that has just been fed good ones.
@Suite struct OpusFuzzTests {
    @Test(arguments: [8000, 48000])
    func noPacketTrapsTheDecoder(_ sampleRate: Int) throws {
        let corpus = try Self.corpus()
        let decoder = try OpusDecoder(sampleRate: sampleRate)
        var random = SplitMix64(seed: UInt64(sampleRate))
        var pcm = [Int16](repeating: 0, count: sampleRate / 1000 * 120)
        var decoded = 0
        for _ in 0..<4000 {
            var packet = corpus[Int.random(in: 0..<corpus.count, using: &random)]
            Self.mutate(&packet, corpus, &random)
            pcm.withUnsafeMutableBufferPointer { room in
                packet.withBytes { bytes in
                    let duration = OpusPacket.duration(bytes)
                    let count = decoder.decode(bytes, into: room)
                    // What our reading of the layout refuses libopus refuses, and it yields the duration that we read.
                    if let count { decoded += 1; #expect(duration == count * 48000 / sampleRate) }
                    if duration == nil { #expect(count == nil) }
                    if let frames = OpusPacket.frameCount(bytes) { #expect((1...48).contains(frames)) }
                    let missing = sampleRate / 400 * Int.random(in: 1...48, using: &random)
                    let restored = decoder.decodeFEC(from: bytes, frameSamples: missing, into: room)
                    if let restored { #expect(restored == missing) }
                    _ = OpusPacket.hasInbandFEC(bytes)
                }
            }
        }
        #expect(decoded > 400)
    }

    /// Packets of every kind that the encoder makes, and a few by hand.
    private static func corpus() throws -> [[UInt8]] {
        var packets: [[UInt8]] = [[0x0b, 0x02, 0x40, 0], [0x03, 0x82, 3, 9, 9, 9], [0x03, 0x41, 3, 9, 0, 0, 0], [0xff, 0x30]]
        for (rate, application) in [(8000, OpusEncoder.Application.voip), (16000, .audio), (48000, .audio), (48000, .lowDelay)] {
            for packetTime in [10, 20, 60] {
                let encoder = try OpusEncoder(OpusEncoder.Configuration(
                    sampleRate: rate, bitrate: 24000, complexity: 2, application: application,
                    inbandFEC: true, expectedLossPercent: 10, packetTime: packetTime))
                var speech = SyntheticSpeech(sampleRate: rate)
                for _ in 0..<6 { packets.append(try #require(encode(speech.next(encoder.frameSamples), encoder))) }
            }
        }
        return packets
    }

    private static func mutate(_ packet: inout [UInt8], _ corpus: [[UInt8]], _ random: inout SplitMix64) {
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            switch random.next() % 6 {
            case 0: packet = Array(packet.prefix(Int.random(in: 0...packet.count, using: &random)))
            case 1: packet += (0..<Int.random(in: 0..<40, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
            case 2: packet = packet.prefix(packet.count / 2) + corpus[Int.random(in: 0..<corpus.count, using: &random)].suffix(20)
            case 3 where !packet.isEmpty: packet[0] = UInt8.random(in: 0...255, using: &random)
            case 4: packet = (0..<Int.random(in: 0..<60, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
            default:
                guard !packet.isEmpty else { continue }
                packet[Int.random(in: 0..<packet.count, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            }
        }
    }
}
