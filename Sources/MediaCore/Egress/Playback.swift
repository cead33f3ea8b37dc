import Wire

/// A clip on its way to one peer: an encoded frame at each tick, as often and as long as the plan says.
final class Playback {
    let clip: AudioClip
    let id: UInt64
    let encoding: PayloadPlan
    /// The length of a frame [ms].
    let packetTime: Int
    /// When to make the next frame; `.distantFuture` while paused.
    private(set) var nextTick = MonotonicInstant.distantFuture
    /// The next frame comes after something else, or after nothing.
    private var startsTalkSpurt = true

    private let encoder: AudioEncoder
    private let frame: UnsafeMutableBufferPointer<Int16>
    /// The next sample of the clip.
    private var next: Int
    /// How much is still to be played, all repetitions together [samples].
    private var left: Int

    /// `nil` for a clip without samples, and for a sampling rate that the encoding cannot have: G.711 has 8000 only.
    /// - Parameter former: what was played until now; the same playing goes on from where it is.
    init?(_ plan: PlaybackPlan, encoding: PayloadPlan, packetTime: Int, after former: Playback?) {
        let clip = plan.clip
        guard !clip.samples.isEmpty,
              let encoder = AudioEncoder(encoding, sampleRate: clip.sampleRate, packetTime: packetTime) else { return nil }
        self.clip = clip
        id = plan.id
        self.encoding = encoding
        self.packetTime = packetTime
        self.encoder = encoder
        if let former, former.isPlaying(plan) {
            next = former.next
            left = former.left
        } else {
            let start = min(Self.samples(plan.start, of: clip), clip.samples.count)
            let whole = plan.repetitions.map { max(0, min($0, Self.mostRepetitions)) * clip.samples.count - start } ?? .max
            next = start % clip.samples.count
            left = max(0, min(whole, plan.longest.map { Self.samples($0, of: clip) } ?? .max))
        }
        frame = .allocate(capacity: clip.sampleRate / 1000 * packetTime)
        frame.initialize(repeating: 0)
    }

    deinit { frame.deallocate() }

    /// More is for ever.
    private static let mostRepetitions = 1_000_000

    private static func samples(_ milliseconds: Int, of clip: AudioClip) -> Int {
        min(max(0, milliseconds), 1 << 40) * (clip.sampleRate / 1000)
    }

    var isPaused: Bool { nextTick == .distantFuture }

    /// Everything has been played: what is due at `nextTick` is something else.
    var isOver: Bool { left == 0 }

    /// Whether this is the playing that a plan means.
    func isPlaying(_ plan: PlaybackPlan) -> Bool { id == plan.id && clip == plan.clip }

    /// The first frame is due at `moment`.
    func resume(at moment: MonotonicInstant) {
        nextTick = moment
        startsTalkSpurt = true
    }

    /// The clip stands still, because the peer cannot hear it.
    func pause() { nextTick = .distantFuture }

    /// Where in the clip the next frame begins [ms].
    var position: Int { next * 1000 / clip.sampleRate }

    /// Makes the frame that is due at `nextTick`, and moves that on; `nil` if it could not be encoded.
    func makeFrame(thrift: EncodingThrift, into room: MutableBytes) -> (payload: AudioEncoder.Payload, startsTalkSpurt: Bool)? {
        let startsTalkSpurt = startsTalkSpurt
        takeFrame()
        guard let payload = encoder.encode(UnsafeBufferPointer(frame), thrift: thrift, into: room), payload.length > 0 else { return nil }
        self.startsTalkSpurt = false
        return (payload, startsTalkSpurt)
    }

    /// Lets the audio of one tick pass unheard: an event is being sent in its place.
    func discardFrame() { takeFrame() }

    /// Gives up ticks that are so old that nobody waits for their frames.
    func skipTicks(before moment: MonotonicInstant) {
        while nextTick < moment { nextTick = nextTick + .milliseconds(packetTime) }
    }

    func peerReportedLoss(percent: Int) { encoder.peerReportedLoss(percent: percent) }

    /// Copies the next frame out of the clip, round its end; behind the last sample there is silence.
    private func takeFrame() {
        nextTick = nextTick + .milliseconds(packetTime)
        var filled = 0
        while filled < frame.count, left > 0 {
            let count = min(frame.count - filled, clip.samples.count - next, left)
            for index in 0..<count { frame[filled + index] = clip.samples[next + index] }
            filled += count
            next += count
            if left < .max { left -= count }
            if next == clip.samples.count { next = 0 }
        }
        for index in filled..<frame.count { frame[index] = 0 }
    }
}
