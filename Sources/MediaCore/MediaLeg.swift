import RTP
import Wire

/// One m-line of one participant while the call runs: what comes from its peer and what goes to it.
///
///     peer ──► transport ──► ingress ─────────────────────────► the legs that hear this peer
///     peer ◄── transport ◄── egress ◄── forward │ bridge │ events ◄── the leg that this peer hears
///
/// What each packet needs stands first and close together, since with thousands of calls it comes from memory. None of the
/// values calls anything back while it changes, so the run-time checks of exclusive access would only cost time.
final class MediaLeg {
    /// The index in `CallPlan.media`.
    let index: Int
    let transport = Transport()
    @exclusivity(unchecked) var plan: MediaPlan
    @exclusivity(unchecked) var timers = Deadlines()
    /// What the peer hears in place of its source.
    @exclusivity(unchecked) var playback: Playback?
    @exclusivity(unchecked) var bridge: AudioBridge?
    /// Hears the digits that the peer presses as tones; only while a sink asks for it.
    @exclusivity(unchecked) var listener: ToneListener?
    /// Everything was in place for sending at least once.
    var wasReady = false
    /// The clip of the plan was played to its end.
    var hasPlayed = false
    /// The payload type of the audio that is passed on as it is; `nil` where none was yet.
    var forwardedPayloadType: UInt8?
    /// The payload type of the audio, or of whatever is relayed, that the peer sent last.
    private(set) var receivedPayloadType: UInt8?
    /// What the payload type was that came last, which nearly always is that of the next packet too.
    @exclusivity(unchecked) private var latest: (payloadType: UInt8, meaning: Received)?
    /// RTP clock of the audio that the peer sends now [Hz].
    var ingressClockRate: Int
    /// The legs that hear this peer.
    private(set) var sinks = Sinks()
    fileprivate var nextSink: Unmanaged<MediaLeg>?
    /// What is recorded of it.
    var recording: RecordingTaps = []
    var attention = Attention()
    @exclusivity(unchecked) var statistics = LegStatistics()

    // To the peer.
    /// When the last RTP packet left for this peer.
    var lastSent: MonotonicInstant?
    /// The same for RTP and RTCP together.
    private var lastSignOfLife: MonotonicInstant?
    @exclusivity(unchecked) var router = PayloadRouter()
    @exclusivity(unchecked) var egress: EgressStream
    @exclusivity(unchecked) var eventSender = TelephoneEventSender()
    /// Of the events in `eventSender`; `nil` where they become tones.
    var eventPayload: PayloadPlan?
    var reports = ReportSchedule()
    /// `plan.cname`, as the first plan had it.
    let canonicalName: String
    /// Makes the tones of digits for a peer that knows no events; made for the first of them.
    var tones: ToneFrames?
    /// Toward a leg of `RelayKind.packets`.
    var payloadTypes = PayloadTypeMap()

    // From the peer.
    @exclusivity(unchecked) var ingress = IngressStreams()
    @exclusivity(unchecked) var eventReceiver = TelephoneEventReceiver()

    /// What a payload type is when this peer sends it.
    enum Received {
        case unknown
        case audio(clockRate: Int)
        case event(durationClockRate: Int)
    }

    init(index: Int, plan: MediaPlan, random: inout SplitMix64) {
        self.index = index
        self.plan = plan
        canonicalName = plan.cname
        let clockRate = plan.sendPayloads.first { $0.format.isAudio }?.clockRate ?? 8000
        ingressClockRate = plan.receivePayloads.first { $0.format.isAudio }?.clockRate ?? 8000
        egress = EgressStream(
            ssrc: plan.ssrc, clockRate: clockRate,
            firstSequence: UInt16(truncatingIfNeeded: random.next()), firstTimestamp: UInt32(truncatingIfNeeded: random.next()))
    }

    func received(_ payloadType: UInt8) -> Received {
        if let latest, latest.payloadType == payloadType { return latest.meaning }
        let meaning = meaning(of: payloadType)
        latest = (payloadType, meaning)
        if case .audio = meaning { receivedPayloadType = payloadType }
        return meaning
    }

    private func meaning(of payloadType: UInt8) -> Received {
        guard let payload = plan.receivePayloads.last(where: { $0.payloadType == payloadType }) else { return .unknown }
        return payload.format == .telephoneEvent ? .event(durationClockRate: payload.clockRate) : .audio(clockRate: payload.clockRate)
    }

    /// A packet leaves for the peer.
    func noteSignOfLife(at now: MonotonicInstant) {
        if let last = lastSignOfLife, now - last > statistics.longestSendGap { statistics.longestSendGap = now - last }
        lastSignOfLife = now
    }

    /// Takes over a new plan.
    func apply(_ new: MediaPlan) {
        if new.playback?.id != plan.playback?.id || new.playback?.clip != plan.playback?.clip { hasPlayed = false }
        plan = new
        // Lists that say the same share their memory.
        if new.sendPayloads == new.receivePayloads { plan.sendPayloads = new.receivePayloads }
        latest = nil
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
        eventSender = TelephoneEventSender()
        eventPayload = nil
        timers.stop(.eventPacket)
    }

    /// The next event goes out beside the audio that the peer gets now, and on its clock.
    func settleEventClock() {
        guard !eventSender.isActive else { return }
        eventPayload = router.eventPayload(besideClockRate: egress.clockRate)
        eventSender.setClockRates(durations: eventPayload?.clockRate ?? 8000, timestamps: egress.clockRate)
    }

    /// Whether this peer's packets are audio on a line of ours, of which we make some ourselves.
    var isAudio: Bool { plan.relay == .audio }

    /// Nothing is done for an m-line that is gone: neither its ICE nor its handshake goes on.
    var nextDeadline: MonotonicInstant { !plan.isActive ? .distantFuture : min(timers.earliest, transport.nextDeadline) }
}

/// Legs that hear one peer, nearly always a single one: a chain through the legs themselves.
struct Sinks: Sequence, IteratorProtocol {
    fileprivate var first: Unmanaged<MediaLeg>?

    mutating func next() -> MediaLeg? {
        guard let leg = first?.takeUnretainedValue() else { return nil }
        first = leg.nextSink
        return leg
    }
}

extension MediaLeg {
    /// Says who hears whom. All legs live as long as their call does, so that the chain needs not to keep them.
    static func connect(_ legs: [MediaLeg]) {
        for leg in legs { leg.sinks = Sinks() }
        // Backwards, so that each chain is in the legs' order.
        for leg in legs.reversed() where leg.plan.isActive {
            guard let source = leg.plan.source, legs.indices.contains(source), legs[source].plan.relay == leg.plan.relay else { continue }
            leg.nextSink = legs[source].sinks.first
            legs[source].sinks.first = .passUnretained(leg)
        }
    }
}
