import Testing
import Wire
@testable import SRTP

/// What session parameters leave out, and packets with a master key identifier.
@Suite struct RelaxedProtectionTests {
    private func key(_ suite: SRTPSuite, _ relaxations: SRTPRelaxations) throws -> SRTPKey {
        var key = try testKey(suite)
        key.relaxations = relaxations
        return key
    }

    private static let suites: [SRTPSuite] = [.aesCM128HMACSHA1_80, .aesCM192HMACSHA1_32, .aesCM256HMACSHA1_80]

    @Test(arguments: suites, Implementation.allCases)
    func unencryptedPacketsAreStillAuthenticated(suite: SRTPSuite, implementation: Implementation) throws {
        let key = try key(suite, [.unencryptedRTP, .unencryptedRTCP])
        let sender = try implementation.make(key, .outbound), receiver = try implementation.make(key, .inbound)
        let plain = rtpPacket(1), control = rtcpPacket()
        var packet = try #require(sender.protect(.rtp, plain))
        #expect(packet.count == plain.count + suite.rtpTagLength && Array(packet[..<plain.count]) == plain)
        #expect(receiver.unprotect(.rtp, packet) == .success(plain))
        packet = try #require(sender.protect(.rtp, rtpPacket(2)))
        packet[20] ^= 1
        #expect(receiver.unprotect(.rtp, packet) != .success(packet.dropLast(suite.rtpTagLength)))
        let compound = try #require(sender.protect(.rtcp, control))
        #expect(Array(compound[..<control.count]) == control && compound[control.count] & 0x80 == 0)
        #expect(receiver.unprotect(.rtcp, compound) == .success(control))
    }

    @Test(arguments: suites, Implementation.allCases)
    func unauthenticatedPacketsHaveNoTag(suite: SRTPSuite, implementation: Implementation) throws {
        let key = try key(suite, .unauthenticatedRTP)
        let sender = try implementation.make(key, .outbound), receiver = try implementation.make(key, .inbound)
        let plain = rtpPacket(1)
        let packet = try #require(sender.protect(.rtp, plain))
        #expect(packet.count == plain.count && packet != plain)
        #expect(receiver.unprotect(.rtp, packet) == .success(plain))
        let control = try #require(sender.protect(.rtcp, rtcpPacket()))
        #expect(control.count == rtcpPacket().count + 4 + suite.rtcpTagLength)
    }

    /// One implementation opens what the other made.
    @Test func bothImplementationsAgree() throws {
        for relaxations: SRTPRelaxations in [.unencryptedRTP, .unauthenticatedRTP, [.unencryptedRTP, .unauthenticatedRTP]] {
            let key = try key(.aesCM128HMACSHA1_80, relaxations)
            let ours = try SRTPTransform.make(key, direction: .outbound), theirs = try SRTPTransform.makeReference(key, direction: .inbound)
            let packet = try #require(ours.protect(.rtp, rtpPacket(9)))
            #expect(theirs.unprotect(.rtp, packet) == .success(rtpPacket(9)))
        }
    }

    @Test func encryptedControlPacketsPassToo() throws {
        let sender = try SRTPTransform.make(try key(.aesCM128HMACSHA1_80, []), direction: .outbound)
        let lenient = try SRTPTransform.make(try key(.aesCM128HMACSHA1_80, .unencryptedRTCP), direction: .inbound)
        #expect(lenient.unprotect(.rtcp, try #require(sender.protect(.rtcp, rtcpPacket()))) == .success(rtcpPacket()))
        let open = try SRTPTransform.make(try key(.aesCM128HMACSHA1_80, .unencryptedRTCP), direction: .outbound)
        let strict = try SRTPTransform.make(try key(.aesCM128HMACSHA1_80, []), direction: .inbound)
        #expect(strict.unprotect(.rtcp, try #require(open.protect(.rtcp, rtcpPacket()))) != .success(rtcpPacket()))
    }

    @Test func anIdentifierStandsBeforeTheTag() throws {
        var key = try testKey(.aesCM128HMACSHA1_80)
        let sender = try SRTPTransform.make(key, direction: .outbound)
        key.identifier = [0, 0, 0, 7]
        let receiver = try SRTPTransform.make(key, direction: .inbound)
        for kind in Kind.allCases {
            let plain = kind.plain(5)
            var packet = try #require(sender.protect(kind, plain))
            #expect(receiver.unprotect(kind, packet) != .success(plain))
            packet.insert(contentsOf: [0, 0, 0, 7], at: packet.count - 10)
            var other = packet
            other[other.count - 11] = 8
            #expect(receiver.unprotect(kind, other) != .success(plain))
            #expect(receiver.unprotect(kind, packet) == .success(plain))
        }
    }
}
