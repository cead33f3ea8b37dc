import Wire

/// A clip on its way to one peer: an encoded frame at each tick, over and over.
final class Playback {
    let clip: AudioClip
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
    private var position: Int

    /// `nil` for a clip without samples, and for a sampling rate that the encoding cannot have: G.711 has 8000 only.
    /// - Parameter former: what was played until now; the same clip goes on from where it is.
    init?(_ clip: AudioClip, encoding: PayloadPlan, packetTime: Int, after former: Playback?) {
        guard !clip.samples.isEmpty,
              let encoder = AudioEncoder(encoding, sampleRate: clip.sampleRate, packetTime: packetTime) else { return nil }
        self.clip = clip
        self.encoding = encoding
        self.packetTime = packetTime
        self.encoder = encoder
        position = former.map { $0.clip == clip ? $0.position : 0 } ?? 0
        frame = .allocate(capacity: clip.sampleRate / 1000 * packetTime)
        frame.initialize(repeating: 0)
    }

    deinit { frame.deallocate() }

    var isPaused: Bool { nextTick == .distantFuture }

    /// The first frame is due at `moment`.
    func resume(at moment: MonotonicInstant) {
        nextTick = moment
        startsTalkSpurt = true
    }

    /// The clip stands still, because the peer cannot hear it.
    func pause() { nextTick = .distantFuture }

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

    /// Copies the next frame out of the clip, round its end.
    private func takeFrame() {
        nextTick = nextTick + .milliseconds(packetTime)
        var filled = 0
        while filled < frame.count {
            let count = min(frame.count - filled, clip.samples.count - position)
            for index in 0..<count { frame[filled + index] = clip.samples[position + index] }
            filled += count
            position += count
            if position == clip.samples.count { position = 0 }
        }
    }
}
