import ICE
import RTP
public import SRTP
public import Wire

/// Meta's end of a WhatsApp call, as strict as the real one: ICE-lite and always controlled, DTLS or SDES, Opus 20 ms,
/// one SSRC, RFC 4733 digits at 8000. It checks what it is told and sent, and reports each broken rule.
///
/// Pure: datagrams and `now` in; datagrams, heard speech and a report out.
public final class WhatsAppEndpoint {
    /// The two kinds of business numbers: DTLS-SRTP with ICE, or SDES with neither.
    public enum Keying: Sendable { case dtls, sdes }

    /// Which WhatsApp user calls, and how slow Meta is.
    public struct Configuration: Sendable {
        public var keying: Keying
        public var address: TransportAddress
        public var certificate: DTLSCertificate
        public var seed: UInt64
        /// Of the speech played and heard [Hz]: 8000, 16000 or 48000.
        public var sampleRate: Int
        /// How long handshake datagrams are ignored after the SDP came: Meta may need up to 3 s.
        public var dtlsDelay: Nanoseconds

        public init(
            keying: Keying, address: TransportAddress, certificate: DTLSCertificate, seed: UInt64, sampleRate: Int = 8000,
            dtlsDelay: Nanoseconds = .zero
        ) {
            self.keying = keying
            self.address = address
            self.certificate = certificate
            self.seed = seed
            self.sampleRate = sampleRate
            self.dtlsDelay = dtlsDelay
        }
    }

    let configuration: Configuration
    let transport: PeerTransport
    var sender: SpeechSender
    var receiver: SpeechReceiver
    var violations: [Violation] = []
    let credentials: ICECredentials
    let ownKey: SRTPKey?
    private(set) var sdpArrived: MonotonicInstant?
    private var iceConnected: MonotonicInstant?
    private var dtlsConnected: MonotonicInstant?
    private var nominated: TransportAddress?
    private var successfulChecks: Set<TransportAddress> = []
    private var nextTick: MonotonicInstant?
    private var nextReport: MonotonicInstant?

    public init(_ configuration: Configuration) {
        self.configuration = configuration
        var random = SplitMix64(seed: configuration.seed)
        let text = { (count: Int, random: inout SplitMix64) -> String in
            String((0..<count).map { _ in Array("abcdefghijklmnopqrstuvwxyz0123456789")[Int(random.next() % 36)] })
        }
        credentials = ICECredentials(ufrag: text(14, &random) + "/8", password: text(31, &random) + "/")
        ownKey = SRTPKey(suite: .aesCM128HMACSHA1_80, keyAndSalt: (0..<30).map { _ in UInt8(truncatingIfNeeded: random.next()) })
        transport = PeerTransport(address: configuration.address)
        transport.isSecured = true
        sender = SpeechSender(
            format: .init(payloadType: 111, codec: .opus, eventPayloadType: 126), sampleRate: configuration.sampleRate,
            ssrc: UInt32(truncatingIfNeeded: random.next()), sequence: UInt16(truncatingIfNeeded: random.next()) >> 1,
            timestamp: UInt32(truncatingIfNeeded: random.next()))
        receiver = SpeechReceiver(
            format: .init(payloadType: 111, codec: .opus, eventPayloadType: 126), sampleRate: configuration.sampleRate)
        if configuration.keying == .dtls {
            let agent = ICEAgent(
                localCredentials: credentials, isControlling: false, isLite: true, tieBreaker: random.next(), seed: random.next())
            agent.setLocalCandidates([LocalCandidate(slot: 0, address: configuration.address, priority: 2_113_937_151)])
            transport.ice = agent
        }
    }

    // MARK: - What the caller does

    /// Queues speech at the configured sampling rate.
    public func play(_ samples: [Int16]) { sender.play(samples) }

    /// Queues a digit, an event code of 0 to 15.
    public func press(_ code: UInt8) { sender.press(code) }

    /// There is speech or a digit left to send.
    public var isSpeaking: Bool { sender.isSpeaking }

    /// The frame that was sent last is sound rather than silence.
    public var isSounding: Bool { sender.isSounding }

    public var ssrc: UInt32 { sender.ssrc }

    /// What was heard so far, from the first packet on, silence where nothing came.
    public var heard: [Int16] { receiver.samples }

