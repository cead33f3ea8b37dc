@testable import ControlPlane
import ICE
import MediaCore
import NGProtocol
import SRTP
import Testing
import Wire

/// Plans and counters in the words of `query`.
@Suite struct MediaReporterTests {
    private let local = TransportAddress(ip: IPAddress(v4: 0x7f00_0001), port: 30_000)
    private let remote = TransportAddress(ip: IPAddress(v4: 0xc000_0201), port: 4_000)

    private func socket(_ slot: Int, _ address: TransportAddress) -> LocalSocket {
        LocalSocket(slot: slot, local: address, advertised: TransportAddress(ip: IPAddress(v4: 0xcb00_7109), port: address.port))
    }

    private func report(_ plan: MediaPlan, _ statistics: MediaStatistics) async throws -> MediaReport {
        let test = try await TestRegistry(ports: 22_900...22_901, engineRuns: false)
        return MediaReporter(environment: test.environment, plan: plan, statistics: statistics, since: 1_000).report
    }

    @Test func aWhatsAppLeg() async throws {
        var plan = MediaPlan(participant: 0, ssrc: 9, cname: "c")
        plan.transport.rtpSockets = [socket(0, local), socket(1, TransportAddress(ip: IPAddress(v6High: 0, low: 1), port: 30_002))]
        plan.transport.rtcpMux = true
        plan.transport.learning = .off
        plan.transport.security = .dtls(DTLSPlan(role: .client, certificate: try DTLSCertificate.generate()))
        plan.transport.ice = ICEPlan(
            localCredentials: ICECredentials(ufrag: "u", password: "p"), isControlling: true, remoteIsLite: true, tieBreaker: 1)
        var statistics = MediaStatistics()
        statistics.iceState = .connected
        statistics.dtlsIsVerified = true
        statistics.cryptoSuite = "AEAD_AES_128_GCM"
        statistics.remoteRTP = TransportAddress(ip: IPAddress(v6High: 0, low: 2), port: 5)
        statistics.isTranscoding = true
        statistics.thriftyFrames = 12
        let report = try await report(plan, statistics)
        #expect(report.flags == [
            "initialized", "asymmetric", "send", "recv", "rtcp-mux", "DTLS-SRTP", "DTLS role active", "ICE", "ICE controlling",
            "ICE-lite peer", "RTCP generator", "transcoding",
        ])
        #expect(report.thriftyFrames == 12)
        let stream = try #require(report.streams.first)
        #expect(report.streams.count == 1)
        // The socket of the pair in use, told by its family.
        #expect(stream.local == .init(address: "::1", port: 30_002, isIPv6: true))
        #expect(stream.cryptoSuite == "AEAD_AES_128_GCM")
        #expect(stream.flags == ["RTP", "RTCP", "filled", "confirmed", "ICE", "DTLS fingerprint verified", "strict source address"])
        #expect(stream.lastPacket == 1_000)
    }

    @Test func aPlainLegHasTwoPorts() async throws {
        var plan = MediaPlan(participant: 1, peerReceives: false, ssrc: 9, cname: "c")
        plan.transport.rtpSockets = [socket(0, local)]
        plan.transport.rtcpSocket = socket(1, TransportAddress(ip: local.ip, port: 30_001))
        plan.transport.remoteRTP = remote
        plan.transport.strictSource = false
        plan.transport.allowsHandover = true
        var statistics = MediaStatistics()
        statistics.rtpIn.packets = 10
        statistics.rtcpIn.packets = 2
        statistics.isLatched = true
        let report = try await report(plan, statistics)
        #expect(report.flags == ["initialized", "recv", "RTCP generator"])
        #expect(report.streams.map(\.flags) == [["RTP", "filled", "confirmed", "media handover"], ["RTCP", "confirmed", "media handover"]])
        #expect(report.streams.map(\.received.packets) == [10, 2])
        #expect(report.streams.map(\.receivedRTCP.packets) == [0, 0])
        #expect(report.streams.first?.advertisedRemote == .init(address: "192.0.2.1", port: 4_000, isIPv6: false))
    }

    @Test func qualityInWholeNumbers() async throws {
        var stream = SSRCStatistics()
        stream.ssrc = 7
        stream.cumulativeLoss = 3
        stream.samples = 2
        stream.average = QualitySample(
            mos: 4.26, roundTrip: 21_500, jitter: 3.6, packetLoss: 0.4, at: MonotonicInstant(nanoseconds: 0))
        stream.lowest = QualitySample(mos: .nan, roundTrip: 0, jitter: .infinity, packetLoss: 100, at: MonotonicInstant(nanoseconds: 0))
        var statistics = MediaStatistics()
        statistics.received = [stream]
        statistics.sentSSRC = 9
        statistics.rtpOut.packets = 5
        let report = try await report(MediaPlan(participant: 0, ssrc: 9, cname: "c"), statistics)
        #expect(report.streams.isEmpty)
        let ingress = try #require(report.ingress.first)
        #expect(ingress.average.map { [$0.mos, $0.jitter, $0.packetLoss] } == [43, 4, 0])
        #expect(ingress.average?.roundTripLeg == 21_500)
        #expect(ingress.lowest.map { [$0.mos, $0.jitter, $0.packetLoss] } == [0, 0, 100])
        #expect(ingress.cumulativeLoss == 3 && ingress.samples == 2)
        #expect(report.egress.map(\.ssrc) == [9])
        #expect(report.egress.map(\.packets) == [5])
    }
}
