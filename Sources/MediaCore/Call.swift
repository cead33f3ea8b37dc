import ICE
import RTP
import SRTP
public import Wire

/// What a call is given once, because it may neither read a clock nor draw random numbers.
public struct CallConfiguration: Sendable {
    /// For SSRC-like values that must differ and need not be secret.
    public var seed: UInt64
    /// Unix time minus the monotonic clock [ns]: sender reports carry NTP time (RFC 3550 section 4).
    public var wallClockOffset: Int64
    /// Whether the work of DTLS handshakes is put into `CallOutput` to be done elsewhere, instead of being done at once.
    public var handshakesApart: Bool
    /// Frames of audio are made at multiples of this, so that the calls of a worker wake it together: a frame is late by less
    /// than that, and always by the same. Zero makes each in its own moment.
    public var audioGrid: Nanoseconds
    public var media = MediaSettings()

    public init(seed: UInt64, wallClockOffset: Int64 = 0, handshakesApart: Bool = false, audioGrid: Nanoseconds = .zero) {
        self.seed = seed
        self.wallClockOffset = wallClockOffset
        self.handshakesApart = handshakesApart
        self.audioGrid = audioGrid
    }
}

/// One call as a machine: datagrams, plans and moments in; datagrams, events and the next deadline out.
///
/// - `receive`, `handleDeadline`, `apply` and `end` change it; call them in the order in which things happen,
///   with a `now` that never steps back, and take the output after each.
/// - `nextDeadline`, `isEnded` and `statistics()` only look.
///
/// The way of a packet is in `Call+PacketPath.swift`, what time brings in `Call+Deadlines.swift`, the plan in `Call+Plan.swift`.
/// A call is confined to one worker and is not thread-safe.
public final class Call {
    let configuration: CallConfiguration
    var random: SplitMix64

    /// `end` was called or a timeout passed: nothing is received or sent any more.
    public internal(set) var isEnded = false
    /// `handleDeadline` wants to be called at this moment, or earlier.
    public internal(set) var nextDeadline = MonotonicInstant.distantFuture
    /// When media last came from anybody, or the last plan was applied.
    var lastMedia: MonotonicInstant
    @exclusivity(unchecked) var slotOwners = SlotOwners()
    /// They live as long as the call.
    var legs: [MediaLeg] = []
    /// What the last plan says of the whole call; each leg has its own part of it.
    var plan = CallPlan()
    /// How many m-lines the last plan has.
    var plannedMedia = 0
    /// Only while the call is recorded.
    var recorder: CallRecorder?
    @exclusivity(unchecked) private var drops = DropCounters()

    public init(_ configuration: CallConfiguration, at now: MonotonicInstant) {
        self.configuration = configuration
        random = SplitMix64(seed: configuration.seed)
        lastMedia = now
    }

    /// Ends the call: says goodbye where something was sent, reports `.ended`, and does nothing from then on.
    public func end(_ reason: EndReason, at now: MonotonicInstant, into output: CallOutput) {
        guard !isEnded else { return }
        for leg in legs where leg.egress.packets > 0 {
            sendReport(of: leg, goodbye: true, at: now, into: output)
        }
        // What a peer that never came up was to hear.
        for leg in legs where !leg.isReadyToSend && !leg.plan.isGated { giveUpAudio(for: leg, countsAsClipped: true) }
        recorder?.end(at: now, into: output)
        isEnded = true
        nextDeadline = .distantFuture
        output.report(.ended(reason))
    }

    /// How much of what `hotState` points to a packet needs [bytes].
    public static let hotSize = 1024

    /// Where the state lies that a packet to that socket will need: of its leg and of the other one. For a caller that has it
    /// fetched into the cache while it is busy with another call; nothing is to be read there.
    public func hotState(of slot: Int) -> (own: UnsafeRawPointer?, other: UnsafeRawPointer?) { slotOwners.places(of: slot) }

    /// A copy of the counters, and where each leg is with its addresses and keys.
    public func statistics() -> CallStatistics {
        var result = CallStatistics()
        result.drops = drops.all
        result.media = legs.map { leg in
            var media = MediaStatistics(leg.statistics)
            media.participant = leg.plan.participant
            media.sentSSRC = leg.egress.ssrc
            media.remoteRTP = leg.transport.rtpPath?.remote ?? leg.transport.rtpLatch.destination
            media.remoteRTCP = leg.transport.rtcpPath?.remote
            media.isLatched = leg.transport.rtpLatch.latched != nil || leg.transport.ice?.selectedPair != nil
            media.isSettled = leg.transport.ice?.selectedPair != nil || leg.transport.rtpLatch.isSettled(at: leg.statistics.lastPacket)
            media.receivedPayloadType = leg.receivedPayloadType
            (media.sentSequence, media.sentTimestamp) = leg.egress.last
            media.sentOctets = leg.egress.octets
            media.iceState = leg.transport.iceState
            media.dtlsIsVerified = leg.transport.isDTLSVerified
            media.cryptoSuite = leg.transport.cryptoSuite?.name
            media.received = leg.ingress.streams.map(\.statistics)
            media.isTranscoding = leg.bridge != nil && leg.router.transcodes
            media.isReady = leg.isReadyToSend
            media.isPlaying = leg.playback != nil
            return media
        }
        return result
    }

    func drop(_ reason: DropReason) { drops.count(reason) }

    /// Notes the earliest moment at which something is to be done; the last act of everything that changes the call.
    func schedule() {
        guard !isEnded else {
            nextDeadline = .distantFuture
            return
        }
        var earliest = lastMedia + timeout.span
        for leg in legs { earliest = min(earliest, leg.nextDeadline) }
        if let recorder { earliest = min(earliest, recorder.nextTick.roundedUp(to: configuration.audioGrid)) }
        nextDeadline = earliest
    }

    /// The same after a packet of media, of which there are many: it starts timers and puts off the timeout, and what is too
    /// early is put right when its time has come.
    func scheduleTimers(around leg: MediaLeg) {
        if leg.timers.earliest < nextDeadline { nextDeadline = leg.timers.earliest }
        for sink in leg.sinks where sink.timers.earliest < nextDeadline { nextDeadline = sink.timers.earliest }
    }

    /// How long the call may be without media, and what its end is called.
    var timeout: (span: Nanoseconds, reason: EndReason) {
        for leg in legs where leg.plan.isActive && leg.plan.peerSends { return (plan.mediaTimeout, .mediaTimeout) }
        return (plan.silentTimeout, .silentTimeout)
    }
}
