import Codecs
import Fuzzing
import Testing
import Wire

@Suite struct WAVFileTests {
    private let samples: [Int16] = [0, 1, -1, 1000, .min, .max]

    @Test func whatIsWrittenIsRead() throws {
        let file = WAVFile(samples: samples, sampleRate: 16000)
        #expect(try parse(file.encoded) == file)
    }

    @Test func channelsAreMixedToOne() throws {
        let stereo = Self.file(coding: 1, channels: 2, bits: 16, data: [100, 0, 200, 0, 0xff, 0xff, 0xff, 0xff])
        #expect(try parse(stereo).samples == [150, -1])
    }

    @Test func eightBitsAreUnsigned() throws {
        #expect(try parse(Self.file(coding: 1, channels: 1, bits: 8, data: [128, 129, 0])).samples == [0, 256, -32768])
    }

    @Test(arguments: [(UInt8(6), UInt8(0xd5), Int16(8)), (7, 0xff, 0)])
    func compandedSamplesAreExpanded(_ coding: UInt8, _ code: UInt8, _ sample: Int16) throws {
        #expect(try parse(Self.file(coding: coding, channels: 1, bits: 8, data: [code])).samples == [sample])
    }

    /// Recorders write comments before the audio, and some are cut off before they write the length.
    @Test func otherChunksAndWrongLengthsAreNoObstacle() throws {
        var bytes = WAVFile(samples: samples, sampleRate: 8000).encoded
        bytes.insert(contentsOf: Array("LIST".utf8) + [3, 0, 0, 0, 1, 2, 3, 0], at: 12)
        bytes[bytes.count - 2 * samples.count - 1] = 0x7f
        #expect(try parse(bytes).samples == samples)
    }

    @Test func whatIsNotReadIsNamed() {
        #expect(throws: WAVFile.Problem.notWAVE) { try parse(Array("OggS and more".utf8)) }
        #expect(throws: WAVFile.Problem.unsupported) { try parse(Self.file(coding: 3, channels: 1, bits: 32, data: [0, 0, 0, 0])) }
        #expect(throws: WAVFile.Problem.unsupported) { try parse(Self.file(coding: 1, channels: 0, bits: 16, data: [0, 0])) }
        #expect(throws: WAVFile.Problem.empty) { try parse(Self.file(coding: 1, channels: 1, bits: 16, data: [])) }
    }

    @Test func noFileTrapsTheParser() {
        let corpus = [
            WAVFile(samples: samples, sampleRate: 8000).encoded, Self.file(coding: 1, channels: 2, bits: 16, data: [1, 2, 3, 4]),
            Self.file(coding: 7, channels: 1, bits: 8, data: [1, 2, 3]),
        ]
        var mutator = Mutator(seed: 7, corpus: corpus)
        var read = 0
        for _ in 0..<20_000 {
            if let file = try? parse(mutator.next()) {
                read += 1
                #expect(!file.samples.isEmpty && (1000...192_000).contains(file.sampleRate))
            }
        }
        #expect(read > 100)
    }

    private func parse(_ bytes: [UInt8]) throws(WAVFile.Problem) -> WAVFile {
        try bytes.withBytes { (bytes) throws(WAVFile.Problem) in try WAVFile(parsing: bytes) }
    }

    private static func file(coding: UInt8, channels: UInt8, bits: UInt8, data: [UInt8]) -> [UInt8] {
        var bytes = Array("RIFF".utf8) + [0, 0, 0, 0] + Array("WAVEfmt ".utf8) + [16, 0, 0, 0, coding, 0, channels, 0]
        bytes += [0x40, 0x1f, 0, 0, 0, 0, 0, 0, channels * bits / 8, 0, bits, 0]
        return bytes + Array("data".utf8) + [UInt8(data.count), 0, 0, 0] + data
    }
}
