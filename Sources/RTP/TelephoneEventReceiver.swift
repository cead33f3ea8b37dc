public import Wire

/// Turns the telephone-event packets of one received stream, of which some are lost, repeated or late,
/// into each event exactly once (RFC 4733 section 2.5.2).
///
/// An event is known by its RTP timestamp and its code. It begins with the first packet seen of it, whichever
/// that is, and ends with its first end packet, with the first packet of another event, or after
/// `silence` without a packet. One `Active` with `isNew` set precedes every `Ended`.
public struct TelephoneEventReceiver: Sendable {
    /// An event that is over. It is reported once.
    public struct Ended: Equatable, Sendable {
        /// RFC 4733 section 3.2; 0 to 15 are digits.
        public var code: UInt8
        /// 0 to 63 [-dBm0].
        public var volume: UInt8
        /// As the sender counted it; as far as it was seen where the end packets were lost.
        public var durationMilliseconds: Int

        public init(code: UInt8, volume: UInt8, durationMilliseconds: Int) {
            self.code = code
            self.volume = volume
            self.durationMilliseconds = durationMilliseconds
        }
    }

    /// An event that goes on.
    public struct Active: Equatable, Sendable {
        /// RFC 4733 section 3.2; 0 to 15 are digits.
        public var code: UInt8
        /// 0 to 63 [-dBm0].
        public var volume: UInt8
        /// How long it is known to have lasted so far.
        public var durationMilliseconds: Int
        /// Set for the first packet of the event.
        public var isNew: Bool

        public init(code: UInt8, volume: UInt8, durationMilliseconds: Int, isNew: Bool) {
            self.code = code
            self.volume = volume
            self.durationMilliseconds = durationMilliseconds
            self.isNew = isNew
        }
    }

    /// What a packet told. `ended` never speaks of the event in `active`: act on `ended` first.
    public struct Update: Equatable, Sendable {
        /// The event that the packet ended, whether by its end or by another one's beginning.
        public var ended: Ended?
        public var active: Active?

        public init(ended: Ended? = nil, active: Active? = nil) {
            self.ended = ended
            self.active = active
        }
    }

    /// Without a packet for this long an event is over. Senders repeat themselves every 20 to 50 ms
    /// (RFC 4733 section 2.5.1.2); with this, three or more in a row have to be lost.
    public static let silence = Nanoseconds.milliseconds(200)
    /// A packet is a late one of an earlier event if its timestamp is at most this far back, 10 s at
    /// 48 kHz and so more than a segment; from further back it is a timestamp that started anew.
    static let maximumLag: Int32 = 480_000
    /// And if it comes this soon after the last one.
    static let maximumLateness = Nanoseconds.seconds(2)
    /// From this duration on the next packets may belong to the next segment of the same event
    /// (the field ends at 0xFFFF, and packets before that may be lost).
    static let segmentThreshold: UInt16 = 0xe000

    private struct Event: Sendable {
        var code: UInt8
        var volume: UInt8
        var timestamp: UInt32
        /// Of the segments before this one, in units of `clockRate`.
        var formerDuration: Int
        /// Of this segment.
        var duration: UInt16
        var clockRate: Int
        /// The first packet seen was an end packet; the end is reported next.
        var isOver: Bool

        /// Up to about 10^10 in all sensible cases, and wrapping in no case that a peer lives to see.
        var milliseconds: Int { (formerDuration &+ Int(duration)) &* 1000 / clockRate }
        var ended: Ended { Ended(code: code, volume: volume, durationMilliseconds: milliseconds) }
    }

    private var event: Event?
    /// The event that was over last, so that what comes of it yet is known for what it is.
    private var finished: (timestamp: UInt32, code: UInt8)?
    private var lastArrival = MonotonicInstant(nanoseconds: 0)

    public init() {}

