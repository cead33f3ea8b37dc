import Wire

// Too early: what is kept, for how long, and how it comes back into step.

extension AudioBridge {
    /// What is left of a pause in the backlog: long enough to be heard as one.
    private static let shortestPause = Nanoseconds.milliseconds(100)

    /// How much later than it came audio is played because of the backlog.
    var delay: Nanoseconds { lag + time(reserve) }

    /// Not everything that has come is on its way to be played at its usual time.
    var isLate: Bool { isHeld || backlog != nil || digits.count > 0 || delay.count > 0 }

    /// Something that has come is still to be played.
    var isPlaying: Bool { isLate || nextTick < .distantFuture }

    // MARK: - In

    /// From now on packets are kept.
    func hold() {
        guard !isHeld else { return }
        isHeld = true
        nextTick = .distantFuture
        if backlog == nil { backlog = PacketBacklog() }
        if stretcher == nil { stretcher = TimeStretcher(sampleRate: formats.sampleRate) }
    }

    /// From now on frames are made, beginning with the first packet or digit that was kept.
    func release(at now: MonotonicInstant) {
        guard isHeld else { return }
        isHeld = false
        if jitter.hasPlayed, now - lag - jitter.lastPlayout > PacketBacklog.longestSpan {
            noteClipped(waitingSpeech)
            forgetStream()
            // What was kept since is late all the same.
            stretcher = TimeStretcher(sampleRate: formats.sampleRate)
        }
        while let first = backlog?.first, !first.isAudio || now - first.arrival > PacketBacklog.longestSpan { giveUpFirst() }
        var start = dueOfFirst(at: now) ?? .distantFuture
        if let digit = digits.first {
            start = min(start, max(digit.arrival, now - PacketBacklog.longestSpan) + jitter.targetDelay)
        }
        if pcm.count > 0 { start = min(start, now) }
        guard start < .distantFuture else {
            if background != nil { nextTick = now }
            backlog = nil
            lag = .zero
            reserve = 0
            return
        }
        // It is played now: what the jitter buffer would have it wait, it has waited.
        lag = max(.zero, now - start)
        // It begins with the first word, not with the silence before it.
        pauseLength = Self.shortestSilence
        nextTick = now
    }

    /// When what comes first would be played if nothing had been held. What was on its way when the hold began is before
    /// what was kept; of that the first packet goes into the jitter buffer, which alone knows how late it came.
    private func dueOfFirst(at now: MonotonicInstant) -> MonotonicInstant? {
        if let due = jitter.due { return max(due, now - PacketBacklog.longestSpan) }
        while let first = backlog?.first {
            feedFirst()
            if let due = jitter.due { return max(due, first.arrival) }
        }
        return nil
    }

    /// Keeps a packet for its time; the oldest ones make room for it.
    func keep(_ packet: PacketBacklog.Packet, _ payload: Bytes) -> DropReason? {
        guard let backlog else { return .senderNotReady }
        guard payload.count <= PacketBacklog.maximumPayload else {
            noteClipped(payload, format: Int(packet.format))
            return .undecodable
        }
        while let first = backlog.first,
              packet.arrival - first.arrival > PacketBacklog.longestSpan || !backlog.hasRoom(for: payload.count) { giveUpFirst() }
        backlog.append(packet, payload: payload)
        return nil
    }

    private func giveUpFirst() {
        guard let backlog, let first = backlog.first else { return }
        if first.isAudio { noteClipped(backlog.payload(of: first), format: Int(first.format)) }
        backlog.giveUpFirst()
    }

    /// Gives up everything that has not been played yet.
    func giveUp(countsAsClipped: Bool) {
        guard isPlaying else { return }
        if countsAsClipped {
            while let backlog, backlog.count > 0 { giveUpFirst() }
            noteClipped(waitingSpeech)
        }
        backlog = nil
        digits = DigitBacklog()
        isHeld = false
        forgetStream()
    }

    /// Gives up the stream, so that its packets can be forwarded from now on; `false` while speech is still on its way
    /// through here, which a forwarded packet would overtake.
    func handOver() -> Bool {
        guard !isHeld, backlog == nil, digits.count == 0 else { return false }
        if nextTick == .distantFuture { return true }
        guard pauseLength > 0, waitingSpeech == .zero else { return false }
        forgetStream()
        return true
    }

    /// How much speech is decoded or in the jitter buffer, and not played yet.
    private var waitingSpeech: Nanoseconds {
        var speech = isNoise || (pcm.front(pcm.count).map { isSilent($0) } ?? true) ? Nanoseconds.zero : time(pcm.count)
        jitter.forEachWaiting { payload, format in
            guard Int(format) < formats.decoders.count else { return }
            speech = speech + self.speech(in: payload, format: Int(format))
        }
        return speech
    }

    private func forgetStream() {
        jitter.reset()
        pcm.removeAll()
        lag = .zero
        reserve = 0
        nextTick = .distantFuture
        isTalking = false
        background = nil
        isNoise = false
        giveBackMemory()
    }

    // MARK: - Out

    /// Gives the jitter buffer what had come by `moment`, as if it came just then.
    func feedBacklog(until moment: MonotonicInstant) {
        guard let backlog else { return }
        while let packet = backlog.first, packet.arrival <= moment { feedFirst() }
        if backlog.count == 0, lag.count <= 0 {
            if backlog.spliceIsDue { jitter.splice() }
            self.backlog = nil
        }
    }

    private func feedFirst() {
        guard let backlog, let packet = backlog.first else { return }
        if packet.startsAnew { jitter.splice() }
        if packet.isAudio {
            _ = insertIntoJitterBuffer(packet, backlog.payload(of: packet))
        } else {
            jitter.noteOther(sequence: packet.sequence, arrival: packet.arrival)
        }
        backlog.removeFirst()
    }

    /// The digit whose place is reached; it is not kept any more.
    func takeDueDigit() -> DigitBacklog.Digit? {
        guard let digit = digits.first, isDue(digit, at: nextTick) else { return nil }
        digits.removeFirst()
        return digit
    }

    /// What came before the digit has been played, the jitter buffer's own delay included.
    func isDue(_ digit: DigitBacklog.Digit, at tick: MonotonicInstant) -> Bool {
        tick - delay - jitter.targetDelay >= digit.arrival
    }

    /// A pause in the backlog is shortened, if the next packet or digit is far enough away.
    func shortenPause(at tick: MonotonicInstant) {
        guard lag.count > 0 else { return }
        var pauseEnd = backlog?.first?.arrival ?? tick
        if let digit = digits.first { pauseEnd = min(pauseEnd, digit.arrival) }
        let excess = min(pauseEnd - (tick - lag) - Self.shortestPause, lag)
        if excess.count > 0 { lag = lag - excess }
    }

    // MARK: - Behind time, in samples

    func time(_ samples: Int) -> Nanoseconds { Nanoseconds(Int64(samples) * 1_000_000_000 / Int64(formats.sampleRate)) }

    func samples(_ time: Nanoseconds) -> Int { Int(max(0, time.count) / 1000 * Int64(formats.sampleRate) / 1_000_000) }

    /// The jitter buffer is read so many samples earlier; what is less than one is forgotten.
    func reduceLag(by count: Int) {
        lag = lag - time(count)
        if samples(lag) == 0 { lag = .zero }
    }
}
