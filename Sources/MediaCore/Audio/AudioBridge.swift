import Codecs
import Wire

/// The way of audio that can't go on as it is: jitter buffer → decoder → PCM → encoder, a frame at each tick.
///
///     packets ─► (backlog) ─► jitter buffer ─► decode │ conceal ─► PCM ─► encode ─► a frame every packetTime
///
/// While the other side can't be sent to yet (`hold`), packets are kept in a backlog. Once it can (`release`), they are
/// played from the first one on, `delay` later than they came; each silent frame is then left out until `delay` is
/// gone, so that nothing spoken is lost and the conversation is back in step soon.
final class AudioBridge {
    /// What comes out.
    let encoding: PayloadPlan
    /// The length of a frame [ms].
    let packetTime: Int
    /// When to make the next frame; `.distantFuture` while there is nothing to play.
    private(set) var nextTick = MonotonicInstant.distantFuture
    /// The other side can't be sent to: packets are kept, no frame is made.
    private(set) var isHeld = false

    private let frameSamples: Int
    private let decoders: [AudioDecoder]
    private let encoder: AudioEncoder
    private let jitter: JitterBuffer
    private let pcm: PCMBuffer
    private var backlog: PacketBacklog?
    /// How much later than it came audio is played because of the backlog.
    private var delay = Nanoseconds.zero
    private var lastDecoder = 0
    /// Frames made up in a row since the last real one.
    private var concealedFrames = 0
    private var isTalking = false
    /// How long nothing but silence was played [ms].
    private var pauseLength = 0

    /// A stream that stops is faded out over this many frames; then nothing is sent until it goes on.
    private static let maximumConcealedFrames = 3
    /// Ticks without audio after which the clock is stopped until a packet comes.
    private static let idleTicks = 10
    private var silentTicks = 0
    /// Quieter than this is left out to work off a backlog: -54 dBFS.
    private static let silenceRMS = 65
    /// A pause between two words stays one: this much of it is played even so [ms].
    private static let shortestSilence = 60
    /// Silent frames left out in one tick at most, so that a tick's work is bounded.
    private static let maximumSkippedFrames = 8
    /// What is left of a pause in the backlog: long enough to be heard as one.
    private static let shortestPause = Nanoseconds.milliseconds(100)

    /// `nil` when a format is not one that can be transcoded.
    init?(router: PayloadRouter, packetTime: Int) {
        guard let encoding = router.encoding, !router.formats.isEmpty else { return nil }
        let sampleRate = Self.sampleRate(router.formats + [encoding])
        let decoders = router.formats.compactMap { AudioDecoder($0, sampleRate: sampleRate) }
        guard decoders.count == router.formats.count,
              let encoder = AudioEncoder(encoding, sampleRate: sampleRate, packetTime: packetTime) else { return nil }
        self.encoding = encoding
        self.packetTime = packetTime
        self.decoders = decoders
        self.encoder = encoder
        frameSamples = sampleRate * packetTime / 1000
        var buffering = JitterBufferConfiguration()
        buffering.frame = .milliseconds(packetTime)
        buffering.maximumPayload = PacketBacklog.slotLength
        jitter = JitterBuffer(clockRate: Self.clockRate, configuration: buffering)
        jitter.packetsCarryRecovery = router.formats.contains { $0.format == .opus && $0.opus.useInbandFEC }
        // The longest Opus packet (120 ms) on top of an unfinished frame of the longest kind (60 ms), twice.
        pcm = PCMBuffer(capacity: sampleRate * 360 / 1000)
    }

    /// The jitter buffer runs on the fastest RTP clock, so that payload types with different clocks share one line [Hz].
    private static let clockRate = 48000

    /// 8 kHz wherever G.711 takes part, which needs no resampler: an Opus decoder or encoder works at that rate by itself.
    private static func sampleRate(_ payloads: [PayloadPlan]) -> Int {
        if payloads.contains(where: { $0.format != .opus }) { return 8000 }
        let wanted = payloads.map(\.opus.maxPlaybackRate).min() ?? 48000
        return OpusPacket.sampleRates.first { $0 >= wanted } ?? 48000
    }

    // MARK: - In

