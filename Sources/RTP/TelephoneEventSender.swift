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
    /// Events that can wait behind the one being sent.
    public static let maximumQueued = 32
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

    private let clockRate: Int
    private let timestampClockRate: Int

    /// The first is the one being sent or next to be sent.
    private var digits: [Digit] = []
    private var sending: Sending?
    /// The newest digit is still among them and not finished: `extend` and `finish` mean that one.
    private var isOpen = false

    /// - Parameter clockRate: of the duration field, the one in the payload type's `a=rtpmap`.
    /// - Parameter timestampClockRate: of the egress RTP timestamps, where it is another (toward WhatsApp 48,000).
    public init(clockRate: Int = 8000, timestampClockRate: Int? = nil) {
        self.clockRate = max(1, clockRate)
        self.timestampClockRate = max(1, timestampClockRate ?? clockRate)
    }

    /// Whether there is anything left to send.
    public var isActive: Bool { !digits.isEmpty }

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

    /// What to send now, or `nil` if there is nothing.
    ///
    /// The duration grows by 20 ms a packet. While the event is unfinished it runs at most 20 ms ahead of what
    /// is known of it; once it is finished and caught up with, its end is sent three times.
    ///
    /// - Parameter timestampNow: the egress RTP timestamp that an audio packet sent now would have.
    public mutating func nextPacket(timestampNow: UInt32) -> Packet? {
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
        digits.removeFirst()
        if digits.isEmpty { isOpen = false }
        sending = nil
    }
}
