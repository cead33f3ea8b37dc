import RTP
import SRTP
public import Wire

/// A PBX's end of a call: plain RTP or SDES, G.711 or Opus, RFC 4733 digits; and the habits of real ones (re-offers for hold and
/// transfer, new SSRCs, timestamp jumps, pauses), on demand.
///
/// Pure, as `WhatsAppEndpoint`.
public final class PBXEndpoint {
    /// What the PBX is and offers.
    public struct Configuration: Sendable {
        public var address: TransportAddress
        /// `nil`: RTP and RTCP share one port.
        public var rtcpAddress: TransportAddress?
        /// `RTP/AVP`, `RTP/AVPF`, `RTP/SAVP` or `RTP/SAVPF`.
        public var transport: String
        public var codec: SimulatedCodec
        /// [ms]
        public var packetTime: Int
        public var hasTelephoneEvent: Bool
        public var seed: UInt64

        public init(
            address: TransportAddress, rtcpAddress: TransportAddress? = nil, transport: String = "RTP/AVP", codec: SimulatedCodec = .pcmu,
            packetTime: Int = 20, hasTelephoneEvent: Bool = true, seed: UInt64
        ) {
            self.address = address
            self.rtcpAddress = rtcpAddress
            self.transport = transport
            self.codec = codec
            self.packetTime = packetTime
            self.hasTelephoneEvent = hasTelephoneEvent
            self.seed = seed
        }
    }

    let configuration: Configuration
    let transport: PeerTransport
    var sender: SpeechSender
    var receiver: SpeechReceiver
    var ownKey: SRTPKey?
    var random: SplitMix64
    /// The version in `o=` (RFC 8866 section 5.2).
    var sdpVersion = 1
    /// The codecs of the present offer, the preferred one first.
    var codecs: [SimulatedCodec]
    /// What a re-offer says, until its answer is there.
    var pending: Reoffer?
    private var sdpArrived: MonotonicInstant?
    private var nextTick: MonotonicInstant?
    /// Added to each tick [ns for a millisecond of it].
    private var tickSkew = 0
    private var nextReport: MonotonicInstant?
    /// RTCP sender and receiver reports.
    public private(set) var reportsReceived = 0

    public init(_ configuration: Configuration) {
        self.configuration = configuration
        random = SplitMix64(seed: configuration.seed)
        transport = PeerTransport(address: configuration.address, rtcpAddress: configuration.rtcpAddress)
        transport.isSecured = configuration.transport.contains("SAVP")
        codecs = [configuration.codec]
        let payloadType = configuration.codec.usualPayloadType
        let event: UInt8? = configuration.hasTelephoneEvent ? 101 : nil
        sender = SpeechSender(
            format: .init(
                payloadType: payloadType, codec: configuration.codec, eventPayloadType: event, packetTime: configuration.packetTime),
            sampleRate: 8000, ssrc: UInt32(truncatingIfNeeded: random.next()),
            sequence: UInt16(truncatingIfNeeded: random.next()), timestamp: UInt32(truncatingIfNeeded: random.next()))
        receiver = SpeechReceiver(
            format: .init(payloadType: payloadType, codec: configuration.codec, eventPayloadType: event), sampleRate: 8000)
        ownKey = makeKey()
    }

    func makeKey() -> SRTPKey? {
        SRTPKey(suite: .aesCM128HMACSHA1_80, keyAndSalt: (0..<30).map { _ in UInt8(truncatingIfNeeded: random.next()) })
    }

    // MARK: - What the caller does

    /// Queues speech at 8000 Hz.
    public func play(_ samples: [Int16]) { sender.play(samples) }
    /// Sends a digit of 160 ms once those before it are over: event code 0 to 15 (RFC 4733 section 3.2).
    public func press(_ code: UInt8) { sender.press(code) }
    /// There is speech or a digit left to send.
    public var isSpeaking: Bool { sender.isSpeaking }
    /// The frame that was sent last is sound rather than silence.
    public var isSounding: Bool { sender.isSounding }
    public var ssrc: UInt32 { sender.ssrc }
    /// Where it listens now.
    public var address: TransportAddress { transport.address }
    /// Where it listens for RTCP, unless that comes by the same port.
    public var rtcpAddress: TransportAddress? { transport.rtcpAddress }
    /// What was received, decoded and put in order, at 8000 Hz; loss is silence.
    public var heard: [Int16] { receiver.samples }
    /// What is sent when there is nothing to say: frames of silence, or nothing at all.
    public var fillsWithSilence: Bool {
        get { sender.fillsWithSilence }
        set { sender.fillsWithSilence = newValue }
    }

    /// As Asterisk does at a bridge: SSRC, numbers and timestamps are all new.
    public func changeSSRC() {
        sender.changeSSRC(
            to: UInt32(truncatingIfNeeded: random.next()), sequence: UInt16(truncatingIfNeeded: random.next()),
            timestamp: UInt32(truncatingIfNeeded: random.next()))
    }

    /// Another of the negotiated codecs from the next packet on; without a new SSRC.
    public func switchCodec(to codec: SimulatedCodec, payloadType: UInt8) {
        sender.format.codec = codec
        sender.format.payloadType = payloadType
    }

    /// As Asterisk does between two applications.
    public func jumpTimestamps(by ticks: UInt32) { sender.jumpTimestamps(by: ticks) }
    /// Sends nothing for so long; the numbers go on, the timestamps run by the clock.
    public func pause(milliseconds: Int) { sender.pause(milliseconds: milliseconds) }
    /// Its sound card runs this much too fast.
    public func drift(partsPerMillion: Int) { tickSkew = -partsPerMillion }

    // MARK: - Time and datagrams

    public func receive(_ datagram: [UInt8], at now: MonotonicInstant) {
        switch datagram.withBytes(PacketKind.classify) {
        case .rtp:
            guard let packet = transport.open(datagram, isRTCP: false) else { return }
            _ = packet.withBytes { receiver.receive($0, at: now) }
        case .rtcp:
            if transport.open(datagram, isRTCP: true) != nil { reportsReceived += 1 }
        case .stun, .dtls, .unknown: break
        }
    }

    public func handleDeadline(at now: MonotonicInstant) {
        guard transport.isReady else { return }
        var tick = nextTick ?? now
        while tick <= now {
            for packet in sender.tick(at: now) { transport.send(packet) }
            tick = tick + .milliseconds(configuration.packetTime) + Nanoseconds(Int64(configuration.packetTime * tickSkew))
        }
        nextTick = tick
        guard now >= nextReport ?? now else { return }
        nextReport = now + .seconds(5)
        if let packet = makeRTCP(ssrc: sender.ssrc, sender: sender, receiver: &receiver, at: now) { transport.send(packet, isRTCP: true) }
    }

    public var nextDeadline: MonotonicInstant { nextTick ?? .distantFuture }

    /// What has to be sent now; to be called after every input.
    public func takeOutput() -> [PeerDatagram] { transport.takeOutput() }

    func noteSDP(at now: MonotonicInstant) {
        sdpArrived = sdpArrived ?? now
        if nextTick == nil, transport.isReady { nextTick = now }
    }

    /// What happened, with the rules of the media checked.
    /// - Parameter isLossy: the network was made to lose packets, so missing numbers prove nothing.
    public func makeReport(isLossy: Bool = false) -> PeerReport {
        var result = receiver.report(since: sdpArrived, sender: sender)
        result.violations = receiver.violations(isLossy: isLossy)
        return result
    }
}
