import ICE
import RTP
import SRTP
public import Wire

/// Meta's end of a WhatsApp call, as strict as the real one: ICE-lite and always controlled, DTLS or SDES, Opus 20 ms,
/// one SSRC, RFC 4733 digits at 8000. It checks what it is told and sent, reports each broken rule, and ends the call with
/// Meta's own error where Meta does.
///
/// Pure: datagrams and `now` in; datagrams, heard speech and a report out.
public final class WhatsAppEndpoint {
    let configuration: Configuration
    let transport: PeerTransport
    var sender: SpeechSender
    var receiver: SpeechReceiver
    var violations: [Violation] = []
    let credentials: ICECredentials
    let ownKey: SRTPKey?
    var patience = Patience()
    var gate = NominationGate()
    /// What the pre-accept said, or the first SDP that the business sent.
    var firstDescription: String?
    /// How Meta ended the call or refused it; from then on it sends nothing and hears nothing.
    public private(set) var failure: MetaError?
    /// The call is over: the user hung up, or Meta did.
    public private(set) var isEnded = false
    private(set) var sdpArrived: MonotonicInstant?
    var iceConnected: MonotonicInstant?
    private var dtlsConnected: MonotonicInstant?
    private var packetsBeforeAccept = 0
    private var packetsFromElsewhere = 0
    /// Of the first RTP packet, even if it was lost for coming before the accept.
    private var firstArrival: MonotonicInstant?
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
            format: .init(payloadType: 111, codec: .opus, eventPayloadType: 126), sampleRate: configuration.sampleRate, hearsOneSSRC: true)
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

    /// The user hangs up.
    public func hangUp() { isEnded = true }

    // MARK: - Time and datagrams

    public func receive(_ datagram: [UInt8], from source: TransportAddress, at now: MonotonicInstant) {
        guard !isEnded else { return }
        switch datagram.withBytes(PacketKind.classify) {
        case .stun: receiveSTUN(datagram, from: source, at: now)
        case .dtls: receiveDTLS(datagram, from: source, at: now)
        case .rtp: receiveMedia(datagram, isRTCP: false, from: source, at: now)
        case .rtcp: receiveMedia(datagram, isRTCP: true, from: source, at: now)
        case .unknown: break
        }
    }

    public func handleDeadline(at now: MonotonicInstant) {
        guard !isEnded else { return }
        if now >= patience.deadline { return giveUp() }
        transport.handleDeadline(at: now)
        noteProgress(at: now)
        guard var tick = nextTick else { return }
        while tick <= now {
            for packet in sender.tick(at: now) { transport.send(packet) }
            tick = tick + .milliseconds(20)
        }
        nextTick = tick
        sendReport(at: now)
    }

    public var nextDeadline: MonotonicInstant {
        isEnded ? .distantFuture : min(transport.nextDeadline, nextTick ?? .distantFuture, patience.deadline)
    }

    /// What has to be sent now; to be called after every input.
    public func takeOutput() -> [PeerDatagram] {
        let output = transport.takeOutput()
        return isEnded ? [] : output
    }

    private func receiveDTLS(_ datagram: [UInt8], from source: TransportAddress, at now: MonotonicInstant) {
        guard transport.remote != nil else { return report(.dtlsAfterNomination, "a handshake datagram before any nomination") }
        guard isPeer(source) else { return }
        transport.receiveDTLS(datagram, at: now)
        noteProgress(at: now)
    }

    /// Meta looks at the address, then at the tag; what comes before it has put the call through is lost.
    private func receiveMedia(_ datagram: [UInt8], isRTCP: Bool, from source: TransportAddress, at now: MonotonicInstant) {
        guard isPeer(source), let packet = transport.open(datagram, isRTCP: isRTCP) else { return }
        if !isRTCP { firstArrival = firstArrival ?? now }
        guard patience.accepted != nil else {
            packetsBeforeAccept += 1
            return
        }
        if isRTCP || packet.withBytes({ receiver.receive($0, at: now) }) { patience.hear(at: now) }
        noteProgress(at: now)
    }

    private func isPeer(_ source: TransportAddress) -> Bool {
        if source == transport.remote { return true }
        packetsFromElsewhere += 1
        if transport.remote != nil { report(.ownPairOnly, "a packet from \(source)") }
        return false
    }

    func noteProgress(at now: MonotonicInstant) {
        if dtlsConnected == nil, transport.dtls?.keys != nil { dtlsConnected = now }
        guard nextTick == nil, transport.isReady, patience.accepted != nil else { return }
        if !configuration.waitsForFirstPacket || receiver.firstPacket != nil { nextTick = now }
    }

    private func sendReport(at now: MonotonicInstant) {
        guard now >= nextReport ?? now else { return }
        nextReport = now + .seconds(5)
        if let packet = makeRTCP(ssrc: sender.ssrc, sender: sender, receiver: &receiver, at: now) { transport.send(packet, isRTCP: true) }
    }

    // MARK: - The end, and the report

    private func giveUp() {
        report(patience.complaint.rule, patience.complaint.error.details)
        fail(patience.complaint.error)
    }

    /// Meta ends the call or refuses it.
    func fail(_ error: MetaError) {
        failure = failure ?? error
        isEnded = true
    }

    func report(_ rule: WhatsAppRule, _ detail: String) {
        let violation = Violation(rule: rule, detail: detail)
        if !violations.contains(violation), violations.count < 100 { violations.append(violation) }
    }

    func noteSDP(at now: MonotonicInstant) {
        sdpArrived = sdpArrived ?? now
        transport.dtlsBegins = transport.dtlsBegins ?? now + configuration.dtlsDelay
    }

    /// What happened, with the rules of the media checked.
    /// - Parameter isLossy: the network was made to lose packets, so missing numbers prove nothing.
    public func makeReport(isLossy: Bool = false) -> PeerReport {
        var result = receiver.report(since: sdpArrived, sender: sender)
        if let start = sdpArrived {
            result.iceConnected = iceConnected.map { $0 - start }
            result.dtlsConnected = dtlsConnected.map { $0 - start }
        }
        if let accepted = patience.accepted { result.firstPacketAfterAccept = firstArrival.map { $0 - accepted } }
        result.packetsBeforeAccept = packetsBeforeAccept
        result.packetsFromElsewhere = packetsFromElsewhere
        result.packetsBeforeKeys = transport.packetsBeforeKeys
        result.packetsRefused = transport.packetsRefused
        result.failure = failure
        result.violations = violations + receiver.violations(isLossy: isLossy)
        return result
    }
}
