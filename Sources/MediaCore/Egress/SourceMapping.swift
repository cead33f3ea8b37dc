import Wire

/// How the numbers of a forwarded stream become ours: an offset for sequence numbers and one for timestamps,
/// with the last few changes kept so that a reordered packet gets the place that was left for it.
struct SourceMapping {
    struct Offsets {
        var sequence: Int64
        /// Wraps like the timestamps do.
        var timestamp: UInt32
    }
    private struct Change {
        /// The first of the source's numbers that the offsets hold for.
        var from: Int64
        var offsets: Offsets
    }

    private(set) var isJoined = false
    private(set) var current = Offsets(sequence: 0, timestamp: 0)
    private var ssrc: UInt32 = 0
    private(set) var lastTimestamp: UInt32 = 0
    /// The highest number seen, forwarded or skipped.
    var highestSequence: Int64 = 0
    private(set) var lastArrival = MonotonicInstant(nanoseconds: 0)
    private var currentFrom: Int64 = 0
    /// Numbers below it belong to the time before this stream was joined on.
    private var firstSequence: Int64 = 0
    /// The former offsets, newest last; few sources ever have any.
    private var former: [Change] = []
    private static let capacity = 8

    func isJoined(to source: UInt32) -> Bool { isJoined && ssrc == source }

    /// Forgets the source.
    mutating func leave() { isJoined = false }

    mutating func join(ssrc: UInt32, firstSequence: Int64, timestamp: UInt32, arrival: MonotonicInstant, offsets: Offsets) {
        isJoined = true
        self.ssrc = ssrc
        self.firstSequence = firstSequence
        advance(to: firstSequence, timestamp: timestamp, at: arrival)
        current = offsets
        currentFrom = firstSequence
        former.removeAll(keepingCapacity: true)
    }

    /// The offsets that were in force for a number that comes late; `nil` when they are no longer known.
    func offsets(at sequence: Int64) -> Offsets? {
        if sequence < firstSequence { return nil }
        if sequence >= currentFrom { return current }
        return former.last { sequence >= $0.from }?.offsets
    }

    mutating func advance(to sequence: Int64, timestamp: UInt32, at now: MonotonicInstant) {
        highestSequence = sequence
        lastTimestamp = timestamp
        lastArrival = now
    }

    mutating func change(sequenceOffset: Int64, from sequence: Int64) {
        change(to: Offsets(sequence: sequenceOffset, timestamp: current.timestamp), from: sequence)
    }

    mutating func change(timestampOffset: UInt32, from sequence: Int64) {
        change(to: Offsets(sequence: current.sequence, timestamp: timestampOffset), from: sequence)
    }

    private mutating func change(to offsets: Offsets, from sequence: Int64) {
        if sequence > currentFrom {
            if former.count == Self.capacity { former.removeFirst() }
            former.append(Change(from: currentFrom, offsets: current))
        }
        current = offsets
        currentFrom = sequence
    }
}
