import MediaCore
import Negotiation
import NGProtocol
import Wire

/// One m-line's plan and counters in the words of the reply.
struct MediaReporter {
    let environment: CallEnvironment
    let plan: MediaPlan
    let statistics: MediaStatistics
    /// What was said of the m-line; `nil` for one that no description has.
    var line: Dialogue.MediaLine?
    /// Audio is converted on the way to the peer or from it.
    var isTranscoding = false
    /// The peer is one that the first offer went to.
    var isCallee = false
    /// When the party came, for `last packet` while it has sent none: Unix time [s].
    let since: Int64

    var report: MediaReport {
        var report = MediaReport()
        report.type = line?.kind ?? report.type
        report.transport = line?.transportProtocol ?? ""
        report.codec = codec
        report.flags = mediaFlags
        report.streams = streams
        report.isReady = statistics.isReady
        report.setup = setup
        report.thriftyFrames = statistics.thriftyFrames
        report.ingress = statistics.received.map(ingress)
        // What is relayed packet by packet keeps the SSRC that it came with.
        if statistics.sentSSRC != 0, plan.relay == .audio {
            var egress = SSRCReport(ssrc: statistics.sentSSRC)
            egress.packets = statistics.rtpOut.packets
            egress.bytes = statistics.sentOctets
            egress.lastTimestamp = statistics.sentTimestamp
            egress.lastSequence = statistics.sentSequence
            report.egress = [egress]
        }
        return report
    }

    /// What the peer really sends.
    private var codec: String? {
        guard let number = statistics.receivedPayloadType else { return nil }
        return plan.receivePayloads.last { $0.payloadType == number }.map(TranscoderChain.name)
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
        var flags = traits.contains(.described) ? ["initialized"] : []
        if traits.contains(.asymmetric) { flags.append("asymmetric") }
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
        if transport.ice != nil { flags.append("ICE") }
        if traits.contains(.trickles) { flags.append("trickle ICE") }
        // rtpengine settles the role whether or not there is ICE.
        if transport.ice?.isControlling ?? isCallee { flags.append("ICE controlling") }
        if transport.ice?.remoteIsLite == true { flags.append("ICE-lite peer") }
        if transport.ice?.localIsLite == true { flags.append("ICE-lite self") }
        if traits.contains(.packetTimeIsSet) { flags.append("ptime-override") }
        if isTranscoding { flags.append("transcoding") }
        return flags
    }

    private var traits: Dialogue.MediaLine.Traits { line?.traits ?? [] }

    /// RTP, and RTCP on a port of its own or on the same one.
    private var streams: [StreamReport] {
        let transport = plan.transport
        let remote = statistics.remoteRTP ?? transport.remoteRTP
        // With ICE there is a socket for each family; the one that is used speaks for both.
        let used = transport.rtpSockets.first { $0.local.ip.family == remote?.ip.family }
        guard let socket = used ?? transport.rtpSockets.first else { return [] }
        var rtp = stream(socket, remote: remote, advertised: transport.remoteRTP, statistics.rtpIn, statistics.rtpOut)
        rtp.ssrc = statistics.received.last?.ssrc
        rtp.flags = ["RTP"] + (transport.rtcpMux ? ["RTCP"] : []) + rtp.flags
        guard plan.relay != .datagrams else { return [rtp] }
        // RTCP that shares the port goes where RTP goes.
        let own = transport.rtcpMux ? nil : transport.rtcpSocket
        var rtcp = stream(
            own ?? socket, remote: own == nil ? remote : statistics.remoteRTCP ?? transport.remoteRTCP,
            advertised: own == nil ? transport.remoteRTP : transport.remoteRTCP, statistics.rtcpIn, statistics.rtcpOut)
        rtcp.isRTCPOnly = true
        rtcp.flags = ["RTCP"] + (transport.rtcpMux ? ["fallback RTCP"] : []) + rtcp.flags
        return [rtp, rtcp]
    }

    private func stream(
        _ socket: LocalSocket, remote: TransportAddress?, advertised: TransportAddress?, _ received: PacketCounters, _ sent: PacketCounters
    ) -> StreamReport {
        // The ports of an m-line that is switched off are kept for its return, and nobody is told of them.
        var report = StreamReport(local: plan.isActive ? .init(socket.local) : nil)
        report.remote = remote.map(StreamReport.Endpoint.init)
        report.advertisedRemote = advertised.map(StreamReport.Endpoint.init)
        report.cryptoSuite = statistics.cryptoSuite
        report.lastPacket = statistics.lastPacket.map(environment.unixSeconds) ?? since
        report.received = TrafficReport(received)
        report.sent = TrafficReport(sent)
        report.flags = streamFlags(isFilled: remote != nil, isConfirmed: statistics.isSettled && received.packets > 0)
        return report
    }

    private func streamFlags(isFilled: Bool, isConfirmed: Bool) -> [String] {
        var flags: [String] = []
        if isFilled { flags.append("filled") }
        if isConfirmed { flags.append("confirmed") }
        if statistics.dtlsIsVerified { flags.append("DTLS fingerprint verified") }
        if traits.contains(.strictSource) { flags.append("strict source address") }
        if plan.transport.allowsHandover { flags.append("media handover") }
        if plan.transport.ice != nil { flags.append("ICE") }
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
        report.progression = stream.progression.map(quality)
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
