@testable import ControlPlane
import ICE
import MediaCore
import Negotiation
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

    private func report(
        _ plan: MediaPlan, _ statistics: MediaStatistics, _ traits: Dialogue.MediaLine.Traits = [], isTranscoding: Bool = false,
        isCallee: Bool = false
    ) async throws -> MediaReport {
        let test = try await TestRegistry(ports: 22_900...22_901, engineRuns: false)
        let line = Dialogue.MediaLine(kind: "audio", place: 0, transportProtocol: "RTP/AVP", traits: traits)
        return MediaReporter(
            environment: test.environment, plan: plan, statistics: statistics, line: line, isTranscoding: isTranscoding, isCallee: isCallee,
            since: 1_000).report
    }

    @Test func aWhatsAppLeg() async throws {
        var plan = MediaPlan(participant: 0, ssrc: 9, cname: "c")
        plan.transport.rtpSockets = [socket(0, local), socket(1, TransportAddress(ip: IPAddress(v6High: 0, low: 1), port: 30_002))]
        plan.transport.rtcpMux = true
        plan.receivePayloads = [PayloadPlan(payloadType: 111, format: .opus, clockRate: 48000, channels: 2)]
        plan.transport.security = .dtls(DTLSPlan(role: .client, certificate: try DTLSCertificate.generate()))
        plan.transport.ice = ICEPlan(
            localCredentials: ICECredentials(ufrag: "u", password: "p"), isControlling: true, remoteIsLite: true, tieBreaker: 1)
        var statistics = MediaStatistics()
        statistics.iceState = .connected
        statistics.dtlsIsVerified = true
        statistics.cryptoSuite = "AEAD_AES_128_GCM"
        statistics.remoteRTP = TransportAddress(ip: IPAddress(v6High: 0, low: 2), port: 5)
        statistics.isSettled = true
        statistics.rtpIn.packets = 1
        statistics.rtcpIn.packets = 4
        statistics.receivedPayloadType = 111
        statistics.thriftyFrames = 12
        let traits: Dialogue.MediaLine.Traits = [.described, .asymmetric, .strictSource, .trickles, .packetTimeIsSet]
        let report = try await report(plan, statistics, traits, isTranscoding: true)
        #expect(report.codec == "opus/48000/2")
        #expect(report.flags == [
            "initialized", "asymmetric", "send", "recv", "rtcp-mux", "DTLS-SRTP", "DTLS role active", "ICE", "trickle ICE",
            "ICE controlling", "ICE-lite peer", "ptime-override", "transcoding",
        ])
        #expect(report.thriftyFrames == 12)
        let stream = try #require(report.streams.first)
        // The socket of the pair in use, told by its family.
        #expect(stream.local == .init(address: "::1", port: 30_002, isIPv6: true))
        #expect(stream.cryptoSuite == "AEAD_AES_128_GCM")
        let flags = ["filled", "confirmed", "DTLS fingerprint verified", "strict source address", "ICE"]
        #expect(stream.flags == ["RTP", "RTCP"] + flags)
        #expect(stream.lastPacket == 1_000)
        // RTCP on the same port is counted by itself.
        #expect(report.streams.map(\.received.packets) == [1, 4])
        #expect(report.streams.map(\.local) == [stream.local, stream.local])
        #expect(report.streams.last?.flags == ["RTCP", "fallback RTCP"] + flags)
    }

    @Test func aPlainLegHasTwoPorts() async throws {
        var plan = MediaPlan(participant: 1, peerReceives: false, ssrc: 9, cname: "c")
        plan.transport.rtpSockets = [socket(0, local)]
        plan.transport.rtcpSocket = socket(1, TransportAddress(ip: local.ip, port: 30_001))
        plan.transport.remoteRTP = remote
        plan.transport.allowsHandover = true
        var statistics = MediaStatistics()
        statistics.rtpIn.packets = 10
        statistics.rtcpIn.packets = 2
        statistics.isLatched = true
        let unsettled = try await report(plan, statistics, isCallee: true)
        #expect(unsettled.flags == ["recv", "ICE controlling"])
        #expect(unsettled.codec == nil)
        #expect(unsettled.streams.map(\.flags) == [["RTP", "filled", "media handover"], ["RTCP", "media handover"]])
        statistics.isSettled = true
        statistics.rtcpIn.packets = 0
        let settled = try await report(plan, statistics)
        #expect(settled.streams.map(\.flags) == [["RTP", "filled", "confirmed", "media handover"], ["RTCP", "media handover"]])
        statistics.rtcpIn.packets = 2
        let report = try await report(plan, statistics)
        #expect(report.streams.map(\.received.packets) == [10, 2])
        #expect(report.streams.map { $0.local?.port } == [30_000, 30_001])
        #expect(report.streams.first?.advertisedRemote == .init(address: "192.0.2.1", port: 4_000, isIPv6: false))
    }

    @Test func anMLineThatIsSwitchedOffHasNoPorts() async throws {
        var plan = MediaPlan(participant: 0, isActive: false, ssrc: 9, cname: "c")
        plan.transport.rtpSockets = [socket(0, local)]
        #expect(try await report(plan, MediaStatistics()).streams.map(\.local) == [nil, nil])
    }

    @Test func whatIsRelayedHasNoStreamOfOurs() async throws {
        var statistics = MediaStatistics()
        statistics.sentSSRC = 9
        #expect(try await report(MediaPlan(participant: 0, ssrc: 9, cname: "c", relay: .packets), statistics).egress.isEmpty)
        var fax = MediaPlan(participant: 0, ssrc: 9, cname: "c", relay: .datagrams)
        fax.transport.rtpSockets = [socket(0, local)]
        #expect(try await report(fax, statistics).streams.map(\.flags) == [["RTP"]])
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
        statistics.sentOctets = 800
        statistics.sentSequence = 12
        let report = try await report(MediaPlan(participant: 0, ssrc: 9, cname: "c"), statistics)
        #expect(report.streams.isEmpty)
        let ingress = try #require(report.ingress.first)
        #expect(ingress.average.map { [$0.mos, $0.jitter, $0.packetLoss] } == [43, 4, 0])
        #expect(ingress.average?.roundTripLeg == 21_500)
        #expect(ingress.lowest.map { [$0.mos, $0.jitter, $0.packetLoss] } == [0, 0, 100])
        #expect(ingress.cumulativeLoss == 3 && ingress.samples == 2)
        #expect(report.egress.map(\.ssrc) == [9])
        #expect(report.egress.map { [$0.packets, $0.bytes, UInt64($0.lastSequence)] } == [[5, 800, 12]])
    }
}
