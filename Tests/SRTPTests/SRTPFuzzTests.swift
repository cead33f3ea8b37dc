import Testing
import Wire
@testable import SRTP

/// Mutated packets: nothing traps, nothing but the true packet is accepted, and the stream goes on undisturbed.
@Suite struct SRTPFuzzTests {
    @Test(arguments: SRTPSuite.allCases, Kind.allCases) func mutatedPackets(suite: SRTPSuite, kind: Kind) throws {
        var random = SplitMix64(seed: 3_711)
        let key = try testKey(suite)
        let sender = try SRTPTransform.make(key, direction: .outbound), receiver = try SRTPTransform.make(key, direction: .inbound)
        for number in UInt16(0)..<120 {
            let plain = kind == .rtp ? rtpPacket(number, extensionWords: number % 2 == 0 ? 1 : nil, csrcs: Int(number % 4)) : rtcpPacket()
            let protected = try #require(sender.protect(kind, plain))
            for _ in 0..<12 {
                let mutant = mutate(protected, &random)
                guard mutant != protected, case .success = receiver.unprotect(kind, mutant) else { continue }
                Issue.record("a mutant of packet \(number) was accepted")
            }
            #expect(receiver.unprotect(kind, protected) == .success(plain))
        }
    }

    /// What the daemon is told to send comes from its own code, but a bad packet must not trap there either.
    @Test(arguments: SRTPSuite.allCases, Kind.allCases) func anythingMayBeProtected(suite: SRTPSuite, kind: Kind) throws {
        var random = SplitMix64(seed: 3_550)
        let sender = try SRTPTransform.make(testKey(suite), direction: .outbound)
        for number in UInt16(0)..<400 {
            let packet = mutate(kind.plain(number), &random)
            if let protected = sender.protect(kind, packet) {
                #expect(protected.count == packet.count + (kind == .rtp ? suite.rtpTagLength : 4 + suite.rtcpTagLength))
            }
        }
    }

    private func mutate(_ packet: [UInt8], _ random: inout SplitMix64) -> [UInt8] {
        var bytes = packet
        for _ in 0...Int.random(in: 0..<3, using: &random) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<5, using: &random) {
            case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 1: bytes[place] = UInt8.random(in: 0...255, using: &random)
            case 2: bytes.removeLast(bytes.count - place)
            case 3: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
            default: bytes.append(contentsOf: bytes[place...])
            }
        }
        return bytes
    }
}
