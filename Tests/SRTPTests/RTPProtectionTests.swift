import Testing
import Wire
@testable import SRTP

@Suite struct RTPProtectionTests {
    private func pair(_ suite: SRTPSuite, _ implementation: Implementation = .chosen) throws -> (SRTPTransform, SRTPTransform) {
        let key = try testKey(suite)
        return (try implementation.make(key, .outbound), try implementation.make(key, .inbound))
    }

    @Test(arguments: SRTPSuite.allCases, Implementation.allCases)
    func roundTrip(suite: SRTPSuite, implementation: Implementation) throws {
        let (sender, receiver) = try pair(suite, implementation)
        let packets = [
            rtpPacket(1), rtpPacket(2, payload: 0), rtpPacket(3, payload: 1_400), rtpPacket(4, extensionWords: 3),
            rtpPacket(5, csrcs: 15), rtpPacket(6, payload: 17, extensionWords: 0, csrcs: 2),
        ]
        for plain in packets {
            let protected = try #require(sender.protect(.rtp, plain))
            #expect(protected.count == plain.count + suite.rtpTagLength)
            let headerLength = try #require(plain.withBytes { ClearRTPHeader($0)?.length })
            #expect(protected[..<headerLength] == plain[..<headerLength])
            if plain.count > headerLength + 8 { #expect(protected[headerLength..<plain.count] != plain[headerLength...]) }
            #expect(receiver.unprotect(.rtp, protected) == .success(plain))
        }
    }

    /// The last byte of a decrypted packet is its padding count; ciphertext there must not be read as one.
    @Test func paddingIsNotLookedAt() throws {
        let (sender, receiver) = try pair(.aesCM128HMACSHA1_80)
        for number in UInt16(0)..<64 {
            var plain = rtpPacket(number, payload: 8)
            plain[0] |= 0x20
            plain[plain.count - 1] = 4
            let protected = try #require(sender.protect(.rtp, plain))
            #expect(receiver.unprotect(.rtp, protected) == .success(plain))
        }
    }

    @Test(arguments: SRTPSuite.allCases, Kind.allCases)
    func everyChangedBitIsNoticed(suite: SRTPSuite, kind: Kind) throws {
        let (sender, receiver) = try pair(suite)
        let plain = kind.plain(9)
        let protected = try #require(sender.protect(kind, plain))
        for bit in 0..<protected.count * 8 {
            var changed = protected
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            if case .success = receiver.unprotect(kind, changed) { Issue.record("bit \(bit) of \(suite.name) \(kind)") }
        }
        #expect(receiver.unprotect(kind, protected) == .success(plain))
    }

    @Test(arguments: SRTPSuite.allCases, Kind.allCases)
    func everyLengthIsSurvived(suite: SRTPSuite, kind: Kind) throws {
        let (sender, receiver) = try pair(suite)
        let plain = kind == .rtp ? rtpPacket(9, extensionWords: 2, csrcs: 3) : rtcpPacket()
        let protected = try #require(sender.protect(kind, plain))
        let tooShort = kind == .rtp ? 12 + suite.rtpTagLength : 8 + 4 + suite.rtcpTagLength
        for length in 0..<protected.count {
            let result = receiver.unprotect(kind, Array(protected[..<length]))
            guard case .failure(let refusal) = result else { Issue.record("\(length) bytes were accepted"); continue }
            if length < tooShort { #expect(refusal == Refusal(.malformed)) }
        }
        #expect(receiver.unprotect(kind, protected + [0]) == .failure(Refusal(.authenticationFailed)) || kind == .rtcp)
        #expect(receiver.unprotect(kind, protected) == .success(plain))
    }

    @Test(arguments: SRTPSuite.allCases, Kind.allCases)
    func aPacketOpensOnce(suite: SRTPSuite, kind: Kind) throws {
        let (sender, receiver) = try pair(suite)
        let first = try #require(sender.protect(kind, kind.plain(1)))
        let second = try #require(sender.protect(kind, kind.plain(2)))
        #expect(receiver.unprotect(kind, second) == .success(kind.plain(2)))
        #expect(receiver.unprotect(kind, first) == .success(kind.plain(1)))
        #expect(receiver.unprotect(kind, first) == .failure(Refusal(.replayed)))
        #expect(receiver.unprotect(kind, second) == .failure(Refusal(.replayed)))
    }

    @Test(arguments: Kind.allCases) func theWindowIs128PacketsWide(kind: Kind) throws {
        let (sender, receiver) = try pair(.aesCM128HMACSHA1_80)
        let packets = try (UInt16(0)..<200).map { try #require(sender.protect(kind, kind.plain($0))) }
        #expect(receiver.unprotect(kind, packets[150]) == .success(kind.plain(150)))
        #expect(receiver.unprotect(kind, packets[150 - 128]) == .failure(Refusal(.replayed)))
        #expect(receiver.unprotect(kind, packets[150 - 127]) == .success(kind.plain(23)))
        #expect(receiver.unprotect(kind, packets[150 - 127]) == .failure(Refusal(.replayed)))
        #expect(receiver.unprotect(kind, packets[199]) == .success(kind.plain(199)))
        #expect(receiver.unprotect(kind, packets[71]) == .failure(Refusal(.replayed)))
        #expect(receiver.unprotect(kind, packets[72]) == .success(kind.plain(72)))
    }

    @Test func aKeyOfAnotherSuiteOrSeedOpensNothing() throws {
        let sender = try SRTPTransform.make(testKey(.aesCM128HMACSHA1_80, seed: 1), direction: .outbound)
        let other = try SRTPTransform.make(testKey(.aesCM128HMACSHA1_80, seed: 2), direction: .inbound)
        let shorter = try SRTPTransform.make(testKey(.aesCM128HMACSHA1_32, seed: 1), direction: .inbound)
        let protected = try #require(sender.protect(.rtp, rtpPacket(1)))
        #expect(other.unprotect(.rtp, protected) == .failure(Refusal(.authenticationFailed)))
        #expect(shorter.unprotect(.rtp, protected) == .failure(Refusal(.authenticationFailed)))
    }

    @Test(arguments: Kind.allCases, Implementation.allCases)
    func eachDirectionDoesItsOwnWorkOnly(kind: Kind, implementation: Implementation) throws {
        let (sender, receiver) = try pair(.aeadAES128GCM, implementation)
        let protected = try #require(sender.protect(kind, kind.plain(1)))
        #expect(sender.unprotect(kind, protected) == .failure(Refusal(.unknown)))
        #expect(receiver.protect(kind, kind.plain(1)) == nil)
    }

    @Test(arguments: SRTPSuite.allCases) func noRoomForTheTagIsRefused(suite: SRTPSuite) throws {
        let (sender, _) = try pair(suite)
        for (kind, needed) in [(Kind.rtp, suite.rtpTagLength), (.rtcp, suite.rtcpTagLength + 4)] {
            for room in [0, needed - 1, needed] {
                let plain = kind.plain(UInt16(room))
                var buffer = plain + [UInt8](repeating: 0, count: room)
                let length = buffer.withMutableBytes {
                    kind == .rtp ? sender.protectRTP($0, length: plain.count) : sender.protectRTCP($0, length: plain.count)
                }
                #expect(length == (room == needed ? plain.count + needed : nil))
            }
        }
    }

    @Test(arguments: Implementation.allCases) func whatIsNoRTPIsRefused(implementation: Implementation) throws {
        let (sender, receiver) = try pair(.aesCM128HMACSHA1_80, implementation)
        var versionOne = rtpPacket(1)
        versionOne[0] = 0x40
        var farExtension = rtpPacket(1, extensionWords: 1)
        farExtension[14] = 0xff
        let cut = Array(rtpPacket(1, payload: 0)[..<11]), manySources = rtpPacket(1, payload: 59, csrcs: 15).prefix(71)
        let refused: [[UInt8]] = [[], [0x80], versionOne, farExtension, cut, Array(manySources)]
        for packet in refused {
            #expect(sender.protect(.rtp, packet) == nil)
            #expect(receiver.unprotect(.rtp, packet + [UInt8](repeating: 0, count: 10)) == .failure(Refusal(.malformed)))
        }
        var negative = rtpPacket(1)
        #expect(negative.withMutableBytes { sender.protectRTP($0, length: -1) } == nil)
        #expect(receiver.unprotectRTP(MutableBytes(nil, count: 100)) == .failure(.malformed))
    }
}
