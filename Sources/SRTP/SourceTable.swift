/// What a transform knows about one synchronisation source.
struct SourceState {
    /// RTP indices: received ones, or those sent so far.
    var rtp = ReplayWindow()
    let ssrc: UInt32
    /// The SRTCP index of the last packet sent.
    var rtcpIndex: UInt32 = 0
    /// SRTCP indices received.
    var rtcp = ReplayWindow()

    init(ssrc: UInt32) { self.ssrc = ssrc }
}

/// The sources of one transform, in memory that is allocated at most twice: nearly every call has one source.
///
/// Nothing ever leaves the table: forgetting a source would let its old packets be played again
/// under a key that still stands.
struct SourceTable: ~Copyable {
    private var states: UnsafeMutablePointer<SourceState>
    private var count = 0
    private var capacity = 1
    /// Where the last search ended.
    private var latest = 0

    init() { states = .allocate(capacity: 1) }

    deinit { states.deallocate() } // SourceState is trivial

    var isFull: Bool { count == SRTPTransform.maximumSources }

    /// The pointer is good until the next `insert`.
    mutating func find(_ ssrc: UInt32) -> UnsafeMutablePointer<SourceState>? {
        if latest < count, states[latest].ssrc == ssrc { return states + latest }
        for position in 0..<count where states[position].ssrc == ssrc {
            latest = position
            return states + position
        }
        return nil
    }

    /// A fresh state for a source that `find` did not know; `nil` when the table is full.
    mutating func insert(_ ssrc: UInt32) -> UnsafeMutablePointer<SourceState>? {
        guard !isFull else { return nil }
        if count == capacity { grow() }
        let state = states + count
        state.initialize(to: SourceState(ssrc: ssrc))
        latest = count
        count += 1
        return state
    }

    private mutating func grow() {
        let former = states
        capacity = SRTPTransform.maximumSources
        states = .allocate(capacity: capacity)
        states.moveInitialize(from: former, count: count)
        former.deallocate()
    }
}
