import Codecs
import Testing
import Wire

/// The packet layouts of RFC 6716 section 3, and the LBRR flag on what a real encoder makes.
@Suite struct OpusPacketTests {
    @Test(arguments: 0..<32)
    func everyConfigurationHasItsDuration(_ configuration: Int) {
        let silk = [480, 960, 1920, 2880]
        let celt = [120, 240, 480, 960]
        let expected = configuration < 12 ? silk[configuration % 4] : configuration < 16 ? silk[configuration % 2] : celt[configuration % 4]
        let toc = UInt8(configuration << 3)
        #expect(duration([toc, 1, 2]) == expected && frames([toc, 1, 2]) == 1)
        #expect(duration([toc | 1, 1, 2]) == 2 * expected && frames([toc | 1, 1, 2]) == 2)
        #expect(duration([toc | 2, 1, 9, 9, 9]) == 2 * expected)
        let most = 5760 / expected
        #expect(duration([toc | 3, UInt8(most)]) == 5760 && frames([toc | 3, UInt8(most)]) == most)
        #expect(duration([toc | 3, UInt8(most + 1)]) == nil, "longer than 120 ms")
    }

    @Test func whatTheRulesForbid() {
        #expect(duration([]) == nil)
        #expect(duration([0x01, 1]) == nil, "R3: two equal frames need an even length")
        #expect(duration([0x02]) == nil && duration([0x02, 252]) == nil && duration([0x02, 5, 0, 0, 0, 0]) == nil, "R4")
        #expect(duration([0x03]) == nil && duration([0x03, 0]) == nil, "R5: a count, and not 0")
        #expect(duration([0x03, 2, 9]) == nil && duration([0x03, 2, 9, 9]) == 960, "R6: constant bit rate divides evenly")
        #expect(duration([0x03, 0x41, 3, 0, 0]) == nil && duration([0x03, 0x41, 3, 0, 0, 0]) == 480, "padding inside the packet")
        #expect(duration([0x03, 0x41, 255]) == nil && duration([0x03, 0x41]) == nil)
        #expect(duration([0x03, 0x82, 3, 9, 9]) == nil && duration([0x03, 0x82, 3, 9, 9, 9]) == 960, "R7: variable bit rate")
        #expect(duration([UInt8](repeating: 0, count: 1276)) == 480 && duration([UInt8](repeating: 0, count: 1277)) == nil, "R2")
        // Each length byte of 255 stands for 254 bytes and another length byte.
        let padded = [UInt8]([0x03, 0x41, 255, 1, 7]) + [UInt8](repeating: 0, count: 255)
        #expect(duration(padded) == 480 && duration(Array(padded.dropLast())) == 480 && duration(Array(padded.dropLast(2))) == nil)
    }

    /// Flags by hand: the LBRR bit stands behind one VAD bit for each 20 ms, in the first frame wherever that begins.
    @Test func whereTheFlagStands() {
        #expect(hasFEC([0x08, 0b0100_0000]) && !hasFEC([0x08, 0b1011_1111]), "20 ms")
        #expect(hasFEC([0x00, 0b0100_0000]), "10 ms")
        #expect(hasFEC([0x10, 0b0010_0000]) && !hasFEC([0x10, 0b1101_1111]), "40 ms")
        #expect(hasFEC([0x18, 0b0001_0000]) && !hasFEC([0x18, 0b1110_1111]), "60 ms")
        #expect(hasFEC([0x0c, 0b0001_0000]) && !hasFEC([0x0c, 0b1010_1111]), "stereo: the side channel's")
        #expect(hasFEC([0x1c, 0b0000_0001]) && !hasFEC([0x1c, 0b1110_1110]), "stereo, 60 ms")
        #expect(hasFEC([0x68, 0b0100_0000]), "hybrid")
        #expect(!hasFEC([0x88, 0xff]), "CELT has none")
        #expect(hasFEC([0x09, 0x40, 0, 0, 0]) && !hasFEC([0x09, 0, 0, 0x40, 0]), "code 1")
        #expect(hasFEC([0x0a, 1, 0x40, 0]) && !hasFEC([0x0a, 1, 0, 0x40]), "code 2")
        #expect(!hasFEC([0x0a, 0, 0x40]), "an empty first frame")
        #expect(hasFEC([0x0b, 0x82, 1, 0x40, 0]) && hasFEC([0x0b, 0x02, 0x40, 0]) && hasFEC([0x0b, 0x41, 2, 0x40, 0, 0]), "code 3")
        #expect(!hasFEC([0x0b, 0x02]) && !hasFEC([0x08]) && !hasFEC([]) && !hasFEC([0x09, 0xff]))
    }

    @Test(arguments: [20, 40, 60], [8000, 16000])
    func theFlagOfARealEncoder(_ packetTime: Int, _ sampleRate: Int) throws {
        for withFEC in [true, false] {
            let encoder = try OpusEncoder(OpusEncoder.Configuration(
                sampleRate: sampleRate, bitrate: 24000, complexity: 5,
                inbandFEC: withFEC, expectedLossPercent: withFEC ? 20 : 0, packetTime: packetTime))
            var speech = SyntheticSpeech(sampleRate: sampleRate)
            let packets = try (0..<150).map { _ in try #require(encode(speech.next(encoder.frameSamples), encoder)) }
            let flagged = packets.filter(hasFEC).count
            // The pauses between the syllables need no redundancy.
            #expect(withFEC ? flagged > 75 : flagged == 0, "\(flagged) of 150")
        }
    }

    /// libopus grants redundancy only from a bit rate that falls with the loss and rises where the complexity is below 2.
    @Test func cheapEncodersNeedMoreBitsForFEC() throws {
        let cases = [
            (16000, 5, 20, false), (20000, 1, 10, false), (20000, 2, 10, true),
            (24000, 0, 10, false), (24000, 1, 10, true), (28000, 0, 5, true),
        ]
        for (bitrate, complexity, loss, expected) in cases {
            let encoder = try OpusEncoder(OpusEncoder.Configuration(
                bitrate: bitrate, complexity: complexity, inbandFEC: true, expectedLossPercent: loss))
            var speech = SyntheticSpeech()
            let packets = try (0..<100).map { _ in try #require(encode(speech.next(160), encoder)) }
            let flagged = packets.filter(hasFEC).count
            #expect(expected ? flagged > 50 : flagged == 0, "\(bitrate) bit/s, complexity \(complexity), \(loss) %: \(flagged)")
        }
    }

    @Test func emptyPackets() {
        for (packet, expected) in [([UInt8](), false), ([8], true), ([8, 0], true), ([8, 0, 0], false)] {
            #expect(packet.withBytes { OpusPacket.isDTX($0) } == expected)
        }
        #expect([UInt8(0x0c)].withBytes { OpusPacket.isStereo($0) } && ![UInt8(0x08)].withBytes { OpusPacket.isStereo($0) })
    }

    private func duration(_ packet: [UInt8]) -> Int? { packet.withBytes { OpusPacket.duration($0) } }
    private func frames(_ packet: [UInt8]) -> Int? { packet.withBytes { OpusPacket.frameCount($0) } }
    private func hasFEC(_ packet: [UInt8]) -> Bool { packet.withBytes { OpusPacket.hasInbandFEC($0) } }
}