    /// Takes a packet; says why when it is not going to be played.
    /// - Parameters:
    ///   - sequence: without wrap.
    ///   - timestamp: without wrap, on the clock of its payload type.
    func insert(
        sequence: Int64, timestamp: Int64, payloadType: UInt8, marker: Bool, payload: Bytes, at now: MonotonicInstant
    ) -> DropReason? {
        guard let format = decoders.firstIndex(where: { $0.payload.payloadType == payloadType }) else { return .unknownPayloadType }
        guard let duration = decoders[format].duration(payload) else { return .undecodable }
        let scaled = timestamp &* Int64(Self.clockRate / max(1, decoders[format].payload.clockRate))
        if isHeld || backlog != nil {
            let kept = backlog?.append(
                sequence: sequence, timestamp: scaled, duration: duration, payloadType: payloadType, marker: marker,
                payload: payload, arrival: now)
            return kept == true ? nil : .senderNotReady
        }
        let reason = insertIntoJitterBuffer(
            sequence: sequence, timestamp: scaled, duration: duration, payloadType: payloadType, marker: marker,
            payload: payload, arrival: now)
        if nextTick == .distantFuture, let due = jitter.due { nextTick = max(now, due) }
        return reason
    }

    /// A packet of the stream that is no audio (an event): it is not a lost one.
    func noteOther(sequence: Int64, at now: MonotonicInstant) {
        if backlog == nil { jitter.noteOther(sequence: sequence, arrival: now) }
    }

    private func insertIntoJitterBuffer(
        sequence: Int64, timestamp: Int64, duration: Int, payloadType: UInt8, marker: Bool, payload: Bytes, arrival: MonotonicInstant
    ) -> DropReason? {
        let verdict = jitter.insert(
            sequence: sequence, timestamp: timestamp, duration: duration, payloadType: payloadType, payload: payload, marker: marker,
            arrival: arrival)
        switch verdict {
        case .accepted, .overflow: return nil
        case .duplicate: return .duplicate
        case .late: return .late
        case .refused: return .undecodable
        }
    }

    /// The stream was replaced by another one, whose numbers have nothing to do with the former's.
    func sourceReplaced() {
        if backlog == nil { jitter.splice() }
    }

    // MARK: - Too early

    /// From now on packets are kept.
    func hold() {
        guard !isHeld else { return }
        isHeld = true
        nextTick = .distantFuture
        if backlog == nil { backlog = PacketBacklog() }
    }

    /// From now on frames are made, beginning with the first packet that was kept.
    func release(at now: MonotonicInstant) {
        guard isHeld else { return }
        isHeld = false
        guard let first = backlog?.first else {
            backlog = nil
            return
        }
        // The first packet is due at once: what the jitter buffer would have it wait, it has waited.
        delay = max(.zero, now - first.arrival - jitter.targetDelay)
        nextTick = now
    }

    /// Gives up the stream, so that its packets can be forwarded from now on; `false` while speech is still on its way
    /// through here, which a forwarded packet would overtake.
    func handOver() -> Bool {
        guard !isHeld, backlog == nil else { return false }
        if nextTick == .distantFuture { return true }
        guard pauseLength > 0 else { return false }
        jitter.reset()
        pcm.removeAll()
        nextTick = .distantFuture
        isTalking = false
        return true
    }

    /// Gives the jitter buffer what had come by `moment`, as if it came just then.
    private func feedBacklog(until moment: MonotonicInstant) {
        guard let backlog else { return }
        while let packet = backlog.first, packet.arrival <= moment {
            _ = insertIntoJitterBuffer(
                sequence: packet.sequence, timestamp: packet.timestamp, duration: packet.duration, payloadType: packet.payloadType,
                marker: packet.marker, payload: backlog.payload(of: packet), arrival: packet.arrival)
            backlog.removeFirst()
        }
        if backlog.count == 0, delay.count <= 0 {
            delay = .zero
            self.backlog = nil
        }
    }

    /// A pause in the backlog is shortened, if the next packet is far enough away.
    private func shortenPause(at moment: MonotonicInstant) {
        guard delay.count > 0, let backlog else { return }
        let pauseEnd = backlog.first?.arrival ?? moment + delay
        let excess = min(pauseEnd - moment - Self.shortestPause, delay)
        if excess.count > 0 { delay = delay - excess }
    }

    // MARK: - Out

    enum Tick {
        /// A frame of this many bytes was written. `startsTalkSpurt`: nothing was sent before it for a while.
        case frame(length: Int, startsTalkSpurt: Bool)
        /// There is nothing to send at this tick.
        case silence
    }

    /// Makes the frame that is due at `nextTick`, and moves that on.
    func makeFrame(into room: MutableBytes) -> Tick {
        let moment = nextTick
        advanceTick()
        fillFrame(at: moment)
        catchUp(at: moment)
        let keepsFrame = adjust(at: moment)
        guard let frame = pcm.front(frameSamples) else { return rest() }
        defer { if !keepsFrame { pcm.removeFirst(frameSamples) } }
        silentTicks = 0
        let startsTalkSpurt = !isTalking
        isTalking = true
        pauseLength = AudioLevel.rms(frame) < Self.silenceRMS ? pauseLength + packetTime : 0
        guard let length = encoder.encode(frame, into: room), length > 0 else { return .silence }
        return .frame(length: length, startsTalkSpurt: startsTalkSpurt)
    }

