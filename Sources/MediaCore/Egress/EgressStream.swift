import Wire

/// The one stream that a peer hears from us, for the life of the call: one SSRC, sequence numbers without
/// a gap of our own making, and timestamps that only go forward (RFC 3550 section 5.1).
///
/// Packets get their place here in two ways. *Forwarded* ones keep the order, the losses and the timestamp
/// steps of the stream they come from, moved by an offset; when that stream is replaced (new SSRC, restart,
/// timestamp jump), the offset is chosen anew so that our line goes on by the time that has really passed.
/// *Generated* ones (transcoded audio, telephone-events) take the next number.
struct EgressStream {
    let ssrc: UInt32
    /// RTP clock of the current format [Hz].
    private(set) var clockRate: Int
    /// Sent so far, as the sender report counts them (RFC 3550 section 6.4.1): packets and payload octets.
    private(set) var packets: UInt64 = 0
    private(set) var octets: UInt64 = 0

    /// The next sequence number, extended so that it never wraps.
    private var nextSequence: Int64
    private var lastTimestamp: UInt32
    /// The moment that `lastTimestamp` stands for; `nil` before the first packet.
    private var lastMoment: MonotonicInstant?
    /// How the source's numbers become ours, while there is one.
    private var source = SourceMapping()
    /// The last packet was silence of our own making.
    private var isResting = false

    /// How far a source's timestamps may run from the clock between two packets before it counts as a jump [s].
    private static let jumpThreshold = 1
    /// [packets]
    private static let burstOfLoss: Int64 = 50

    init(ssrc: UInt32, clockRate: Int, firstSequence: UInt16, firstTimestamp: UInt32) {
        self.ssrc = ssrc
        self.clockRate = clockRate
        // A first number in the lower half keeps the roll-over away while an SRTP receiver may still miss it (RFC 3711 section 3.3.1).
        nextSequence = Int64(firstSequence & 0x7fff) &+ 0x10000
        lastTimestamp = firstTimestamp
    }

    /// Number and timestamp of the newest packet; zeros before the first.
    var last: (sequenceNumber: UInt16, timestamp: UInt32) {
        lastMoment == nil ? (0, 0) : (UInt16(truncatingIfNeeded: nextSequence &- 1), lastTimestamp)
    }

    struct Place {
        var sequenceNumber: UInt16
        var timestamp: UInt32
        /// The first packet of a replaced source, or the first one after silence of our own making: the marker bit tells the
        /// receiver to align anew.
        var startsAnew: Bool
    }

    /// Changes the clock when the format toward the peer changes; the line goes on from where it is.
    mutating func setClockRate(_ rate: Int) {
        guard rate != clockRate else { return }
        clockRate = rate
        source.leave()
    }

    /// Forgets the offset to the forwarded stream; the next forwarded packet is joined on as if it were a new one.
    mutating func splice() { source.leave() }

    /// The place of a forwarded packet, or `nil` for one that is too late to have any.
    /// - Parameters:
    ///   - extendedSequence: the source's sequence number without wrap.
    ///   - timestamp: the source's own, on the same clock rate as ours.
    mutating func forward(sourceSSRC: UInt32, extendedSequence: Int64, timestamp: UInt32, at now: MonotonicInstant) -> Place? {
        guard source.isJoined(to: sourceSSRC) else {
            return join(sourceSSRC: sourceSSRC, extendedSequence: extendedSequence, timestamp: timestamp, at: now)
        }
        if extendedSequence <= source.highestSequence { return latePlace(extendedSequence, timestamp: timestamp) }
        if leapt(to: extendedSequence, at: now) {
            return join(sourceSSRC: sourceSSRC, extendedSequence: extendedSequence, timestamp: timestamp, at: now)
        }
        let anew = jumped(timestamp: timestamp, at: now)
        let startsAnew = anew || isResting
        isResting = false
        if anew { source.change(timestampOffset: lineTimestamp(at: now) &- timestamp, from: extendedSequence) }
        source.advance(to: extendedSequence, timestamp: timestamp, at: now)
        nextSequence = extendedSequence &+ source.current.sequence &+ 1
        lastTimestamp = timestamp &+ source.current.timestamp
        lastMoment = now
        return lastPlace(startsAnew: startsAnew)
    }

    /// The place that was left for a packet that others have overtaken.
    private func latePlace(_ extendedSequence: Int64, timestamp: UInt32) -> Place? {
        guard let offsets = source.offsets(at: extendedSequence) else { return nil }
        let place = Place(
            sequenceNumber: UInt16(truncatingIfNeeded: extendedSequence &+ offsets.sequence),
            timestamp: timestamp &+ offsets.timestamp, startsAnew: false)
        // One that was overtaken at a jump of the timestamps has no place on the line that was joined on there.
        let behind = Int64(Int32(bitPattern: lastTimestamp &- place.timestamp))
        return behind >= 0 && behind <= Int64(clockRate &* Self.jumpThreshold) ? place : nil
    }

    private func lastPlace(startsAnew: Bool) -> Place {
        Place(sequenceNumber: UInt16(truncatingIfNeeded: nextSequence &- 1), timestamp: lastTimestamp, startsAnew: startsAnew)
    }

