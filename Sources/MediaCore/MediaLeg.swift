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

    // To the peer.
    var egress: EgressStream
    var router = PayloadRouter()
    var bridge: AudioBridge?
    var eventSender = TelephoneEventSender()
    var reports = ReportSchedule()

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

    /// Takes over the payload types of a new plan.
    func setReceived(_ payloads: [PayloadPlan]) {
        received = InlineArray(repeating: .unknown)
        for payload in payloads where payload.payloadType < 128 {
            received[Int(payload.payloadType)] =
                payload.format == .telephoneEvent ? .event(durationClockRate: payload.clockRate) : .audio(clockRate: payload.clockRate)
        }
    }

    /// Whether RTP may be sent to this peer now.
    var isReadyToSend: Bool { plan.isActive && plan.peerReceives && transport.isReady }

    /// It can be sent to and nobody has acted on that yet.
    var awaitsPump: Bool { (!wasReady && transport.isReady) || (bridge?.isHeld == true && isReadyToSend) }

    /// Forgets the digits on their way to this peer, for a peer that does not listen any more or is sent other formats.
    func restartEventSender() {
        eventSender = TelephoneEventSender(
            clockRate: router.eventPayload?.clockRate ?? 8000,
            timestampClockRate: plan.sendPayloads.first { $0.format.isAudio }?.clockRate)
        timers.stop(.eventPacket)
    }

    var nextDeadline: MonotonicInstant { min(timers.earliest, transport.nextDeadline) }
}
