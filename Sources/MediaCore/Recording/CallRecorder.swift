import Wire

/// The recording of a call while it runs: which packets are put out, and audio in two channels, a frame every 20 ms from its beginning on.
///
/// The first participant is the left channel, everybody else the right one. A sample's place in the recording is the time since
/// its beginning, whether or not anything came.
final class CallRecorder {
    let id: UInt64
    private(set) var plan: RecordingPlan
    /// When the next frame of audio is due; `.distantFuture` without audio.
    private(set) var nextTick: MonotonicInstant
    /// By m-line.
    private var tracks: [RecordingTrack?] = []
    private let frame: UnsafeMutableBufferPointer<Int16>
    /// What was not put out, because it is silence or there was no room [samples of one channel].
    private var pendingSilence = 0
    /// There was no room for something.
    private(set) var hasLost = false

    private static let interval = Nanoseconds.milliseconds(RecordingTrack.packetTime)
    /// A worker that was held up longer than this leaves silence.
    private static let longestDelay = Nanoseconds.seconds(1)
    /// What is still to be played at the end.
    private static let longestRest = 25

    init(_ plan: RecordingPlan, at now: MonotonicInstant) {
        self.plan = plan
        id = plan.id
        nextTick = plan.sampleRate == nil ? .distantFuture : now + Self.interval
        frame = .allocate(capacity: 2 * (plan.sampleRate ?? 0) * RecordingTrack.packetTime / 1000)
        frame.initialize(repeating: 0)
    }

    deinit { frame.deallocate() }

    /// Of one channel [samples].
    private var frameSamples: Int { frame.count / 2 }

    // MARK: - The plan

    /// - Parameter legs: with their own plans in force.
    func apply(_ new: RecordingPlan, to legs: [MediaLeg], jitterDelay: ClosedRange<Nanoseconds>) {
        plan = new
        while tracks.count < legs.count { tracks.append(nil) }
        for leg in legs {
            leg.recording = taps(of: leg, among: legs)
            guard leg.recording.contains(.audio), let sampleRate = new.sampleRate else {
                if new.isPaused { tracks[leg.index]?.reset() } else { tracks[leg.index] = nil }
                continue
            }
            let channel = leg.plan.participant == 0 ? 0 : 1
            if tracks[leg.index] == nil {
                tracks[leg.index] = RecordingTrack(channel: channel, sampleRate: sampleRate, jitterDelay: jitterDelay)
            }
            tracks[leg.index]?.setFormats(leg.plan.receivePayloads)
        }
    }

    private func taps(of leg: MediaLeg, among legs: [MediaLeg]) -> RecordingTaps {
        guard !plan.isPaused, leg.plan.isActive else { return [] }
        var taps: RecordingTaps = []
        if !plan.excluded.contains(leg.plan.participant) {
            if plan.packets.contains(.received) { taps.insert(.received) }
            if plan.sampleRate != nil, leg.isAudio { taps.insert(.audio) }
        }
        // What a peer is sent is what another one says.
        let speaker = leg.plan.source.flatMap { legs.indices.contains($0) ? legs[$0].plan.participant : nil }
        if plan.packets.contains(.sent), !(speaker.map(plan.excluded.contains) ?? false) { taps.insert(.sent) }
        return taps
    }

    // MARK: - Packets

    func track(of leg: MediaLeg) -> RecordingTrack? { leg.index < tracks.count ? tracks[leg.index] : nil }

    func put(
        _ packet: Bytes, from source: TransportAddress, to destination: TransportAddress, at unixNanoseconds: Int64,
        into output: CallOutput
    ) {
        let isTaken = output.recordings?.append(packet, from: source, to: destination, at: unixNanoseconds, recording: id) ?? false
        if !isTaken { noteLoss(output) }
    }

    private func noteLoss(_ output: CallOutput) {
        output.countRecordingLoss()
        guard !hasLost else { return }
        hasLost = true
        output.report(.recordingIncomplete(id: id))
    }

    // MARK: - Audio

    /// Puts out the frames that are due.
    func record(at now: MonotonicInstant, into output: CallOutput) {
        guard nextTick != .distantFuture else { return }
        while nextTick + Self.longestDelay < now { advance() }
        while nextTick <= now { putFrame(into: output) }
    }

    private func advance() {
        pendingSilence += frameSamples
        nextTick = nextTick + Self.interval
    }

    private func putFrame(into output: CallOutput) {
        frame.update(repeating: 0)
        var isHeard = false
        if !plan.isPaused {
            for case let track? in tracks where track.mix(into: frame, at: nextTick) { isHeard = true }
        }
        advance()
        // Now and then it is put out, so that the file of a call on which nothing comes grows too.
        guard isHeard || pendingSilence >= 50 * frameSamples else { return }
        if isHeard { pendingSilence -= frameSamples }
        guard let block = output.recordings, putSilence(into: block),
              !isHeard || block.append(UnsafeBufferPointer(frame), recording: id) else {
            if isHeard { pendingSilence += frameSamples }
            return noteLoss(output)
        }
    }

    private func putSilence(into block: RecordingBlock) -> Bool {
        guard pendingSilence > 0 else { return true }
        guard block.append(silence: pendingSilence, recording: id) else { return false }
        pendingSilence = 0
        return true
    }

    /// The recording's end: what has come is played to its end, however soon that is.
    func end(at now: MonotonicInstant, into output: CallOutput) {
        record(at: now, into: output)
        guard nextTick != .distantFuture else { return }
        var rest = 0
        while !plan.isPaused, rest < Self.longestRest, tracks.contains(where: { $0?.isPlaying == true }) {
            rest += 1
            putFrame(into: output)
        }
        if let block = output.recordings, !putSilence(into: block) { noteLoss(output) }
        nextTick = .distantFuture
    }
}

/// What of a leg is recorded.
struct RecordingTaps: OptionSet {
    let rawValue: UInt8

    static let received = Self(rawValue: 1 << 0)
    static let sent = Self(rawValue: 1 << 1)
    static let audio = Self(rawValue: 1 << 2)
}
