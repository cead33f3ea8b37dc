/// Regenerates events on our own timeline: one at a time, a packet every 20 ms (RFC 4733 section 2.5.1).
///
/// `start`, `extend` and `finish` say what the far side does, and always speak of the event started last.
/// `nextPacket` says what to send, and is to be called every `interval` while `isActive`. Events that
/// come while another is being sent wait, so that none is lost and each keeps its pause.
public struct TelephoneEventSender: Sendable {
    /// One packet to send.
    public struct Packet: Equatable, Sendable {
        public var event: TelephoneEvent
        /// When the event (or this segment of it) began, on the egress stream's RTP clock.
        public var timestamp: UInt32
        /// Set for the first packet of an event.
        public var marker: Bool
    }

    /// From one packet to the next [ms].
    public static let interval = 20
    /// Receivers overlook shorter digits (ITU-T Q.24 asks for 40 ms) [ms].
    public static let minimumDuration = 40
    /// End packets of an event (RFC 4733 section 2.5.1.4). Sent 20 ms apart they are also the pause of
    /// 40 ms that a receiver needs between two digits.
    static let endPackets = 3
    /// Events that can wait behind the one being sent, pressed by the far side.
    public static let maximumQueued = 32
    /// The same for those of which everything is known beforehand.
    public static let maximumPlanned = 64
    /// Nobody holds a key for longer; bounds what the far side may say [ms].
    static let maximumDuration = 3_600_000
    /// An event that the far side neither extends nor finishes is ended after this many packets
    /// without growth, 500 ms: whoever should have ended it is gone.
    static let maximumStalls = 25

    private struct Digit: Sendable {
        var code: UInt8 = 0
        var volume: UInt8 = 0
        /// What the far side has said so far [ms].
        var known = 0
        var isFinished = false
        /// Silence behind it, its end packets included [ms].
        var pause = 0
    }

    private struct Sending: Sendable {
        /// Of this segment, on the RTP clock.
        var timestamp: UInt32
        /// What we have said so far [ms].
        var duration = 0
        /// Of the segments before this one, in units of the durations' clock.
        var formerTicks = 0
        var isFirst = true
        var endsLeft = TelephoneEventSender.endPackets
        var stalls = 0
    }

    private var clockRate: Int
    private var timestampClockRate: Int

    /// The first is the one being sent or next to be sent.
    private var digits: [Digit] = []
    private var sending: Sending?
    /// Of the pause behind the event that was sent last [ms].
    private var pauseLeft = 0
    /// The newest digit is still among them and not finished: `extend` and `finish` mean that one.
    private var isOpen = false

    /// - Parameter clockRate: of the duration field, the one in the payload type's `a=rtpmap`.
    /// - Parameter timestampClockRate: of the egress RTP timestamps, where it is another (toward WhatsApp 48,000).
    public init(clockRate: Int = 8000, timestampClockRate: Int? = nil) {
        self.clockRate = max(1, clockRate)
        self.timestampClockRate = max(1, timestampClockRate ?? clockRate)
    }

    /// Changes the clocks, as `init` has them, for the next event; only while nothing is left to send.
    public mutating func setClockRates(durations: Int, timestamps: Int) {
        guard !isActive else { return }
        clockRate = max(1, durations)
        timestampClockRate = max(1, timestamps)
    }

    /// Whether there is anything left to send, a pause included.
    public var isActive: Bool { !digits.isEmpty || pauseLeft > 0 }

    /// Nothing is to be sent just now, for the pause behind an event.
    public var isPausing: Bool { pauseLeft > 0 }

    /// How many events may be put in by `enqueue` now.
    public var room: Int { max(0, Self.maximumPlanned - digits.count) }

    /// Begins an event; the former one, if nobody finished it, ends with what is known of it.
    ///
    /// - Returns: `false` if `maximumQueued` are waiting already; then this one is dropped, and the calls that follow for it do nothing.
    @discardableResult
    public mutating func start(code: UInt8, volume: UInt8) -> Bool {
        if isOpen { digits[newest].isFinished = true }
        isOpen = digits.count <= Self.maximumQueued
        guard isOpen else { return false }
        digits.append(Digit(code: code, volume: volume & 0x3f))
        return true
    }

