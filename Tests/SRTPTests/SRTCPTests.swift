import Testing
import Wire
@testable import SRTP

@Suite struct SRTCPTests {
    private func pair(_ suite: SRTPSuite, _ implementation: Implementation = .chosen) throws -> (SRTPTransform, SRTPTransform) {
        let key = try testKey(suite)
        return (try implementation.make(key, .outbound), try implementation.make(key, .inbound))
    }

    /// Where the E flag and the index stand: before the tag with HMAC, behind it with AEAD.
    private func word(_ packet: [UInt8], _ suite: SRTPSuite) throws -> UInt32 {
        try #require(packet.withBytes { $0.u32(packet.count - 4 - (suite.isAEAD ? 0 : suite.rtcpTagLength)) })
    }

    @Test(arguments: SRTPSuite.allCases, Implementation.allCases)
    func theIndexCountsUpAndTheFlagIsSet(suite: SRTPSuite, implementation: Implementation) throws {
        let (sender, receiver) = try pair(suite, implementation)
        for index in UInt32(1)...20 {
            let plain = rtcpPacket(body: Int(index) * 4)
            let protected = try #require(sender.protect(.rtcp, plain))
            #expect(protected.count == plain.count + 4 + suite.rtcpTagLength)
            #expect(protected[..<8] == plain[..<8])
            #expect(try word(protected, suite) == 0x8000_0000 | index)
            #expect(receiver.unprotect(.rtcp, protected) == .success(plain))
        }
    }

    @Test func aHeaderAloneIsEnough() throws {
        for suite in SRTPSuite.allCases {
            let (sender, receiver) = try pair(suite)
            let protected = try #require(sender.protect(.rtcp, rtcpPacket(body: 0)))
            #expect(receiver.unprotect(.rtcp, protected) == .success(rtcpPacket(body: 0)))
            #expect(sender.protect(.rtcp, Array(rtcpPacket(body: 0)[..<7])) == nil)
        }
    }

    @Test func eachSourceHasAnIndexOfItsOwn() throws {
        let (sender, receiver) = try pair(.aesCM128HMACSHA1_80)
        for index in UInt32(1)...5 {
            for ssrc in UInt32(10)...12 {
                let protected = try #require(sender.protect(.rtcp, rtcpPacket(ssrc: ssrc)))
                #expect(try word(protected, .aesCM128HMACSHA1_80) & 0x7fff_ffff == index)
                #expect(receiver.unprotect(.rtcp, protected) == .success(rtcpPacket(ssrc: ssrc)))
            }
        }
    }

    @Test func controlAndMediaCountApart() throws {
        let (sender, receiver) = try pair(.aeadAES128GCM)
        for number in UInt16(1)...200 {
            #expect(receiver.unprotect(.rtp, try #require(sender.protect(.rtp, rtpPacket(number)))) == .success(rtpPacket(number)))
        }
        let report = try #require(sender.protect(.rtcp, rtcpPacket()))
        #expect(try word(report, .aeadAES128GCM) == 0x8000_0001)
        #expect(receiver.unprotect(.rtcp, report) == .success(rtcpPacket()))
    }

    /// The largest index is used once; after it the key is used up rather than its stream used twice.
    @Test func afterTheLastIndexNothingIsSent() throws {
        let (sender, receiver) = try pair(.aesCM128HMACSHA1_80)
        let libcrypto = try #require(sender as? LibcryptoTransform)
        _ = sender.protect(.rtcp, rtcpPacket())
        libcrypto.sources.find(0x1234_5678)?.pointee.rtcpIndex = SRTCP.largestIndex - 1
        let last = try #require(sender.protect(.rtcp, rtcpPacket()))
        #expect(try word(last, .aesCM128HMACSHA1_80) == 0xffff_ffff)
        #expect(receiver.unprotect(.rtcp, last) == .success(rtcpPacket()))
        #expect(sender.protect(.rtcp, rtcpPacket()) == nil)
    }

    /// Authentic, but with the E flag clear and readable: nobody agreed to that.
    @Test(arguments: [SRTPSuite.aesCM128HMACSHA1_80, .aesCM256HMACSHA1_32, .aeadAES128GCM, .aeadAES256GCM], Implementation.allCases)
    func anUnencryptedPacketIsRefused(suite: SRTPSuite, implementation: Implementation) throws {
        let key = try testKey(suite)
        let receiver = try implementation.make(key, .inbound)
        for isEncrypted in [false, true] {
            let packet = try authenticPacket(key, index: 5, isEncrypted: isEncrypted)
            let result = receiver.unprotect(.rtcp, packet)
            #expect(result == (isEncrypted ? .success(rtcpPacket()) : .failure(Refusal(.malformed))))
        }
    }

    private func authenticPacket(_ key: SRTPKey, index: UInt32, isEncrypted: Bool) throws -> [UInt8] {
        let suite = key.suite, plain = rtcpPacket(), tagLength = suite.rtcpTagLength
        let derivation = try KeyDerivation(key)
        var cipher = try PacketCipher(suite: suite, rtp: derivation.rtpKeys(), rtcp: derivation.rtcpKeys(), direction: .outbound)
        let word = (isEncrypted ? 0x8000_0000 : 0) | index
        var packet = plain + [UInt8](repeating: 0, count: 4 + tagLength)
        packet.withMutableBytes { packet in
            guard let base = packet.base else { return }
            let isSealed = cipher.seal(PacketLayout(
                base: base, clearLength: isEncrypted ? 8 : plain.count, end: plain.count,
                tagOffset: plain.count + (suite.isAEAD ? 0 : 4), ssrc: 0x1234_5678, index: UInt64(index), word: word, isControl: true))
            #expect(isSealed)
            packet.set32(plain.count + (suite.isAEAD ? tagLength : 0), word)
        }
        return packet
    }
}
