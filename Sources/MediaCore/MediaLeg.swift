import RTP
import Wire

/// One m-line of one participant while the call runs: what comes from its peer and what goes to it.
///
///     peer ──► transport ──► ingress ─────────────────────────► the legs that hear this peer
///     peer ◄── transport ◄── egress ◄── forward │ bridge │ events ◄── the leg that this peer hears
final class MediaLeg {
    /// The index in `CallPlan.media`.
    let index: Int
    let transport = Transport()
    var plan: MediaPlan
    /// `plan.cname` as bytes.
    let canonicalName: [UInt8]
    var timers = Deadlines()

    // From the peer.
    var ingress = IngressStreams()
    var eventReceiver = TelephoneEventReceiver()
    /// The legs that hear this peer, by index.
    var sinks: [Int] = []
    /// RTP clock of the audio that the peer sends now [Hz].
    var ingressClockRate: Int
    private var received = InlineArray<128, Received>(repeating: .unknown)
    var attention = Attention()

    // To the peer.
    var egress: EgressStream
    var router = PayloadRouter()
    var bridge: AudioBridge?
    var eventSender = TelephoneEventSender()
    var reports = ReportSchedule()
    /// What the peer hears in place of its source.
    var playback: Playback?
    /// The payload type of the audio that is passed on as it is; `nil` where none was yet.
    var forwardedPayloadType: UInt8?
    /// When the last RTP packet left for this peer.
    var lastSent: MonotonicInstant?
    /// The same for RTP and RTCP together.
    private var lastSignOfLife: MonotonicInstant?

    var statistics = MediaStatistics()
    /// Everything was in place for sending at least once.
    var wasReady = false

    /// What a payload type is when this peer sends it.
    enum Received {
        case unknown
        case audio(clockRate: Int)
        case event(durationClockRate: Int)
    }

    init(index: Int, plan: MediaPlan, random: inout SplitMix64) {
        self.index = index
        self.plan = plan
        canonicalName = Array(plan.cname.utf8.prefix(255))
        let clockRate = plan.sendPayloads.first { $0.format.isAudio }?.clockRate ?? 8000
        ingressClockRate = plan.receivePayloads.first { $0.format.isAudio }?.clockRate ?? 8000
        egress = EgressStream(
            ssrc: plan.ssrc, clockRate: clockRate,
            firstSequence: UInt16(truncatingIfNeeded: random.next()), firstTimestamp: UInt32(truncatingIfNeeded: random.next()))
        statistics.participant = plan.participant
        statistics.sentSSRC = plan.ssrc
    }

    func received(_ payloadType: UInt8) -> Received { received[Int(payloadType & 0x7f)] }

    /// A packet leaves for the peer.
    func noteSignOfLife(at now: MonotonicInstant) {
        if let last = lastSignOfLife, now - last > statistics.longestSendGap { statistics.longestSendGap = now - last }
        lastSignOfLife = now
    }

    /// Takes over the payload types of a new plan.
    func setReceived(_ payloads: [PayloadPlan]) {
        received = InlineArray(repeating: .unknown)
        for payload in payloads where payload.payloadType < 128 {
            received[Int(payload.payloadType)] =
                payload.format == .telephoneEvent ? .event(durationClockRate: payload.clockRate) : .audio(clockRate: payload.clockRate)
        }
    }

    /// Whether RTP can be sent to this peer now.
    var isReachable: Bool { plan.isActive && plan.peerReceives && transport.isReady }

    /// Whether media may be sent to this peer now: it can be, and its gate is open.
    var isReadyToSend: Bool { isReachable && !plan.isGated }

    /// It can be sent to and nobody has acted on that yet.
    var awaitsPump: Bool {
        (!wasReady && transport.isReady) || ((bridge?.isHeld == true || playback?.isPaused == true) && isReadyToSend)
    }

    /// The format of audio that we make for this peer: the one that is passed on to it, else the one that is encoded to.
    var ownFormat: PayloadPlan? {
        var result: PayloadPlan?
        for payload in plan.sendPayloads where payload.format.isTranscodable {
            if payload.payloadType == forwardedPayloadType { return payload }
            if result == nil { result = payload }
        }
        return result
    }

    /// Forgets the digits on their way to this peer, for a peer that does not listen any more or is sent other formats.
    func restartEventSender() {
        eventSender = TelephoneEventSender(
            clockRate: router.eventPayload?.clockRate ?? 8000,
            timestampClockRate: plan.sendPayloads.first { $0.format.isAudio }?.clockRate)
        timers.stop(.eventPacket)
    }

    /// Nothing is done for an m-line that is gone: neither its ICE nor its handshake goes on.
    var nextDeadline: MonotonicInstant { !plan.isActive ? .distantFuture : min(timers.earliest, transport.nextDeadline) }
}
