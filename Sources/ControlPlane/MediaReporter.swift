import MediaCore
import NGProtocol
import Wire

/// One m-line's plan and counters in the words of the reply.
struct MediaReporter {
    let environment: CallEnvironment
    let plan: MediaPlan
    let statistics: MediaStatistics
    /// When the party came, for `last packet` while it has sent none: Unix time [s].
    let since: Int64

    var report: MediaReport {
        var report = MediaReport()
        report.flags = mediaFlags
        report.streams = streams
        report.isReady = statistics.isReady
        report.setup = setup
        report.thriftyFrames = statistics.thriftyFrames
        report.ingress = statistics.received.map(ingress)
        if statistics.sentSSRC != 0 {
            var egress = SSRCReport(ssrc: statistics.sentSSRC)
            egress.packets = statistics.rtpOut.packets
            egress.bytes = statistics.rtpOut.bytes
            report.egress = [egress]
        }
        return report
    }

    private var setup: SetupReport {
        var report = SetupReport()
        guard let start = statistics.setup.planned else { return report }
        func milliseconds(_ step: MonotonicInstant?) -> Int? { step.map { Int(($0 - start).milliseconds) } }
        report.ice = milliseconds(statistics.setup.iceConnected)
        report.dtls = milliseconds(statistics.setup.dtlsConnected)
        report.ready = milliseconds(statistics.setup.mediaReady)
        report.firstIn = milliseconds(statistics.setup.firstPacketReceived)
        report.firstOut = milliseconds(statistics.setup.firstPacketSent)
        return report
    }

    private var mediaFlags: [String] {
        let transport = plan.transport
        var flags = ["initialized"]
        if transport.learning == .off { flags.append("asymmetric") }
        if plan.peerReceives { flags.append("send") }
        if plan.peerSends { flags.append("recv") }
        if transport.rtcpMux { flags.append("rtcp-mux") }
        switch transport.security {
        case .none: break
        case .sdes: flags.append("SDES")
        case .dtls(let dtls):
            flags.append("DTLS-SRTP")
            if dtls.role == .client { flags.append("DTLS role active") }
            if dtls.role == .server { flags.append("DTLS role passive") }
        }
        if let ice = transport.ice {
            flags.append("ICE")
            if ice.isControlling { flags.append("ICE controlling") }
            if ice.remoteIsLite { flags.append("ICE-lite peer") }
        }
        flags.append("RTCP generator")
        if statistics.isTranscoding { flags.append("transcoding") }
        return flags
    }

    /// The port for RTP, and the one for RTCP where there is one.
    private var streams: [StreamReport] {
        let transport = plan.transport
        let remote = statistics.remoteRTP ?? transport.remoteRTP
        // With ICE there is a socket for each family; the one that is used speaks for both.
        let used = transport.rtpSockets.first { $0.local.ip.family == remote?.ip.family }
        guard let socket = used ?? transport.rtpSockets.first else { return [] }
        var rtp = stream(socket, remote: remote, advertised: transport.remoteRTP)
        rtp.ssrc = statistics.received.last?.ssrc
        rtp.received = TrafficReport(statistics.rtpIn)
        rtp.sent = TrafficReport(statistics.rtpOut)
        rtp.flags = ["RTP"] + (transport.rtcpMux ? ["RTCP"] : []) + streamFlags(isFilled: remote != nil)
        guard let rtcpSocket = transport.rtcpSocket, !transport.rtcpMux else {
            rtp.receivedRTCP = TrafficReport(statistics.rtcpIn)
            return [rtp]
        }
        let remoteRTCP = statistics.remoteRTCP ?? transport.remoteRTCP
        var rtcp = stream(rtcpSocket, remote: remoteRTCP, advertised: transport.remoteRTCP)
        rtcp.isRTCPOnly = true
        rtcp.received = TrafficReport(statistics.rtcpIn)
        rtcp.sent = TrafficReport(statistics.rtcpOut)
        rtcp.flags = ["RTCP"] + streamFlags(isFilled: remoteRTCP != nil)
        return [rtp, rtcp]
    }

    private func stream(_ socket: LocalSocket, remote: TransportAddress?, advertised: TransportAddress?) -> StreamReport {
        var report = StreamReport(local: .init(socket.local))
        report.remote = remote.map(StreamReport.Endpoint.init)
        report.advertisedRemote = advertised.map(StreamReport.Endpoint.init)
        report.cryptoSuite = statistics.cryptoSuite
        report.lastPacket = statistics.lastPacket.map(environment.unixSeconds) ?? since
        return report
    }

    private func streamFlags(isFilled: Bool) -> [String] {
        var flags: [String] = []
        if isFilled { flags.append("filled") }
        if statistics.isLatched || statistics.iceState == .connected { flags.append("confirmed") }
        if plan.transport.ice != nil { flags.append("ICE") }
        if statistics.dtlsIsVerified { flags.append("DTLS fingerprint verified") }
        if plan.transport.strictSource { flags.append("strict source address") }
        if plan.transport.allowsHandover { flags.append("media handover") }
        return flags
    }

    private func ingress(_ stream: SSRCStatistics) -> SSRCReport {
        var report = SSRCReport(ssrc: stream.ssrc)
        report.packets = stream.packets
        report.bytes = stream.bytes
        report.lastTimestamp = stream.lastTimestamp
        report.lastSequence = stream.lastSequence
        report.cumulativeLoss = stream.cumulativeLoss
        report.samples = stream.samples
        report.average = stream.average.map(quality)
        report.lowest = stream.lowest.map(quality)
        report.highest = stream.highest.map(quality)
        return report
    }

    private func quality(_ sample: QualitySample) -> QualityReport {
        // Round trips are measured to the peer that sent the stream, the one leg that we see.
        QualityReport(
            mos: Self.rounded(sample.mos * 10), roundTrip: sample.roundTrip, roundTripLeg: sample.roundTrip,
            jitter: Self.rounded(sample.jitter), packetLoss: Self.rounded(sample.packetLoss),
            reportedAt: environment.unixSeconds(sample.at))
    }

    /// Whole, and 0 for what is no number.
    private static func rounded(_ value: Double) -> Int { Int(exactly: value.rounded()) ?? 0 }
}

extension TrafficReport {
    init(_ counters: PacketCounters) { self.init(packets: counters.packets, bytes: counters.bytes, errors: counters.errors) }
}

extension StreamReport.Endpoint {
    init(_ address: TransportAddress) {
        self.init(address: address.ip.description, port: Int(address.port), isIPv6: address.ip.family == .v6)
    }
}
