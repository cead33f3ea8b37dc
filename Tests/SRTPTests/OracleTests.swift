import Glibc
import Testing
import Wire
@testable import SRTP

/// Holds the transform on libcrypto to libsrtp2: the same bytes out of the sender, the same verdict and the same
/// bytes out of the receiver, over a network that loses, repeats, delays and changes packets.
@Suite struct OracleTests {
    private static let suites: [SRTPSuite] = [
        .aesCM128HMACSHA1_80, .aesCM128HMACSHA1_32, .aesCM256HMACSHA1_80, .aesCM256HMACSHA1_32, .aeadAES128GCM, .aeadAES256GCM,
    ]

    /// Packets for each suite; `RTPBRIDGE_ORACLE_PACKETS` is the number for all of them together.
    private static var packetsPerSuite: Int {
        let wished = getenv("RTPBRIDGE_ORACLE_PACKETS").flatMap { Int(String(cString: $0)) }
        return (wished ?? 240_000) / suites.count
    }

    @Test(arguments: OracleTests.suites) func sameBytesVerdictsAndRollOver(suite: SRTPSuite) throws {
        let run = try OracleRun(suite, seed: 2026)
        for _ in 0..<Self.packetsPerSuite where run.mismatch == nil { run.step() }
        #expect(run.mismatch == nil)
        // The run has to have been where it is interesting.
        #expect(run.successes > Self.packetsPerSuite / 2)
        #expect(run.failures[.replayed, default: 0] > Self.packetsPerSuite / 100)
        #expect(run.failures[.authenticationFailed, default: 0] > Self.packetsPerSuite / 100)
        #expect(run.refusedBySender > Self.packetsPerSuite / 1_000)
        #expect(run.highestRollOver >= 4)
        let transform = try #require(run.receiver as? LibcryptoTransform)
        for (ssrc, index) in run.highestOpened {
            #expect(transform.sources.find(ssrc)?.pointee.rtp.highest == index, "source \(ssrc)")
        }
    }
}
