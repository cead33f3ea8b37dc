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
        /// The first source number that the offsets hold for.
        var from: Int64
        var offsets: Offsets
    }

    let ssrc: UInt32
    /// Numbers below it belong to the time before this stream was joined on.
    private let firstSequence: Int64
    /// The highest number seen, forwarded or skipped.
    var highestSequence: Int64
    private(set) var lastTimestamp: UInt32
    private(set) var lastArrival: MonotonicInstant
    private(set) var current: Offsets
    /// The former offsets, newest last; `from` is where the *next* ones begin.
    private var former: InlineArray<8, Change>
    private var formerCount = 0
    private var currentFrom: Int64

    init(ssrc: UInt32, firstSequence: Int64, timestamp: UInt32, arrival: MonotonicInstant, offsets: Offsets) {
        self.ssrc = ssrc
        self.firstSequence = firstSequence
        highestSequence = firstSequence
        lastTimestamp = timestamp
        lastArrival = arrival
        current = offsets
        currentFrom = firstSequence
        former = InlineArray(repeating: Change(from: 0, offsets: offsets))
    }

    /// The offsets that were in force for a number that comes late; `nil` when they are no longer known.
    func offsets(at sequence: Int64) -> Offsets? {
        if sequence < firstSequence { return nil }
        if sequence >= currentFrom { return current }
        var index = formerCount - 1
        while index >= 0 {
            if sequence >= former[index].from { return former[index].offsets }
            index -= 1
        }
        return nil
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
        if sequence > currentFrom { remember(Change(from: currentFrom, offsets: current)) }
        current = offsets
        currentFrom = sequence
    }

    private mutating func remember(_ change: Change) {
        if formerCount == former.count {
            for index in 1..<former.count { former[index - 1] = former[index] }
            formerCount -= 1
        }
        former[formerCount] = change
        formerCount += 1
    }
}
