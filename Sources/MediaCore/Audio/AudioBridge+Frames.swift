import Codecs
import Wire

// A frame at each tick.

extension AudioBridge {
    /// A stream that stops is faded out over this many frames; then nothing is sent until it goes on.
    private static let maximumConcealedFrames = 3
    /// Ticks without audio after which the clock is stopped until a packet comes.
    private static let idleTicks = 10
    /// A pause between two words stays one: this much of it is played even so [ms].
    static let shortestSilence = 60
    /// So much delay goes unnoticed, and speech that is played faster does not: it is left to the pauses, which as good as
    /// every speaker makes (`JitterBufferConfiguration.longPatience`).
    private static let unnoticedDelay = Nanoseconds.milliseconds(60)
    /// Silence left out in one tick at most, so that a tick's work is bounded [ms].
    private static let longestSkip = 500

    enum Tick {
        /// A frame was written. `startsTalkSpurt`: nothing was sent before it for a while.
        case frame(AudioEncoder.Payload, startsTalkSpurt: Bool)
        /// There is nothing to send at this tick.
        case silence
    }

    /// Makes the frame that is due at `nextTick`, and moves that on.
    func makeFrame(thrift: EncodingThrift, into room: MutableBytes) -> Tick {
        let moment = advanceTick()
        fillFrame(at: moment)
        skipSilence(at: moment)
        let keepsFrame = adjust(at: moment)
        speedUp(at: moment)
        guard let frame = pcm.front(formats.frameSamples) else { return rest() }
        defer { if !keepsFrame { pcm.removeFirst(formats.frameSamples) } }
        silentTicks = 0
        let startsTalkSpurt = !isTalking
        isTalking = true
        pauseLength = isNoise || isSilent(frame) ? pauseLength + packetTime : 0
        speechLength = pauseLength > Self.shortestSilence ? 0 : speechLength + packetTime
        guard let payload = formats.encoder.encode(frame, thrift: thrift, into: room), payload.length > 0 else { return .silence }
        return .frame(payload, startsTalkSpurt: startsTalkSpurt)
    }

    /// Lets a tick pass while an event is sent in the place of audio. What is late waits for the event's end; what is
    /// not passes unheard.
    func passTick() {
        guard isLate else {
            fillFrame(at: advanceTick())
            if pcm.front(formats.frameSamples) != nil { pcm.removeFirst(formats.frameSamples) } else { _ = rest() }
            return
        }
        isTalking = false
        guard fill(formats.frameSamples, at: advanceTick()) else {
            reserve = 0
            return
        }
        if delay < PacketBacklog.longestSpan {
            // The last that was kept may just have gone into the jitter buffer, which is too small for what the event costs.
            if backlog == nil { backlog = PacketBacklog() }
            if stretcher == nil { stretcher = TimeStretcher(sampleRate: formats.sampleRate) }
            lag = lag + .milliseconds(packetTime)
        } else {
            if !isFrontSilent { noteClipped(.milliseconds(packetTime)) }
            pcm.removeFirst(formats.frameSamples)
            reserve = 0
        }
    }

    /// Gives up ticks that are so old that nobody waits for their frames.
    func skipTicks(before moment: MonotonicInstant) {
        while nextTick < moment { _ = advanceTick() }
    }

    private func advanceTick() -> MonotonicInstant {
        defer { nextTick = nextTick + .milliseconds(packetTime) }
        return nextTick
    }

    // MARK: - Back into step

    /// Leaves out silent frames while a backlog makes us late.
    private func skipSilence(at moment: MonotonicInstant) {
        var skipped = 0
        while skipped < Self.longestSkip, pauseLength >= Self.shortestSilence, isFrontSilent {
            if let digit = digits.first, isDue(digit, at: moment + .milliseconds(packetTime)) { return }
            let excess = min(formats.frameSamples, samples(delay))
            guard excess > 0 else { return }
            pcm.removeFirst(excess)
            let fromLag = min(excess, samples(lag))
            reduceLag(by: fromLag)
            reserve -= excess - fromLag
            fillFrame(at: moment)
            skipped += packetTime
        }
    }

