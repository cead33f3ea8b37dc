import Testing
import Wire
@testable import SRTP

/// The roll-over counter is in no packet: both ends count it, through every loss.
@Suite struct RollOverTests {
    private func pair(_ suite: SRTPSuite = .aesCM128HMACSHA1_80) throws -> (SRTPTransform, SRTPTransform) {
        let key = try testKey(suite)
        return (try SRTPTransform.make(key, direction: .outbound), try SRTPTransform.make(key, direction: .inbound))
    }

    @Test(arguments: SRTPSuite.allCases) func everyNumberTwiceAround(suite: SRTPSuite) throws {
        let (sender, receiver) = try pair(suite)
        var opened = 0
        for index in stride(from: 32_000, to: 32_000 + 2 * 65_536, by: 61) {
            let plain = rtpPacket(UInt16(truncatingIfNeeded: index), payload: 4)
            let protected = try #require(sender.protect(.rtp, plain))
            if receiver.unprotect(.rtp, protected) == .success(plain) { opened += 1 }
        }
        #expect(opened == (2 * 65_536 + 60) / 61)
    }

    /// The two packets around the wrap, each of them lost, late or in place.
    @Test(arguments: [[65_535, 65_536], [65_534, 65_536], [65_535, 65_537], [65_536, 65_535], [65_500, 65_600, 65_535, 65_536, 65_599]])
    func lossAndReorderingAtTheWrap(order: [Int]) throws {
        let (sender, receiver) = try pair()
        var sent: [Int: [UInt8]] = [:]
        for index in 65_400..<65_700 { sent[index] = sender.protect(.rtp, rtpPacket(UInt16(truncatingIfNeeded: index))) }
        #expect(receiver.unprotect(.rtp, try #require(sent[65_450])) == .success(rtpPacket(65_450)))
        for index in order {
            #expect(receiver.unprotect(.rtp, try #require(sent[index])) == .success(rtpPacket(UInt16(truncatingIfNeeded: index))))
        }
    }

    @Test func halfARoundOfLossIsSurvived() throws {
        let (sender, receiver) = try pair()
        for index in [40_000, 40_000 + 32_767, 40_000 + 2 * 32_767, 40_000 + 3 * 32_767] {
            let plain = rtpPacket(UInt16(truncatingIfNeeded: index))
            let protected = try #require(sender.protect(.rtp, plain))
            #expect(receiver.unprotect(.rtp, protected) == .success(plain))
        }
    }

    /// A receiver that hears nothing before the sender's first wrap cannot know of it (RFC 3711 section 3.3.1
    /// asks senders to start below 2^15 for that). Such packets are refused and spoil nothing.
    @Test func aWrapBeforeTheFirstPacketHeardFailsCleanly() throws {
        let (sender, receiver) = try pair()
        _ = try #require(sender.protect(.rtp, rtpPacket(65_534)))
        let late = try #require(sender.protect(.rtp, rtpPacket(65_535)))
        let wrapped = try #require(sender.protect(.rtp, rtpPacket(0)))
        #expect(receiver.unprotect(.rtp, wrapped) == .failure(Refusal(.authenticationFailed)))
        #expect(receiver.unprotect(.rtp, late) == .success(rtpPacket(65_535)))
        #expect(receiver.unprotect(.rtp, wrapped) == .success(rtpPacket(0)))
    }

    @Test func sourcesWrapIndependently() throws {
        let (sender, receiver) = try pair(.aeadAES256GCM)
        for step in 0..<40 {
            for ssrc in UInt32(1)...4 {
                let plain = rtpPacket(UInt16(truncatingIfNeeded: 30_000 + step * 5_000 * Int(ssrc)), ssrc: ssrc)
                let protected = try #require(sender.protect(.rtp, plain))
                #expect(receiver.unprotect(.rtp, protected) == .success(plain))
            }
        }
    }

    // MARK: A sender whose sequence jumps

    @Test(arguments: Implementation.allCases) func aSenderMayJumpForwardLessThanHalfARound(implementation: Implementation) throws {
        let key = try testKey(.aesCM128HMACSHA1_80)
        let sender = try implementation.make(key, .outbound), receiver = try implementation.make(key, .inbound)
        for number: UInt16 in [100, 40_000, 65_000, 20_000, 52_767] {
            let protected = try #require(sender.protect(.rtp, rtpPacket(number)))
            #expect(receiver.unprotect(.rtp, protected) == .success(rtpPacket(number)))
        }
    }

    @Test(arguments: Implementation.allCases) func aSenderThatJumpsBackOrTooFarIsRefused(implementation: Implementation) throws {
        let sender = try implementation.make(testKey(.aesCM128HMACSHA1_80), .outbound)
        _ = try #require(sender.protect(.rtp, rtpPacket(40_000)))
        #expect(sender.protect(.rtp, rtpPacket(40_000)) == nil)
        #expect(sender.protect(.rtp, rtpPacket(39_000)) == nil)
        // 32,769 ahead is nearer as 32,767 behind, where the key stream may have been used.
        #expect(sender.protect(.rtp, rtpPacket(UInt16(truncatingIfNeeded: 40_000 + 32_769))) == nil)
        // What was skipped a moment ago was never used.
        #expect(sender.protect(.rtp, rtpPacket(39_999)) != nil)
        #expect(sender.protect(.rtp, rtpPacket(39_999)) == nil)
        #expect(sender.protect(.rtp, rtpPacket(40_001)) != nil)
    }
}
