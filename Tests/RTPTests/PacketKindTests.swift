import RTP
import Testing
import Wire

@Suite struct PacketKindTests {
    private func classify(_ bytes: [UInt8]) -> PacketKind { bytes.withBytes(PacketKind.classify) }

    @Test func everyFirstByteHasItsProtocol() {
        for first in 0...255 {
            let datagram = [UInt8(first), 111] + [UInt8](repeating: 0, count: 30)
            let expected: PacketKind = switch first {
            case 0...3: .stun
            case 20...63: .dtls
            case 128...191: .rtp
            default: .unknown
            }
            #expect(classify(datagram) == expected, "first byte \(first)")
        }
    }

    @Test func theSecondByteTellsRTCPFromRTP() {
        for second in 0...255 {
            let datagram = [0x80, UInt8(second)] + [UInt8](repeating: 0, count: 30)
            #expect(classify(datagram) == ((192...223).contains(second) ? .rtcp : .rtp), "second byte \(second)")
        }
    }

    @Test func packetsShorterThanTheirHeaderAreNothing() {
        let rtp = [UInt8](repeating: 0x80, count: 12)
        let report: [UInt8] = [0x80, 201, 0, 1, 1, 2, 3, 4]
        #expect(classify(rtp) == .rtp)
        #expect(classify(report) == .rtcp)
        for length in 0..<12 { #expect(classify(Array(rtp[..<length])) == .unknown) }
        for length in 0..<8 { #expect(classify(Array(report[..<length])) == .unknown) }
    }
}
