internal import Wire

struct JitterBufferConfiguration: Sendable {
    /// The delay that is kept even where no jitter is seen: it covers the scheduling of both ends.
    var minimumDelay: Nanoseconds = .milliseconds(10)
    /// The most delay that jitter may cost; at most half a second.
    var maximumDelay: Nanoseconds = .milliseconds(200)
    /// How much audio the caller takes at a time: the unit of `JitterBuffer.Adjustment`.
    var frame: Nanoseconds = .milliseconds(20)
    /// The most packets that are kept, a power of two, at most 1024.
    var capacity = 64
    /// Longer payloads are refused [bytes].
    var maximumPayload = 1500

    /// The same with every value inside its range.
    var bounded: JitterBufferConfiguration {
        var result = self
        result.maximumDelay = min(max(maximumDelay, .milliseconds(20)), .milliseconds(500))
        result.minimumDelay = min(max(minimumDelay, .zero), result.maximumDelay)
        result.frame = min(max(frame, .milliseconds(1)), .milliseconds(120))
        let capacity = min(max(capacity, 4), 1024)
        result.capacity = 1 << (Int.bitWidth - 1 - capacity.leadingZeroBitCount)
        result.maximumPayload = min(max(maximumPayload, 64), 65535)
        return result
    }
}

extension JitterBufferConfiguration {
    /// A packet may be played this much before the target delay is reached, so that the caller's next tick
    /// need not be waited for; the target holds as much in reserve.
    static let startTolerance = Nanoseconds.milliseconds(4)
    /// Delay that should be shorter or longer is made so inside speech after this long; in silence at once.
    static let patience = Nanoseconds.seconds(1)
    /// The same for a delay that is hardly too long: as good as every speaker pauses within it.
    static let longPatience = Nanoseconds.seconds(5)
    /// A stream that runs dry counts as lost packets for this long and as silence after it.
    static let concealedGap = Nanoseconds.milliseconds(100)
    /// How far the timestamps of consecutive packets may stray from the clock before they begin a new timeline;
    /// `maximumDelay` where that is more.
    static let timelineTolerance = Nanoseconds.milliseconds(200)
    /// MAX_DROPOUT and MAX_MISORDER of RFC 3550 appendix A.1: a jump beyond them is a restart.
    static let maximumDropout: Int64 = 3000
    static let maximumMisorder: Int64 = 100
}
