import Testing
import Wire
@testable import SRTP

/// How many sources a transform knows, and what strangers can do to it.
@Suite struct SourceTableTests {
    private let bound = UInt32(SRTPTransform.maximumSources)

    @Test func findsWhatWasInserted() {
        var table = SourceTable()
        func find(_ ssrc: UInt32) -> UInt32? { table.find(ssrc)?.pointee.ssrc }
        func insert(_ ssrc: UInt32) -> UInt32? { table.insert(ssrc)?.pointee.ssrc }
        func isFull() -> Bool { table.isFull }
        #expect(find(0) == nil)
        for ssrc in 0..<bound {
            #expect(!isFull())
            #expect(insert(ssrc * 3) == ssrc * 3)
        }
        #expect(isFull())
        #expect(insert(1_000) == nil)
        for ssrc in (0..<bound).reversed() { #expect(find(ssrc * 3) == ssrc * 3) }
        #expect(find(1) == nil)
    }

    /// The table moves when a second source comes; what it knows of the first goes with it.
    @Test func theFirstSourceIsKeptWhenTheSecondComes() {
        var table = SourceTable()
        table.insert(1)?.pointee.rtp.record(70_000)
        _ = table.insert(2)
        let first = table.find(1)?.pointee
        #expect(first?.rtp.highest == 70_000)
        #expect(first?.rtp.accepts(70_000) == false)
    }

    @Test(arguments: Kind.allCases, Implementation.allCases)
    func oneSourceTooManyIsRefusedByTheReceiver(kind: Kind, implementation: Implementation) throws {
        let key = try testKey(.aesCM128HMACSHA1_80)
        let receiver = try implementation.make(key, .inbound)
        for ssrc in 1...bound {
            let sender = try implementation.make(key, .outbound)
            let protected = try #require(sender.protect(kind, kind.plain(1, ssrc: ssrc)))
            #expect(receiver.unprotect(kind, protected) == .success(kind.plain(1, ssrc: ssrc)))
        }
        let stranger = try implementation.make(key, .outbound)
        let protected = try #require(stranger.protect(kind, kind.plain(1, ssrc: bound + 1)))
        #expect(receiver.unprotect(kind, protected) == .failure(Refusal(.unknown)))
        let sender = try implementation.make(key, .outbound)
        _ = sender.protect(kind, kind.plain(1, ssrc: 7))
        let next = try #require(sender.protect(kind, kind.plain(2, ssrc: 7)))
        #expect(receiver.unprotect(kind, next) == .success(kind.plain(2, ssrc: 7)))
    }

    @Test(arguments: Kind.allCases, Implementation.allCases)
    func oneSourceTooManyIsRefusedByTheSender(kind: Kind, implementation: Implementation) throws {
        let sender = try implementation.make(testKey(.aeadAES128GCM), .outbound)
        for ssrc in 1...bound { #expect(sender.protect(kind, kind.plain(1, ssrc: ssrc)) != nil) }
        #expect(sender.protect(kind, kind.plain(1, ssrc: bound + 1)) == nil)
        #expect(sender.protect(kind, kind.plain(2, ssrc: bound)) != nil)
    }

    /// Forged packets of a thousand sources, with every kind of sequence number, then the true ones.
    @Test(arguments: Implementation.allCases, [SRTPSuite.aesCM128HMACSHA1_32, .aeadAES128GCM])
    func unauthenticatedPacketsChangeNothing(implementation: Implementation, suite: SRTPSuite) throws {
        let key = try testKey(suite)
        let sender = try implementation.make(key, .outbound), receiver = try implementation.make(key, .inbound)
        var random = SplitMix64(seed: 5)
        func forge(_ ssrc: UInt32) throws {
            for kind in Kind.allCases {
                // A sender of the forger's own for each packet, so that its numbers may be anything.
                let forged = try implementation.make(testKey(suite, seed: 99), .outbound)
                let number = UInt16.random(in: .min ... .max, using: &random)
                let packet = try #require(forged.protect(kind, kind.plain(number, ssrc: ssrc)))
                guard case .failure(let refusal) = receiver.unprotect(kind, packet) else { Issue.record("accepted"); continue }
                // The true source's old numbers are refused before the tag is looked at.
                #expect(refusal == Refusal(.authenticationFailed) || refusal == Refusal(.replayed) && ssrc == 0x1234_5678)
            }
        }
        for round in UInt16(0)..<30 {
            for _ in 0..<4 { try forge(UInt32.random(in: .min ... .max, using: &random)) }
            try forge(0x1234_5678)
            for kind in Kind.allCases {
                let plain = kind.plain(65_520 &+ round)
                let protected = try #require(sender.protect(kind, plain))
                #expect(receiver.unprotect(kind, protected) == .success(plain))
            }
        }
        for ssrc in 2...bound {
            let packet = try #require(try implementation.make(key, .outbound).protect(.rtp, rtpPacket(5, ssrc: ssrc)))
            #expect(receiver.unprotect(.rtp, packet) == .success(rtpPacket(5, ssrc: ssrc)))
        }
    }
}
