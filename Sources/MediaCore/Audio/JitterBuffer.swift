internal import Wire

/// Puts one received audio stream back in order and in time (RFC 3550 leaves the how to us).
///
/// Packets go in as they come; the transcoder takes audio out at ticks of its own clock. It keeps the few
/// samples that a tick leaves over, so that packets of 10 to 60 ms fit ticks of any length. Each tick:
///
///     while less than one frame of PCM is left:  playout(at:)  -> decode, recover, conceal or fill
///     adjustment(isSilent:at:)                   -> play the frame, drop it, or play one more before it
///
/// The buffer has a timeline of its own, made from the stream's timestamps: a jump of theirs, a new SSRC or a
/// restart continues it where the audio so far ends, so nothing that is still to be played is lost. A
/// packet is due when the fastest packet of late would have waited for `targetDelay`. Once playing, the
/// stream runs on without a look at the clock; a stream that ran dry, or that begins a talk spurt (a gap
/// in the timestamps but not in the sequence numbers), is aligned anew.
///
/// Nothing is allocated for a packet but where it needs more room than any before it.
final class JitterBuffer {
    enum Insert: Equatable {
        case accepted
        /// Here already, or played.
        case duplicate
        /// What it would have filled is past.
        case late
        /// Accepted, and the oldest packets made room for it.
        case overflow
        /// Empty, or longer than `maximumPayload`.
        case refused
    }

    struct Packet {
        /// Valid until the next call of `playout`, `insert`, `noteOther`, `splice` or `reset`.
        var payload: Bytes
        /// The caller's number for the payload's format.
        var format: UInt8
        var marker: Bool
        /// As it came, unwrapped [clock ticks].
        var timestamp: Int64
        /// [clock ticks]
        var duration: Int
        /// From its arrival until now.
        var waited: Nanoseconds
    }

    struct Loss {
        /// How much audio is missing: one packet's [clock ticks].
        var duration: Int
        /// The packet after the lost one, for its in-band FEC, if it is here. It will still be played. Valid as `Packet.payload`.
        var next: Bytes?
        /// The format of `next`.
        var nextFormat: UInt8
    }

    enum Playout {
        case packet(Packet)
        /// One packet is lost: restore or conceal it.
        case lost(Loss)
        /// Nothing is here: the stream is late or silent. Conceal a frame; the concealment fades out.
        case empty
        /// A new talk spurt is here but not due. Fill a frame as for `empty`.
        case waiting
    }

    /// What to do with the frame that is about to be played.
    enum Adjustment {
        case none
        /// Drop it, for the delay is too long.
        case dropFrame
        /// Play a frame of silence or concealment first, for the delay is too short.
        case insertFrame
    }

    enum Phase {
        /// Before the first packet is played, after the stream ran dry, or in a gap between talk spurts.
        case idle
        case playing
    }

    private(set) var configuration: JitterBufferConfiguration
    /// RTP timestamp units a second.
    private(set) var clockRate: Int64
    var ring: PacketRing
    var estimator: DelayEstimator
    var statistics = JitterBufferStatistics()

    /// The map from the stream's numbers to the buffer's; changes with each splice.
    var sequenceOffset: Int64 = 0
    var timestampOffset: Int64 = 0
    var hasStarted = false
    var spliceIsDue = false
    /// The highest sequence number so far, and where its audio ends.
    var highestSequence: Int64 = 0
    var highestEnd: Int64 = 0
    var lastAccepted = MonotonicInstant(nanoseconds: 0)
    var consecutiveLate = 0

    var phase = Phase.idle
    var hasPlayed = false
    /// What is to be played next.
    var nextSequence: Int64 = 0
    var nextTimestamp: Int64 = 0
    /// The duration of the last packet [clock ticks].
    var lastDuration: Int64
    var idleSince: MonotonicInstant?

    /// Now minus media time at the last times that something was played, corrected for the frames dropped and inserted since [ns].
    ///
    /// Where packets and frames differ in length some packets are asked for earlier than others; the
    /// earliest counts, for it must be here by then.
    var playoutOffsets = InlineArray<4, Int64>(repeating: 0)
    var playoutCount = 0
    var lastPlayout = MonotonicInstant(nanoseconds: 0)
    var isTooLongSince: MonotonicInstant?
    var isTooShortSince: MonotonicInstant?
    var droppedLast = false

    /// - Parameter clockRate: RTP timestamp units a second, 1000 to 192,000.
    init(clockRate: Int, configuration: JitterBufferConfiguration = JitterBufferConfiguration()) {
        let configuration = configuration.bounded
        self.configuration = configuration
        self.clockRate = Self.bounded(clockRate)
        lastDuration = self.clockRate / 50
        ring = PacketRing(capacity: configuration.capacity, maximumPayload: configuration.maximumPayload)
        estimator = DelayEstimator(configuration)
    }

