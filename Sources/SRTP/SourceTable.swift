/// What a transform knows about one synchronisation source.
struct SourceState {
    let ssrc: UInt32
    /// RTP indices: received ones, or those sent so far.
    var rtp = ReplayWindow()
    /// SRTCP indices received.
    var rtcp = ReplayWindow()
    /// The SRTCP index of the last packet sent.
    var rtcpIndex: UInt32 = 0
}

/// The sources of one transform, in memory that is allocated once.
///
/// Nothing ever leaves the table: forgetting a source would let its old packets be played again
/// under a key that still stands.
final class SourceTable {
    private let states: UnsafeMutablePointer<SourceState>
    private var count = 0
    /// Where the last search ended: a call has one source nearly always.
    private var latest = 0

    init() { states = .allocate(capacity: SRTPTransform.maximumSources) }

    deinit { states.deallocate() } // SourceState is trivial

    var isFull: Bool { count == SRTPTransform.maximumSources }

    func find(_ ssrc: UInt32) -> UnsafeMutablePointer<SourceState>? {
        if latest < count, states[latest].ssrc == ssrc { return states + latest }
        for position in 0..<count where states[position].ssrc == ssrc {
            latest = position
            return states + position
        }
        return nil
    }

    /// A fresh state for a source that `find` did not know; `nil` when the table is full.
    func insert(_ ssrc: UInt32) -> UnsafeMutablePointer<SourceState>? {
        guard !isFull else { return nil }
        let state = states + count
        state.initialize(to: SourceState(ssrc: ssrc))
        latest = count
        count += 1
        return state
    }
}