    /// When `expire` has something to report unless a packet comes before; `nil` while no event is active.
    public var deadline: MonotonicInstant? {
        guard let event else { return nil }
        return event.isOver ? lastArrival : lastArrival + Self.silence
    }

    /// - Parameter timestamp: of the RTP packet; its clock may be another than that of the durations.
    /// - Parameter durationClockRate: units per second of the duration field, the clock rate in the payload
    ///   type's `a=rtpmap`.
    public mutating func receive(
        _ packet: TelephoneEvent, timestamp: UInt32, durationClockRate: Int, at now: MonotonicInstant
    ) -> Update {
        if let finished, finished.timestamp == timestamp, finished.code == packet.code { return Update() }
        guard var current = event else {
            guard !isLate(timestamp, after: finished?.timestamp, at: now) else { return Update() }
            return begin(packet, timestamp: timestamp, clockRate: durationClockRate, at: now)
        }
        if current.timestamp == timestamp && current.code == packet.code {
            lastArrival = max(lastArrival, now)
            return proceed(&current, packet)
        }
        guard !isLate(timestamp, after: current.timestamp, at: now) else { return Update() }
        if isNextSegment(packet, timestamp: timestamp, of: current, at: now) {
            current.formerDuration &+= 0xffff
            current.duration = 0
            current.timestamp = timestamp
            lastArrival = max(lastArrival, now)
            return proceed(&current, packet)
        }
        finish(current)
        var update = begin(packet, timestamp: timestamp, clockRate: durationClockRate, at: now)
        update.ended = current.ended
        return update
    }

    /// Ends the active event if its `deadline` has passed.
    public mutating func expire(at now: MonotonicInstant) -> Ended? {
        guard let event, let deadline, now >= deadline else { return nil }
        finish(event)
        return event.ended
    }

    /// The end of an event whose first packet is its end packet is kept for the next call, because
    /// an update may have to report the end of the former event already. The deadline is now.
    private mutating func begin(_ packet: TelephoneEvent, timestamp: UInt32, clockRate: Int, at now: MonotonicInstant) -> Update {
        let new = Event(
            code: packet.code, volume: packet.volume, timestamp: timestamp, formerDuration: 0, duration: packet.duration,
            clockRate: max(1, clockRate), isOver: packet.isEnd)
        event = new
        lastArrival = now
        return Update(active: Active(code: new.code, volume: new.volume, durationMilliseconds: new.milliseconds, isNew: true))
    }

    /// A packet of the active event. Durations only grow: a smaller one is a late packet's.
    private mutating func proceed(_ current: inout Event, _ packet: TelephoneEvent) -> Update {
        current.duration = max(current.duration, packet.duration)
        if packet.isEnd || current.isOver {
            finish(current)
            return Update(ended: current.ended)
        }
        event = current
        return Update(active: Active(
            code: current.code, volume: current.volume, durationMilliseconds: current.milliseconds, isNew: false))
    }

    private mutating func finish(_ current: Event) {
        finished = (current.timestamp, current.code)
        event = nil
    }

    private func isLate(_ timestamp: UInt32, after newest: UInt32?, at now: MonotonicInstant) -> Bool {
        guard let newest, now - lastArrival <= Self.maximumLateness else { return false }
        let behind = Int32(truncatingIfNeeded: newest &- timestamp)
        return behind > 0 && behind <= Self.maximumLag
    }

    /// A key that is held longer than the field can say comes as segments, each with a timestamp of its own
    /// (RFC 4733 section 2.5.1.3). The timestamps' clock is not known here and can be six times that of the durations, or a sixth.
    private func isNextSegment(_ packet: TelephoneEvent, timestamp: UInt32, of current: Event, at now: MonotonicInstant) -> Bool {
        let step = timestamp &- current.timestamp
        return packet.code == current.code && !current.isOver && current.duration >= Self.segmentThreshold
            && step >= UInt32(Self.segmentThreshold) / 6 && step <= 0xffff * 7 && now - lastArrival <= Self.silence
    }
}
