import Codecs
@testable import MediaCore
import Testing
import Wire

/// The bytes of capture and WAVE files.
@Suite struct RecordingFormatTests {
    private let left = TransportAddress(ip: IPAddress(v4: 0x7f00_0001), port: 40010)
    private let right = TransportAddress(ip: IPAddress(v4: 0xc000_0201), port: 30014)

    private func record(
        _ format: CaptureFormat, _ payload: [UInt8], from source: TransportAddress, to destination: TransportAddress
    ) -> [UInt8] {
        var bytes: [UInt8] = []
        payload.withBytes {
            format.append($0, from: source, to: destination, unixNanoseconds: 1_795_291_026_904_705_999, to: &bytes)
        }
        return bytes
    }

    /// RFC 1071: the sum over what a checksum covers comes to 0xffff.
    private func sum(_ bytes: some Sequence<UInt8>, _ initial: Int = 0) -> Int {
        var sum = initial
        for (place, byte) in bytes.enumerated() { sum += place % 2 == 0 ? Int(byte) << 8 : Int(byte) }
        while sum > 0xffff { sum = sum >> 16 + sum & 0xffff }
        return sum
    }

    /// As rtpengine writes them.
    @Test func fileHeaders() {
        let common: [UInt8] = [0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0]
        #expect(CaptureFormat.raw.fileHeader == common + [101, 0, 0, 0])
        #expect(CaptureFormat.ethernet.fileHeader == common + [1, 0, 0, 0])
    }

    @Test func aPacketOverIPv4() {
        let bytes = record(.raw, [1, 2, 3, 4, 5], from: left, to: right)
        let stamp: [UInt8] = [0x92, 0xf7, 0x01, 0x6b, 0x01, 0xce, 0x0d, 0x00]
        #expect(Array(bytes[..<8]) == stamp)
        #expect(Array(bytes[8..<16]) == [33, 0, 0, 0, 33, 0, 0, 0])
        #expect(Array(bytes[16..<26]) == [0x45, 0, 0, 33, 0, 0, 0, 0, 64, 17])
        #expect(Array(bytes[28..<36]) == [127, 0, 0, 1, 192, 0, 2, 1])
        #expect(sum(bytes[16..<36]) == 0xffff)
        #expect(Array(bytes[36...]) == [0x9c, 0x4a, 0x75, 0x3e, 0, 13, 0, 0, 1, 2, 3, 4, 5])
    }

    @Test func aPacketOverIPv6HasAChecksum() throws {
        let source = try #require(TransportAddress("2001:db8::1", port: 4000))
        let destination = try #require(TransportAddress("2001:db8::2", port: 5000))
        for payload in [[UInt8](repeating: 0xab, count: 20), [1, 2, 3]] {
            let bytes = record(.ethernet, payload, from: source, to: destination)
            let length = UInt8(payload.count)
            #expect(Array(bytes[16..<30]) == [UInt8](repeating: 0, count: 12) + [0x86, 0xdd])
            #expect(bytes[8] == 62 + length)
            #expect(Array(bytes[30..<38]) == [0x60, 0, 0, 0, 0, 8 + length, 17, 64])
            // Pseudo-header and datagram (RFC 8200 section 8.1).
            #expect(sum(bytes[38...], Int(length) + 8 + 17) == 0xffff)
        }
    }

    /// The addresses of a packet may be of two families where one of them is a socket for both.
    @Test func twoFamiliesAreWrittenAsIPv6() throws {
        let destination = try #require(TransportAddress("2001:db8::2", port: 5000))
        let bytes = record(.raw, [9], from: left, to: destination)
        #expect(bytes[16] == 0x60)
        #expect(Array(bytes[24..<40]) == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 127, 0, 0, 1])
    }

    @Test func whatIsTooLongForAPacketIsLeftOut() {
        #expect(record(.raw, [UInt8](repeating: 0, count: 65535), from: left, to: right).isEmpty)
        #expect(record(.raw, [UInt8](repeating: 0, count: 65535 - 28), from: left, to: right).count == 65535 + 16)
    }

    @Test func aWAVHeaderIsRead() throws {
        let header = WAVHeader(channels: 2, sampleRate: 16000, dataLength: 8).bytes
        #expect(header.count == WAVHeader.length)
        let file = try (header + [100, 0, 200, 0, 0xff, 0xff, 0xff, 0xff]).withBytes { (bytes) throws(WAVFile.Problem) in
            try WAVFile(parsing: bytes)
        }
        #expect(file == WAVFile(samples: [150, -1], sampleRate: 16000))
        #expect(Array(header[28..<36]) == [0, 0xfa, 0, 0, 4, 0, 16, 0])
    }

    /// Longer than the format can say is as long as it can say.
    @Test func lengthsAreClamped() {
        let header = WAVHeader(channels: 2, sampleRate: 8000, dataLength: 5 << 30).bytes
        #expect(Array(header[4..<8]) == [255, 255, 255, 255] && Array(header[40...]) == [255, 255, 255, 255])
    }

    @Test func aBlockGivesBackWhatWasPutIn() {
        let block = RecordingBlock()
        let samples: [Int16] = [1, -1, 300]
        for number in 0..<3 {
            #expect([UInt8](repeating: 7, count: number).withBytes { block.append($0, from: left, to: right, at: 5, recording: 1) })
            #expect(samples.withUnsafeBufferPointer { block.append($0, recording: 2) })
            #expect(block.append(silence: 12345, recording: 3))
        }
        var seen: [String] = []
        block.forEach { id, entry in
            switch entry {
            case .packet(let bytes, let source, let destination, let time):
                #expect(source == left && destination == right && time == 5)
                seen.append("\(id) packet \(bytes.count)")
            case .audio(let audio): seen.append("\(id) audio \(Array(audio))")
            case .silence(let count): seen.append("\(id) silence \(count)")
            }
        }
        #expect(seen == (0..<3).flatMap { ["1 packet \($0)", "2 audio [1, -1, 300]", "3 silence 12345"] })
        block.removeAll()
        block.forEach { _, _ in Issue.record("it is empty") }
    }

    @Test func aFullBlockTakesNothing() {
        let block = RecordingBlock()
        let packet = [UInt8](repeating: 1, count: 1000)
        var count = 0
        while count < 1000, packet.withBytes({ block.append($0, from: left, to: right, at: 0, recording: 1) }) { count += 1 }
        #expect((200..<262).contains(count) && block.used <= RecordingBlock.capacity)
        #expect(!packet.withBytes { block.append($0, from: left, to: right, at: 0, recording: 1) })
        var found = 0
        block.forEach { _, _ in found += 1 }
        #expect(found == count)
    }
}