    /// Takes note of a source packet that is not forwarded (an event, a blocked packet), so that it leaves no hole in our numbers.
    mutating func skip(sourceSSRC: UInt32, extendedSequence: Int64) {
        guard source.isJoined(to: sourceSSRC), extendedSequence > source.highestSequence else { return }
        source.highestSequence = extendedSequence
        source.change(sequenceOffset: source.current.sequence &- 1, from: extendedSequence &+ 1)
    }

    /// The place of a packet of our own making.
    /// - Parameter moment: what the packet's timestamp stands for: its tick, not the time at which the tick was served.
    mutating func generate(at moment: MonotonicInstant) -> Place {
        let startsAnew = lastMoment == nil || isResting
        let timestamp = lineTimestamp(at: moment)
        lastTimestamp = timestamp
        lastMoment = moment
        isResting = false
        return Place(sequenceNumber: takeNumber(), timestamp: timestamp, startsAnew: startsAnew)
    }

    /// The place of a packet of silence of our own making. It begins no talk spurt; what comes behind it does (RFC 3551 section 4.1).
    mutating func generateSilence(at now: MonotonicInstant) -> Place {
        var place = generate(at: now)
        place.startsAnew = false
        isResting = true
        return place
    }

    /// The place of a packet that repeats an earlier timestamp, as all packets of one telephone-event do (RFC 4733 section 2.2.1).
    mutating func generate(timestamp: UInt32) -> Place {
        Place(sequenceNumber: takeNumber(), timestamp: timestamp, startsAnew: false)
    }

    mutating func countSent(payloadLength: Int) {
        packets &+= 1
        octets &+= UInt64(truncatingIfNeeded: payloadLength)
    }

    /// What the RTP clock shows at `now`, for sender reports.
    func timestamp(at now: MonotonicInstant) -> UInt32 {
        guard let lastMoment else { return lastTimestamp }
        return lastTimestamp &+ UInt32(truncatingIfNeeded: now.ticks(since: lastMoment, clockRate: clockRate))
    }

    // MARK: - The line

    /// Where the line is at `moment`: at least the shortest packet (10 ms) after the last one, as a packet takes its time to be heard.
    func lineTimestamp(at moment: MonotonicInstant) -> UInt32 {
        guard let lastMoment else { return lastTimestamp }
        let shortestPacket = Int64(clockRate / 100)
        let elapsed = moment.ticks(since: lastMoment, clockRate: clockRate)
        return lastTimestamp &+ UInt32(truncatingIfNeeded: max(elapsed, shortestPacket))
    }

    private mutating func takeNumber() -> UInt16 {
        let number = nextSequence
        nextSequence &+= 1
        if source.isJoined { source.change(sequenceOffset: source.current.sequence &+ 1, from: source.highestSequence &+ 1) }
        return UInt16(truncatingIfNeeded: number)
    }

    /// Puts the first packet of a source on the line.
    private mutating func join(sourceSSRC: UInt32, extendedSequence: Int64, timestamp: UInt32, at now: MonotonicInstant) -> Place {
        let line = lineTimestamp(at: now)
        let offsets = SourceMapping.Offsets(sequence: nextSequence &- extendedSequence, timestamp: line &- timestamp)
        source.join(ssrc: sourceSSRC, firstSequence: extendedSequence, timestamp: timestamp, arrival: now, offsets: offsets)
        lastTimestamp = line
        lastMoment = now
        nextSequence &+= 1
        isResting = false
        return lastPlace(startsAnew: true)
    }

    /// More numbers are missing than packets of 10 ms fit into the time since the last one, and a burst of loss on top: the
    /// sender left them out.
    private func leapt(to sequence: Int64, at now: MonotonicInstant) -> Bool {
        let missing = sequence &- source.highestSequence &- 1
        return missing > Self.burstOfLoss && missing > (now - source.lastArrival).milliseconds / 10 &+ Self.burstOfLoss
    }

    /// Asterisk moves the timestamps of one SSRC by a billion ticks between two applications; they may also step back a little.
    private func jumped(timestamp: UInt32, at now: MonotonicInstant) -> Bool {
        let step = Int64(Int32(bitPattern: timestamp &- source.lastTimestamp))
        let elapsed = now.ticks(since: source.lastArrival, clockRate: clockRate)
        if abs(step &- elapsed) > Int64(clockRate &* Self.jumpThreshold) { return true }
        // Silence of our own making takes its time to be heard.
        let shortestStep = isResting ? Int32(clockRate / 100) : 0
        return Int32(bitPattern: timestamp &+ source.current.timestamp &- lastTimestamp) < shortestStep
    }
}

extension MonotonicInstant {
    /// Ticks of an RTP clock from `earlier` to here, rounded to the nearest; negative when `earlier` is later.
    func ticks(since earlier: MonotonicInstant, clockRate: Int) -> Int64 {
        let span = (self - earlier).count
        let (seconds, rest) = span.quotientAndRemainder(dividingBy: 1_000_000_000)
        let rate = Int64(clockRate)
        let half: Int64 = rest < 0 ? -500_000_000 : 500_000_000
        return seconds &* rate &+ (rest &* rate &+ half) / 1_000_000_000
    }
}
