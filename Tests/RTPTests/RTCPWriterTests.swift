import RTP
import Testing
import Wire

@Suite struct RTCPWriterTests {
    private static let sender = SenderInfo(ntp: 0x0102_0304_0506_0708, rtpTimestamp: 0x1122_3344, packetCount: 50, octetCount: 8000)
    private static let block = ReportBlock(
        ssrc: 9, fractionLost: 128, cumulativeLost: -3, extendedHighestSequence: 0x0001_0002, jitter: 33,
        lastSenderReport: 44, delaySinceLastSenderReport: 55)

    /// Writes into exactly `size` bytes that are not zero before; `nil` if it does not fit.
    private func write(
        _ sender: SenderInfo?, _ block: ReportBlock?, name: String, goodbye: Bool = false, size: Int = RTCPWriter.maximumReportLength
    ) -> [UInt8]? {
        var packet = [UInt8](repeating: 0xee, count: size)
        let length = Array(name.utf8).withBytes { name in
            packet.withMutableBytes {
                RTCPWriter.writeReport(into: $0, ssrc: 0xaabb_ccdd, sender: sender, block: block, canonicalName: name, goodbye: goodbye)
            }
        }
        #expect(packet[(length ?? 0)...].allSatisfy { $0 == 0xee }, "written past the end")
        return length.map { Array(packet[..<$0]) }
    }

    @Test func theBytesOfASenderReport() {
        #expect(write(Self.sender, Self.block, name: "ab", goodbye: true) == [
            0x81, 200, 0, 12, 0xaa, 0xbb, 0xcc, 0xdd,
            1, 2, 3, 4, 5, 6, 7, 8, 0x11, 0x22, 0x33, 0x44, 0, 0, 0, 50, 0, 0, 0x1f, 0x40,
            0, 0, 0, 9, 128, 0xff, 0xff, 0xfd, 0, 1, 0, 2, 0, 0, 0, 33, 0, 0, 0, 44, 0, 0, 0, 55,
            0x81, 202, 0, 3, 0xaa, 0xbb, 0xcc, 0xdd, 1, 2, 0x61, 0x62, 0, 0, 0, 0,
            0x81, 203, 0, 1, 0xaa, 0xbb, 0xcc, 0xdd,
        ])
    }

    @Test func theBytesOfAnEmptyReceiverReport() {
        #expect(write(nil, nil, name: "a") == [
            0x80, 201, 0, 1, 0xaa, 0xbb, 0xcc, 0xdd, 0x81, 202, 0, 2, 0xaa, 0xbb, 0xcc, 0xdd, 1, 1, 0x61, 0,
        ])
        #expect(write(nil, nil, name: "") == [0x80, 201, 0, 1, 0xaa, 0xbb, 0xcc, 0xdd], "no name, no description")
    }

    @Test func whatIsWrittenIsRead() {
        for sender in [Self.sender, nil] {
            for block in [Self.block, nil] {
                for goodbye in [false, true] {
                    for length in [0, 1, 2, 3, 4, 5, 36, 254, 255] {
                        roundTrip(sender, block, name: String(repeating: "n", count: length), goodbye: goodbye)
                    }
                }
            }
        }
    }

    private func roundTrip(_ sender: SenderInfo?, _ block: ReportBlock?, name: String, goodbye: Bool) {
        guard let packet = write(sender, block, name: name, goodbye: goodbye) else {
            Issue.record("does not fit")
            return
        }
        #expect(packet.count % 4 == 0)
        packet.withBytes { bytes in
            #expect(PacketKind.classify(bytes) == .rtcp)
            var reader = RTCPReader(bytes)
            var read: (sender: SenderInfo?, block: ReportBlock?, name: String?, goodbye: Bool) = (nil, nil, nil, false)
            while let element = reader.next() {
                switch element {
                case .senderReport(0xaabb_ccdd, let info): read.sender = info
                case .receiverReport(0xaabb_ccdd): #expect(sender == nil)
                case .reportBlock(0xaabb_ccdd, let block): read.block = block
                case .canonicalName(0xaabb_ccdd, let text): read.name = String(decoding: text.buffer, as: UTF8.self)
                case .goodbye(0xaabb_ccdd): read.goodbye = true
                default: Issue.record("unexpected element")
                }
            }
            #expect(!reader.isMalformed && read.sender == sender && read.block == block && read.goodbye == goodbye)
            #expect(read.name == (name.isEmpty ? nil : name))
        }
    }

    @Test func whatDoesNotFitIsNotWritten() {
        let length = write(Self.sender, Self.block, name: "name@host", goodbye: true)?.count ?? 0
        #expect(write(Self.sender, Self.block, name: "name@host", goodbye: true, size: length) != nil)
        for size in 0..<length { #expect(write(Self.sender, Self.block, name: "name@host", goodbye: true, size: size) == nil) }
    }

    @Test func theLongestReport() {
        let longest = String(repeating: "x", count: 255)
        #expect(write(Self.sender, Self.block, name: longest, goodbye: true)?.count == RTCPWriter.maximumReportLength)
        #expect(write(nil, nil, name: longest + "x", size: 1500) == nil)
    }
}