    /// Leaves out silent frames while a backlog makes us late.
    private func catchUp(at moment: MonotonicInstant) {
        var skipped = 0
        while delay.count > 0, pauseLength >= Self.shortestSilence, skipped < Self.maximumSkippedFrames, isFrontSilent {
            pcm.removeFirst(frameSamples)
            delay = max(.zero, delay - .milliseconds(packetTime))
            fillFrame(at: moment)
            skipped += 1
        }
    }

    /// Follows the jitter buffer's wish to be shorter or longer by a frame; `true` when this frame shall be played twice.
    private func adjust(at moment: MonotonicInstant) -> Bool {
        guard pcm.count >= frameSamples else { return false }
        switch jitter.adjustment(isSilent: isFrontSilent, at: moment - delay) {
        case .none: return false
        case .insertFrame: return true
        case .dropFrame:
            pcm.removeFirst(frameSamples)
            fillFrame(at: moment)
            return false
        }
    }

    private var isFrontSilent: Bool { pcm.front(frameSamples).map { AudioLevel.rms($0) < Self.silenceRMS } ?? false }

    /// Lets the audio of one tick pass unheard: an event is being sent in its place.
    func discardFrame() {
        let moment = nextTick
        advanceTick()
        fillFrame(at: moment)
        if pcm.front(frameSamples) != nil { pcm.removeFirst(frameSamples) } else { _ = rest() }
    }

    /// Gives up ticks that are so old that nobody waits for their frames.
    func skipTicks(before moment: MonotonicInstant) {
        while nextTick < moment { nextTick = nextTick + .milliseconds(packetTime) }
    }

    /// Adapts the encoder to the loss that the receiver reports [%].
    func peerReportedLoss(percent: Int) { encoder.peerReportedLoss(percent: percent) }

    private func advanceTick() { nextTick = nextTick + .milliseconds(packetTime) }

    /// A tick without audio: after a few the clock stops, and goes on with the next packet.
    private func rest() -> Tick {
        isTalking = false
        pauseLength += packetTime
        silentTicks += 1
        if silentTicks >= Self.idleTicks, backlog?.count ?? 0 == 0 {
            silentTicks = 0
            // What was late is past: the stream goes on in step.
            backlog = nil
            delay = .zero
            nextTick = .distantFuture
        }
        return .silence
    }

    /// Decodes what is due until a frame is complete.
    private func fillFrame(at tick: MonotonicInstant) {
        feedBacklog(until: tick - delay)
        while pcm.count < frameSamples {
            switch jitter.playout(at: tick - delay) {
            case .packet(let packet): play(packet)
            case .lost(let loss): conceal(loss)
            case .waiting, .empty:
                shortenPause(at: tick - delay)
                if isTalking || pcm.count > 0 { fadeOut() }
                return
            }
        }
    }
}

extension AudioBridge {
    private func play(_ packet: JitterBuffer.Packet) {
        guard let index = decoders.firstIndex(where: { $0.payload.payloadType == packet.payloadType }) else { return }
        lastDecoder = index
        if !decoders[index].decode(packet.payload, into: pcm) { conceal(samples(packet.duration), next: nil) }
        concealedFrames = 0
    }

    private func conceal(_ loss: JitterBuffer.Loss) {
        let next = decoders.firstIndex { $0.payload.payloadType == loss.nextPayloadType }
        if loss.next != nil, let next { lastDecoder = next }
        conceal(samples(loss.duration), next: loss.next)
    }

    private func conceal(_ length: Int, next: Bytes?) {
        if !decoders[lastDecoder].conceal(length, next: next, into: pcm) { padWithSilence(length) }
    }

    private func samples(_ ticks: Int) -> Int { frameSamples * ticks * 1000 / (packetTime * Self.clockRate) }

    /// The stream stopped: its last sound is carried on for a moment, fading, or the frame is filled up.
    private func fadeOut() {
        guard concealedFrames < Self.maximumConcealedFrames else {
            if pcm.count > 0 { padWithSilence(frameSamples - pcm.count) }
            return
        }
        concealedFrames += 1
        let missing = frameSamples - pcm.count
        if !decoders[lastDecoder].conceal(missing, next: nil, into: pcm) { padWithSilence(missing) }
    }

    private func padWithSilence(_ length: Int) {
        guard let room = pcm.room(for: length) else { return }
        room.update(repeating: 0)
        pcm.append(length)
    }
}
