import RTP
import Testing
import Wire

/// RFC 3550 section 6 and RFC 5506.
@Suite struct RTCPReaderTests {
    /// The elements as text, so that they can be compared outlasting the packet.
    private func read(_ packet: [UInt8]) -> (elements: [String], isMalformed: Bool) {
        packet.withBytes { bytes in
            var reader = RTCPReader(bytes)
            var elements: [String] = []
            while let element = reader.next() { elements.append(Self.describe(element)) }
            return (elements, reader.isMalformed)
        }
    }

    private static func describe(_ element: RTCPElement) -> String {
        switch element {
        case .senderReport(let ssrc, let info): "SR \(ssrc) \(info.ntp) \(info.rtpTimestamp) \(info.packetCount) \(info.octetCount)"
        case .receiverReport(let ssrc): "RR \(ssrc)"
        case .reportBlock(let reporter, let block):
            "block \(reporter) \(block.ssrc) \(block.fractionLost) \(block.cumulativeLost) \(block.extendedHighestSequence) "
                + "\(block.jitter) \(block.lastSenderReport) \(block.delaySinceLastSenderReport)"
        case .canonicalName(let ssrc, let name): "CNAME \(ssrc) \(String(decoding: name.buffer, as: UTF8.self))"
        case .goodbye(let ssrc): "BYE \(ssrc)"
        case .other(let packetType): "other \(packetType)"
        }
    }

    static let senderReport: [UInt8] = [
        0x81, 200, 0, 12, 0, 0, 0, 1,
        0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0, 5, 0, 0, 0, 6,
        0, 0, 0, 7, 8, 0xff, 0xff, 0xfe, 0, 1, 0, 9, 0, 0, 0, 10, 0, 0, 0, 11, 0, 0, 0, 12,
    ]
    static let receiverReport: [UInt8] = [0x80, 201, 0, 1, 0, 0, 0, 1]
    /// A NAME item, then CNAME "ab", for one source; CNAME "xyz" for another.
    static let description: [UInt8] = [
        0x82, 202, 0, 6, 0, 0, 0, 1, 2, 1, 0x4e, 1, 2, 0x61, 0x62, 0, 0, 0, 0, 2, 1, 3, 0x78, 0x79, 0x7a, 0, 0, 0,
    ]
    static let goodbye: [UInt8] = [0x82, 203, 0, 3, 0, 0, 0, 1, 0, 0, 0, 2, 2, 0x62, 0x79, 0]
    static let feedback: [UInt8] = [0x81, 206, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2]

    private static let senderReportElements = ["SR 1 8589934595 4 5 6", "block 1 7 8 -2 65545 10 11 12"]

    @Test func aCompoundPacket() {
        let (elements, isMalformed) = read(Self.senderReport + Self.description + Self.goodbye + Self.feedback)
        #expect(elements == Self.senderReportElements + ["CNAME 1 ab", "CNAME 2 xyz", "BYE 1", "BYE 2", "other 206"])
        #expect(!isMalformed)
    }

    @Test func aReducedSizePacket() {
        #expect(read(Self.feedback).elements == ["other 206"])
        #expect(read(Self.goodbye).elements == ["BYE 1", "BYE 2"])
        #expect(!read(Self.feedback).isMalformed)
    }

    @Test func noBytesAreNoElements() {
        #expect(read([]).elements.isEmpty && !read([]).isMalformed)
    }

    @Test(arguments: [(0x00_0000, 0), (0x00_0001, 1), (0x7f_ffff, 8_388_607), (0x80_0000, -8_388_608), (0xff_ffff, -1)] as [(Int, Int)])
    func theCumulativeLossIsSigned(_ field: Int, _ value: Int) {
        var packet = Self.senderReport
        packet[33] = UInt8(field >> 16)
        packet[34] = UInt8(field >> 8 & 0xff)
        packet[35] = UInt8(field & 0xff)
        #expect(read(packet).elements.last == "block 1 7 8 \(value) 65545 10 11 12")
    }

    @Test func profileExtensionsAfterTheBlocksAreSkipped() {
        var packet = Self.receiverReport + [1, 2, 3, 4]
        packet[3] = 2
        #expect(read(packet + Self.goodbye).elements == ["RR 1", "BYE 1", "BYE 2"])
    }

    @Test func paddingIsSkipped() {
        var padded = Self.receiverReport + [0, 0, 0, 4]
        padded[0] |= 0x20
        padded[3] = 2
        #expect(read(padded).elements == ["RR 1"] && !read(padded).isMalformed)
        for count: UInt8 in [0, 2, 5, 12, 16, 255] {
            var wrong = padded
            wrong[11] = count
            #expect(read(wrong).isMalformed && read(wrong).elements.isEmpty)
        }
    }

    @Test func paddingIsNotReportBlocks() {
        var packet = [UInt8](Self.receiverReport) + [UInt8](repeating: 0, count: 24)
        packet[0] = 0xa1
        packet[3] = 7
        packet[31] = 4
        let (elements, isMalformed) = read(packet)
        #expect(elements == ["RR 1"] && isMalformed)
    }

    @Test func whatComesBeforeTheFaultStands() {
        let (elements, isMalformed) = read(Self.senderReport + [0x40, 203, 0, 0] + Self.goodbye)
        #expect(elements == Self.senderReportElements && isMalformed)
    }

    @Test func lengthsPastTheEndAreMalformed() {
        let compound = Self.senderReport + Self.description + Self.goodbye
        let boundaries = [0, Self.senderReport.count, Self.senderReport.count + Self.description.count, compound.count]
        for length in 0...compound.count {
            #expect(read(Array(compound[..<length])).isMalformed == !boundaries.contains(length), "cut at \(length)")
        }
    }

    @Test func countsPastThePacketAreMalformed() {
        for packet in [Self.senderReport, Self.receiverReport, Self.description, Self.goodbye] {
            var wrong = packet
            wrong[0] = 0x9f
            #expect(read(wrong + Self.feedback).isMalformed, "packet type \(packet[1])")
        }
    }

    @Test func itemsPastTheChunkAreMalformed() {
        var wrong = Self.description
        wrong[9] = 200
        #expect(read(wrong).isMalformed)
        // A list that nothing ends.
        #expect(read([0x81, 202, 0, 2, 0, 0, 0, 1, 1, 2, 0x61, 0x62]).elements == ["CNAME 1 ab"])
        #expect(read([0x81, 202, 0, 2, 0, 0, 0, 1, 1, 2, 0x61, 0x62]).isMalformed)
    }

    @Test func afterTheEndItStaysAtTheEnd() {
        (Self.senderReport + [0xff]).withBytes { bytes in
            var reader = RTCPReader(bytes)
            while reader.next() != nil {}
            #expect(reader.isMalformed && reader.next() == nil && reader.next() == nil)
        }
    }
}
