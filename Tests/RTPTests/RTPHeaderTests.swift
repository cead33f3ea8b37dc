import RTP
import Testing
import Wire

@Suite struct RTPHeaderTests {
    static let plain: [UInt8] = [0x80, 0xef, 0x12, 0x34, 0xde, 0xad, 0xbe, 0xef, 0x01, 0x02, 0x03, 0x04, 9, 9, 9, 9]

    private func parse(_ bytes: [UInt8]) -> RTPHeader? { bytes.withBytes(RTPHeader.parse) }

    @Test func readsTheFixedPart() {
        let header = parse(Self.plain)
        #expect(header?.payloadType == 111 && header?.marker == true)
        #expect(header?.sequenceNumber == 0x1234 && header?.timestamp == 0xdead_beef && header?.ssrc == 0x0102_0304)
        #expect(header?.headerLength == 12 && header?.payloadLength == 4)
    }

    @Test func writesWhatItReads() {
        let header = RTPHeader(payloadType: 111, marker: true, sequenceNumber: 0x1234, timestamp: 0xdead_beef, ssrc: 0x0102_0304)
        var packet = [UInt8](repeating: 0xff, count: 12)
        let fits = packet.withMutableBytes(header.write)
        #expect(fits && packet == Array(Self.plain[..<12]))
        #expect(parse(packet) == header)
        var short = [UInt8](repeating: 7, count: 11)
        let fitsShort = short.withMutableBytes(header.write)
        #expect(!fitsShort && short == [UInt8](repeating: 7, count: 11))
    }

    @Test func aPayloadTypeHasSevenBits() {
        #expect(RTPHeader(payloadType: 0xff, marker: false, sequenceNumber: 0, timestamp: 0, ssrc: 0).payloadType == 127)
    }

    @Test func contributingSourcesBelongToTheHeader() {
        var packet = Self.plain
        packet[0] = 0x81
        #expect(parse(packet)?.headerLength == 16)
        #expect(parse(packet)?.payloadLength == 0)
        packet[0] = 0x82
        #expect(parse(packet) == nil)
    }

    @Test func theExtensionBelongsToTheHeader() {
        let packet: [UInt8] = [0x90] + Self.plain[1..<12] + [0xbe, 0xde, 0, 1, 0x10, 0xff, 0, 0] + [5, 6, 7]
        #expect(parse(packet)?.headerLength == 20)
        #expect(parse(packet)?.payloadLength == 3)
        // One word more than the packet has; the length word itself cut off.
        var tooLong = packet
        tooLong[15] = 2
        #expect(parse(tooLong) == nil)
        #expect(parse(Array(packet[..<15])) == nil)
        #expect(parse([0x90] + Self.plain[1..<12] + [0, 0, 0xff, 0xff]) == nil)
    }

    @Test func theExtensionComesAfterTheContributingSources() {
        let packet: [UInt8] = [0x91] + Self.plain[1..<12] + [1, 1, 1, 1] + [0, 0, 0, 0] + [8]
        #expect(parse(packet)?.headerLength == 20)
        #expect(parse(packet)?.payloadLength == 1)
    }

    @Test(arguments: [(1, 3), (2, 2), (4, 0)])
    func paddingIsNotPayload(_ padding: UInt8, _ payloadLength: Int) {
        var packet = Self.plain
        packet[0] = 0xa0
        packet[15] = padding
        #expect(parse(packet)?.payloadLength == payloadLength)
    }

    @Test func impossiblePaddingIsRefused() {
        var packet = Self.plain
        packet[0] = 0xa0
        for padding: UInt8 in [0, 5, 16, 255] {
            packet[15] = padding
            #expect(parse(packet) == nil)
        }
        #expect(parse([0xa0] + Self.plain[1..<12]) == nil, "a padding bit without a padding byte")
    }

    @Test func anEncryptedPaddingCountIsNotRead() {
        var packet = Self.plain
        packet[0] = 0xa0
        packet[15] = 0xff
        #expect(packet.withBytes(RTPHeader.parseIgnoringPadding)?.payloadLength == 4)
    }

    @Test func onlyVersionTwoIsRTP() {
        for version: UInt8 in [0, 0x40, 0xc0] {
            #expect(parse([version] + Self.plain[1...]) == nil)
        }
    }

    @Test func everyTruncationOfTheHeaderIsRefused() {
        for length in 0..<12 { #expect(parse(Array(Self.plain[..<length])) == nil) }
        #expect(parse(Array(Self.plain[..<12]))?.payloadLength == 0)
    }
}
