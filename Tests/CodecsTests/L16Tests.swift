import Codecs
import Testing
import Wire

/// RFC 3551 section 4.5.11.
@Suite struct L16Tests {
    @Test func samplesAreInNetworkByteOrder() {
        #expect(encode([0x0102, -2, .min], channels: 1) == [1, 2, 0xff, 0xfe, 0x80, 0])
        #expect(encode([0x0102], channels: 2) == [1, 2, 1, 2])
        #expect(decode([1, 2, 0xff, 0xfe, 0x80, 0, 7], channels: 1) == [0x0102, -2, .min], "half a sample is none")
    }

    @Test func twoChannelsBecomeTheirAverage() {
        #expect(decode([0, 10, 0, 20, 0x7f, 0xff, 0x7f, 0xff, 0x80, 0, 0x80, 0], channels: 2) == [15, .max, .min])
        #expect(decode([0, 10, 0, 20, 0, 30], channels: 2) == [15])
    }

    @Test func nothingIsWrittenBehindTheRoom() {
        var bytes = [UInt8](repeating: 9, count: 5)
        let length = [Int16](repeating: 1, count: 8).withUnsafeBufferPointer { pcm in
            bytes.withMutableBytes { L16.encode(pcm, channels: 2, into: $0) }
        }
        #expect(length == 4 && bytes == [0, 1, 0, 1, 9])
        #expect(decode([], channels: 1).isEmpty && decode([1], channels: 1).isEmpty && decode([1, 2, 3], channels: 2).isEmpty)
    }

    private func encode(_ samples: [Int16], channels: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: samples.count * 2 * channels)
        let length = samples.withUnsafeBufferPointer { pcm in bytes.withMutableBytes { L16.encode(pcm, channels: channels, into: $0) } }
        return Array(bytes.prefix(length))
    }

    private func decode(_ bytes: [UInt8], channels: Int) -> [Int16] {
        var pcm = [Int16](repeating: 0, count: 16)
        let count = bytes.withBytes { payload in pcm.withUnsafeMutableBufferPointer { L16.decode(payload, channels: channels, into: $0) } }
        return Array(pcm.prefix(count))
    }
}