    /// Takes a little out of a frame that is late, if that cannot wait for a pause.
    private func speedUp(at moment: MonotonicInstant) {
        guard let stretcher else { return }
        guard isLate else { return giveBackMemory() }
        guard delay.count > 0, pcm.count >= formats.frameSamples else { return }
        let isUrgent = delay > Self.unnoticedDelay
            || .milliseconds(speechLength) >= JitterBufferConfiguration.longPatience
        let missing = min(stretcher.wantedReserve(beyond: formats.frameSamples) - reserve, samples(lag))
        if isUrgent, missing > 0 {
            reduceLag(by: missing)
            reserve += missing
        }
        _ = fill(formats.frameSamples + reserve, at: moment)
        reserve = min(reserve, pcm.count - formats.frameSamples)
        guard isUrgent else { return }
        stretcher.played(formats.frameSamples)
        reserve -= stretcher.shorten(pcm, byAtMost: reserve)
        // What is too short to be taken out is no delay to speak of.
        if lag.count == 0, reserve < stretcher.shortestPeriod { reserve = 0 }
    }

    /// Follows the jitter buffer's wish to be shorter or longer by a frame; `true` when this frame shall be played twice.
    private func adjust(at moment: MonotonicInstant) -> Bool {
        guard pcm.count >= formats.frameSamples else { return false }
        switch jitter.adjustment(isSilent: isFrontSilent, at: moment - lag) {
        case .none: return false
        case .insertFrame: return true
        case .dropFrame:
            pcm.removeFirst(formats.frameSamples)
            fillFrame(at: moment)
            return false
        }
    }

    private var isFrontSilent: Bool { pcm.front(formats.frameSamples).map(isSilent) ?? false }

    func isSilent(_ frame: UnsafeBufferPointer<Int16>) -> Bool {
        AudioLevel.meanSquare(frame) < SpeechMeter.silenceRMS * SpeechMeter.silenceRMS
    }

    /// A tick without audio: after a few the clock stops, and goes on with the next packet.
    private func rest() -> Tick {
        isTalking = false
        pauseLength += packetTime
        silentTicks += 1
        if silentTicks >= Self.idleTicks, backlog?.count ?? 0 == 0, digits.count == 0 {
            silentTicks = 0
            // What was late is past: the stream goes on in step.
            if backlog?.spliceIsDue == true { jitter.splice() }
            backlog = nil
            lag = .zero
            nextTick = .distantFuture
            giveBackMemory()
        }
        return .silence
    }

    // MARK: - PCM

    /// Decodes what is due until a frame is complete; the end of a stream is faded out.
    private func fillFrame(at tick: MonotonicInstant) {
        guard !fill(formats.frameSamples, at: tick) else { return }
        reserve = 0
        shortenPause(at: tick)
        if fillWithNoise() { return }
        if isTalking || pcm.count > 0 { fadeOut() }
    }

    /// Decodes what is due until there are `count` samples; `false` when there are not that many.
    private func fill(_ count: Int, at tick: MonotonicInstant) -> Bool {
        feedBacklog(until: tick - lag)
        while pcm.count < count {
            switch jitter.playout(at: tick - lag) {
            case .packet(let packet): play(packet)
            case .lost(let loss): conceal(loss)
            case .waiting, .empty: return false
            }
        }
        return true
    }

    private func play(_ packet: JitterBuffer.Packet) {
        let index = Int(packet.format)
        guard index < formats.decoders.count else { return }
        lastDecoder = index
        endNoise(at: packet.timestamp)
        if !formats.decoders[index].decode(packet.payload, into: pcm) { conceal(samples(ticks: packet.duration), next: nil) }
        concealedFrames = 0
    }

    private func conceal(_ loss: JitterBuffer.Loss) {
        if loss.next != nil, Int(loss.nextFormat) < formats.decoders.count { lastDecoder = Int(loss.nextFormat) }
        conceal(samples(ticks: loss.duration), next: loss.next)
    }

    private func conceal(_ length: Int, next: Bytes?) {
        if !formats.decoders[lastDecoder].conceal(length, next: next, into: pcm) { padWithSilence(length) }
    }

    private func samples(ticks: Int) -> Int { ticks * formats.sampleRate / Self.clockRate }

    /// The stream stopped: its last sound is carried on for a moment, fading, or the frame is filled up.
    private func fadeOut() {
        var missing = formats.frameSamples - pcm.count
        guard concealedFrames < Self.maximumConcealedFrames else {
            if pcm.count > 0 { padWithSilence(missing) }
            return
        }
        concealedFrames += 1
        // Opus makes whole units of 2.5 ms only; what was shortened is none.
        let unit = formats.sampleRate / 400
        missing = (missing + unit - 1) / unit * unit
        if !formats.decoders[lastDecoder].conceal(missing, next: nil, into: pcm) { padWithSilence(missing) }
    }

    private func padWithSilence(_ length: Int) {
        guard let room = pcm.room(for: length) else { return }
        room.update(repeating: 0)
        pcm.append(length)
    }
}