    /// Puts in an event of which everything is known, with a pause behind it of at least the time that its end packets take.
    ///
    /// - Returns: `false` if there is no `room`; then this one is dropped.
    public mutating func enqueue(code: UInt8, volume: UInt8, milliseconds duration: Int, pause: Int) -> Bool {
        guard room > 0 else { return false }
        if isOpen { digits[newest].isFinished = true }
        isOpen = false
        digits.append(Digit(
            code: code, volume: volume & 0x3f, known: min(max(0, duration), Self.maximumDuration), isFinished: true,
            pause: min(max(0, pause), Self.maximumDuration)))
        return true
    }

    /// The far side's event goes on; it is known to have lasted this long. It never gets shorter.
    public mutating func extend(toMilliseconds duration: Int) {
        guard isOpen else { return }
        digits[newest].known = max(digits[newest].known, min(duration, Self.maximumDuration))
    }

    /// The far side's event is over and lasted this long.
    public mutating func finish(durationMilliseconds duration: Int) {
        guard isOpen else { return }
        digits[newest].known = min(duration, Self.maximumDuration)
        digits[newest].isFinished = true
        isOpen = false
    }

    /// What to send now, or `nil` if there is nothing, or a pause.
    ///
    /// The duration grows by 20 ms a packet. While the event is unfinished it runs at most 20 ms ahead of what
    /// is known of it; once it is finished and caught up with, its end is sent three times.
    ///
    /// - Parameter timestampNow: the egress RTP timestamp that an audio packet sent now would have.
    public mutating func nextPacket(timestampNow: UInt32) -> Packet? {
        if pauseLeft > 0 {
            pauseLeft = max(0, pauseLeft &- Self.interval)
            return nil
        }
        guard let digit = digits.first else { return nil }
        var state = sending ?? Sending(timestamp: timestampNow)
        let isEnd = grow(&state, digit)
        let ticks = state.duration &* clockRate / 1000 &- state.formerTicks
        var packet = Packet(
            event: TelephoneEvent(code: digit.code, isEnd: isEnd, volume: digit.volume, duration: UInt16(clamping: ticks)),
            timestamp: state.timestamp, marker: state.isFirst)
        state.isFirst = false
        if ticks > 0xffff {
            // The end, if this was one, is said in the next segment.
            packet.event.isEnd = false
            beginSegment(&state)
        } else if isEnd {
            state.endsLeft &-= 1
        }
        sending = state
        if state.endsLeft == 0 { removeHead() }
        return packet
    }
}

extension TelephoneEventSender {
    /// Moves the duration on by one interval; true once the digit's final duration is reached.
    private func grow(_ state: inout Sending, _ digit: Digit) -> Bool {
        // What an end packet has said stands.
        if state.endsLeft < Self.endPackets { return true }
        let next = state.duration &+ Self.interval
        if digit.isFinished || state.stalls >= Self.maximumStalls {
            let final = max(digit.isFinished ? digit.known : 0, Self.minimumDuration, state.duration)
            state.duration = min(next, final)
            return state.duration == final
        }
        let limit = digit.known &+ Self.interval
        state.stalls = next <= limit ? 0 : state.stalls &+ 1
        state.duration = max(state.duration, min(next, limit))
        return false
    }

    /// The field is full: the event goes on in a segment that begins where this one ends (RFC 4733 section 2.5.1.3).
    private func beginSegment(_ state: inout Sending) {
        state.formerTicks &+= 0xffff
        state.timestamp &+= UInt32(truncatingIfNeeded: 0xffff &* timestampClockRate / clockRate)
    }

    private var newest: Int { digits.count - 1 }

    private mutating func removeHead() {
        let digit = digits.removeFirst()
        // The first end packet still is of the event, the others are behind it.
        pauseLeft = max(0, digit.pause &- (Self.endPackets &- 1) &* Self.interval)
        if digits.isEmpty { isOpen = false }
        sending = nil
    }
}