    /// Media is flowing: keys and address are known.
    public var isConnected: Bool { transport.isReady }

    // MARK: - Time and datagrams

    public func receive(_ datagram: [UInt8], from source: TransportAddress, at now: MonotonicInstant) {
        switch datagram.withBytes(PacketKind.classify) {
        case .stun: receiveSTUN(datagram, from: source, at: now)
        case .dtls:
            if transport.remote == nil { report(.dtlsAfterNomination, "a handshake datagram before any nomination") }
            transport.receiveDTLS(datagram, at: now)
            noteProgress(at: now)
        case .rtp:
            guard let packet = transport.open(datagram, isRTCP: false) else { return }
            packet.withBytes { receiver.receive($0, at: now) }
        case .rtcp: _ = transport.open(datagram, isRTCP: true)
        case .unknown: break
        }
    }

    public func handleDeadline(at now: MonotonicInstant) {
        transport.handleDeadline(at: now)
        noteProgress(at: now)
        guard transport.isReady else { return }
        var tick = nextTick ?? now
        while tick <= now {
            for packet in sender.tick(at: now) { transport.send(packet) }
            tick = tick + .milliseconds(20)
        }
        nextTick = tick
        sendReport(at: now)
    }

    public var nextDeadline: MonotonicInstant { min(transport.nextDeadline, nextTick ?? .distantFuture) }

    /// What has to be sent now; to be called after every input.
    public func takeOutput() -> [PeerDatagram] { transport.takeOutput() }

    private func receiveSTUN(_ message: [UInt8], from source: TransportAddress, at now: MonotonicInstant) {
        guard let ice = transport.ice else { return report(.sdesAnswer, "STUN on an SDES call") }
        checkRole(message, from: source)
        _ = message.withBytes { ice.receive($0, slot: 0, from: source, at: now) }
        transport.pumpICE(at: now)
        if let pair = ice.selectedPair {
            if let nominated, nominated != pair.remote { report(.pairNeverChanges, "\(nominated) → \(pair.remote)") }
            nominated = nominated ?? pair.remote
            if iceConnected == nil {
                iceConnected = now
                transport.startDTLS(at: now)
            }
        }
        noteProgress(at: now)
    }

    private func checkRole(_ message: [UInt8], from source: TransportAddress) {
        message.withBytes { bytes in
            guard let stun = STUNMessage.parse(bytes), stun.messageClass == .request else { return }
            if case .controlled = stun.role { report(.controllingRole, "a check with ICE-CONTROLLED from \(source)") }
            if stun.usesCandidate {
                if !successfulChecks.contains(source) { report(.regularNomination, "USE-CANDIDATE in the first check from \(source)") }
            } else {
                successfulChecks.insert(source)
            }
        }
    }

    func noteProgress(at now: MonotonicInstant) {
        if dtlsConnected == nil, transport.dtls?.keys != nil { dtlsConnected = now }
        if nextTick == nil, transport.isReady { nextTick = now }
    }

    private func sendReport(at now: MonotonicInstant) {
        guard now >= nextReport ?? now else { return }
        nextReport = now + .seconds(5)
        if let packet = makeRTCP(ssrc: sender.ssrc, sender: sender, receiver: &receiver, at: now) { transport.send(packet, isRTCP: true) }
    }

    // MARK: - The report

    func report(_ rule: WhatsAppRule, _ detail: String) {
        let violation = Violation(rule: rule, detail: detail)
        if !violations.contains(violation), violations.count < 100 { violations.append(violation) }
    }

    func noteSDP(at now: MonotonicInstant) {
        sdpArrived = sdpArrived ?? now
        transport.ignoresDTLSUntil = now + configuration.dtlsDelay
    }

    /// What happened, with the rules of the media checked.
    /// - Parameter isLossy: the network was made to lose packets, so missing numbers prove nothing.
    public func makeReport(isLossy: Bool = false) -> PeerReport {
        var result = receiver.report(since: sdpArrived, sender: sender)
        if let start = sdpArrived {
            result.iceConnected = iceConnected.map { $0 - start }
            result.dtlsConnected = dtlsConnected.map { $0 - start }
        }
        result.violations = violations + receiver.violations(isLossy: isLossy)
        return result
    }
}
