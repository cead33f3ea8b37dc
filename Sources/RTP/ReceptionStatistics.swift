public import Wire

/// What is known of one received stream: the counts, loss and jitter of RFC 3550 appendices A.1, A.3 and A.8.
///
/// Two things differ from the appendix. A restart of the sequence numbers starts a new run but keeps the
/// totals, so that the loss we report and account for does not jump. And a packet from just before the
/// first one moves the beginning of the run back instead of counting as a negative loss.
public struct ReceptionStatistics: Sendable {
    /// How a packet fits the sequence numbers before it.
    public enum Arrival: Sendable, Equatable {
        /// The first of the stream.
        case first
        /// Newer than all before it; there may be a gap.
        case inOrder
        /// Late, and not seen before.
        case reordered
        /// Seen before.
        case duplicate
        /// The second in a row that continues an implausible jump: the sender restarted, a new run begins here.
        case restarted
        /// An implausible jump; not counted, and best discarded.
        case stray
    }

    /// A step forward of this many or more is implausible (RFC 3550 appendix A.1).
    public static let maximumDropout: UInt16 = 3000
    /// A step back of this many or more is implausible (RFC 3550 appendix A.1).
    public static let maximumMisorder: UInt16 = 100
    /// A pause or a timestamp jump longer than this says nothing of the network's jitter.
    static let maximumJitterSpan = Nanoseconds.seconds(2)

    // What each packet needs, close together.

    /// What would continue the jump just seen (RFC 3550 calls it `bad_seq`).
    var afterStray: UInt16?
    /// The sequence number of the newest packet.
    public internal(set) var lastSequence: UInt16 = 0
    /// The RTP timestamp of the newest packet.
    public internal(set) var lastTimestamp: UInt32 = 0
    /// The highest sequence number of this run, extended; the first is above 65,535 so that the base can move back.
    var highest: UInt64 = 0
    /// Bit n stands for the packet n before the highest. 128 is more than `maximumMisorder`.
    var window: UInt128 = 0
    /// Packets received, late ones and duplicates included (RFC 3550 section 6.4.1), strays excluded.
    public internal(set) var packets: UInt64 = 0
    /// Payload bytes of those packets.
    public internal(set) var bytes: UInt64 = 0
    /// RTP timestamp units per second.
    public internal(set) var clockRate: Int
    var jitterEstimate = 0.0
    var jitterReference: (timestamp: UInt32, arrival: MonotonicInstant)?

    /// The first of this run, extended likewise.
    var base: UInt64 = 0
    /// Packets expected in the runs before this one.
    var formerlyExpected: UInt64 = 0
    public internal(set) var reordered: UInt64 = 0
    public internal(set) var duplicates: UInt64 = 0
    /// How often the sequence numbers started anew.
    public internal(set) var resets: UInt64 = 0

    var lastSenderReport: (middle: UInt32, arrival: MonotonicInstant)?
    var reported = Counts()
    var taken = Counts()

    struct Counts: Sendable {
        var expected: UInt64 = 0
        var received: UInt64 = 0
    }

    public init(clockRate: Int) {
        self.clockRate = max(1, clockRate)
    }

    /// Packets that the sequence numbers say were sent, in all runs together.
    public var expected: UInt64 { highest == 0 ? 0 : formerlyExpected &+ (highest &- base) &+ 1 }

    /// `expected` less `packets`; negative where there were duplicates (RFC 3550 appendix A.3).
    public var cumulativeLost: Int64 { Int64(truncatingIfNeeded: expected &- packets) }

    /// The highest sequence number of this run with the count of its wraps in the upper 16 bits.
    public var extendedHighestSequence: UInt32 { UInt32(truncatingIfNeeded: highest &- (highest == 0 ? 0 : 65_536)) }

    /// Interarrival jitter in units of the RTP clock, as a report block has it.
    public var jitterTicks: UInt32 { UInt32(min(jitterEstimate, 4e9)) }

    /// Interarrival jitter [ms].
    public var jitter: Double { jitterEstimate * 1000 / Double(clockRate) }

    /// Accounts for a packet. Call it after authentication only.
    ///
    /// - Parameter payloadLength: without header and padding [bytes].
    public mutating func receive(
        sequenceNumber: UInt16, timestamp: UInt32, arrival: MonotonicInstant, payloadLength: Int
    ) -> Arrival {
        let outcome = place(sequenceNumber)
        switch outcome {
        case .stray: return outcome
        case .duplicate: duplicates &+= 1
        case .reordered: reordered &+= 1
        case .first, .inOrder, .restarted:
            lastSequence = sequenceNumber
            lastTimestamp = timestamp
        }
        packets &+= 1
        bytes &+= UInt64(max(0, payloadLength))
        if outcome == .restarted { jitterReference = nil }
        if outcome != .duplicate { updateJitter(timestamp: timestamp, arrival: arrival) }
        return outcome
    }

    /// The stream goes on at another clock rate (a payload type with another clock): the jitter keeps its length in time.
    public mutating func setClockRate(_ rate: Int) {
        let rate = max(1, rate)
        guard rate != clockRate else { return }
        jitterEstimate *= Double(rate) / Double(clockRate)
        jitterReference = nil
        clockRate = rate
    }
}

// MARK: - Sequence numbers (RFC 3550 appendix A.1)

extension ReceptionStatistics {
    private mutating func place(_ sequenceNumber: UInt16) -> Arrival {
        guard highest != 0 else {
            begin(at: sequenceNumber)
            return .first
        }
        let ahead = sequenceNumber &- UInt16(truncatingIfNeeded: highest)
        let behind = 0 &- ahead
        if ahead < Self.maximumDropout {
            afterStray = nil
            if ahead == 0 { return .duplicate }
            highest &+= UInt64(ahead)
            window = window << ahead | 1
            return .inOrder
        }
        if behind < Self.maximumMisorder {
            afterStray = nil
            return placeLate(behind)
        }
        guard sequenceNumber == afterStray else {
            afterStray = sequenceNumber &+ 1
            return .stray
        }
        formerlyExpected = expected
        resets &+= 1
        begin(at: sequenceNumber)
        return .restarted
    }

    private mutating func placeLate(_ behind: UInt16) -> Arrival {
        let bit = UInt128(1) << behind
        if window & bit != 0 { return .duplicate }
        window |= bit
        base = min(base, highest &- UInt64(behind))
        return .reordered
    }

    private mutating func begin(at sequenceNumber: UInt16) {
        highest = 65_536 &+ UInt64(sequenceNumber)
        base = highest
        window = 1
        afterStray = nil
    }
}

// MARK: - Jitter (RFC 3550 section 6.4.1 and appendix A.8)

extension ReceptionStatistics {
    private mutating func updateJitter(timestamp: UInt32, arrival: MonotonicInstant) {
        guard let reference = jitterReference else {
            jitterReference = (timestamp, arrival)
            return
        }
        let ticks = Int(Int32(truncatingIfNeeded: timestamp &- reference.timestamp))
        // The packets of one telephone-event share a timestamp; only the first says when it was due.
        guard ticks != 0 else { return }
        jitterReference = (timestamp, arrival)
        let elapsed = arrival - reference.arrival
        let span = Double(ticks.magnitude) / Double(clockRate)
        guard span <= Self.maximumJitterSpan.seconds, elapsed >= .zero, elapsed <= Self.maximumJitterSpan else { return }
        let difference = elapsed.seconds * Double(clockRate) - Double(ticks)
        jitterEstimate += (difference.magnitude - jitterEstimate) / 16
    }
}