    /// How long a packet that met no queue shall wait.
    var targetDelay: Nanoseconds { estimator.target }

    /// How long it does wait now.
    var currentDelay: Nanoseconds {
        guard hasPlayed, let least = estimator.leastTransit else { return .zero }
        var earliest = Int64.max
        for index in 0..<4 { earliest = min(earliest, playoutOffsets[index]) }
        return Nanoseconds(earliest &- least)
    }

    /// When the audio that comes next is due; a caller that starts its ticks then adds no delay of its own.
    var due: MonotonicInstant? {
        guard let entry = firstAudio() else { return nil }
        return due(entry)
    }

    /// The packets carry in-band FEC. When some are lost, the delay then grows by one packet, so that the packet
    /// after a lost one is here in time to restore it.
    var packetsCarryRecovery: Bool {
        get { estimator.packetsCarryRecovery }
        set { estimator.packetsCarryRecovery = newValue }
    }

    /// The caller takes frames of another length from now on.
    func setFrame(_ frame: Nanoseconds) {
        configuration.frame = frame
        configuration = configuration.bounded
    }

    /// Packets that are waiting.
    var count: Int { ring.count }

    /// The packets with audio that are waiting, with the caller's number for the format of each.
    func forEachWaiting(_ body: (Bytes, UInt8) -> Void) {
        guard ring.count > 0 else { return }
        var sequence = nextSequence
        while sequence <= highestSequence {
            if let entry = ring.entry(sequence), entry.isAudio { body(ring.payload(entry), entry.format) }
            sequence &+= 1
        }
    }

    /// The next packet continues the stream under other numbers: a new SSRC, or another source. What is here is still played.
    func splice() {
        ring.endLoan()
        spliceIsDue = hasStarted
    }

    /// Forgets everything but the statistics, for a stream that has nothing to do with the one before.
    func reset(clockRate: Int? = nil) {
        ring.removeAll()
        estimator.removeAll()
        if let clockRate { self.clockRate = Self.bounded(clockRate) }
        lastDuration = self.clockRate / 50
        hasStarted = false
        spliceIsDue = false
        hasPlayed = false
        consecutiveLate = 0
        idleSince = nil
        becomeIdle()
    }

    private static func bounded(_ clockRate: Int) -> Int64 { Int64(min(max(clockRate, 1000), 192_000)) }
}

/// Counters of one `JitterBuffer`.
struct JitterBufferStatistics: Equatable {
    /// Packets accepted.
    var inserted: UInt64 = 0
    var late: UInt64 = 0
    var duplicates: UInt64 = 0
    /// Packets given up to make room.
    var overflowed: UInt64 = 0
    /// Packets that were never played because they did not come, or came too late.
    var lost: UInt64 = 0
    /// Answers that made the caller fill a gap inside speech.
    var concealed: UInt64 = 0
    /// Times that the stream ran dry.
    var underruns: UInt64 = 0
    var framesDropped: UInt64 = 0
    var framesInserted: UInt64 = 0
    /// Times that the stream's numbers jumped.
    var splices: UInt64 = 0
}

extension JitterBuffer {
    /// Media time of the buffer's timeline [ns].
    func nanoseconds(_ ticks: Int64) -> Int64 {
        let (seconds, rest) = ticks.quotientAndRemainder(dividingBy: clockRate)
        return seconds &* 1_000_000_000 &+ rest &* 1_000_000_000 / clockRate
    }

    func ticks(_ nanoseconds: Int64) -> Int64 {
        let (seconds, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        return seconds &* clockRate &+ rest &* clockRate / 1_000_000_000
    }

    /// When the first packet of a talk spurt is due.
    ///
    /// A caller whose frames are no whole number of packets asks for some packets before their time: that much later it begins.
    func due(_ entry: PacketRing.Entry) -> MonotonicInstant {
        let frame = ticks(configuration.frame.count)
        let lead = frame &- greatestCommonDivisor(frame, entry.duration)
        let sent = nanoseconds(entry.timestamp) &+ (estimator.leastTransit ?? 0)
        return MonotonicInstant(nanoseconds: sent &+ nanoseconds(lead)) + estimator.target
    }

    private func greatestCommonDivisor(_ a: Int64, _ b: Int64) -> Int64 {
        var (a, b) = (a, b)
        while b > 0 { (a, b) = (b, a % b) }
        return a
    }

    /// The first packet with audio from `nextSequence` on.
    func firstAudio() -> PacketRing.Entry? {
        guard ring.count > 0 else { return nil }
        var sequence = nextSequence
        while sequence <= highestSequence {
            if let entry = ring.entry(sequence), entry.isAudio { return entry }
            sequence &+= 1
        }
        return nil
    }
}
