internal import Wire

extension JitterBuffer {
    /// What to play next.
    ///
    /// - Parameter now: when the tick was due, so that a late wake-up of the caller is not taken for delay.
    func playout(at now: MonotonicInstant) -> Playout {
        ring.endLoan()
        skipOther()
        guard let head = firstAudio() else { return runDry(at: now) }
        if phase == .playing, startsSpurt(head) || hasPaused(at: now) { becomeIdle() }
        if phase == .idle {
            guard now + JitterBufferConfiguration.startTolerance >= due(head) else { return fill(.waiting, at: now) }
            giveUp(before: head.sequence)
            return play(head, at: now)
        }
        if let loss = nextLoss(before: head, at: now) { return .lost(loss) }
        return play(head, at: now)
    }

    /// A gap in the timestamps but not in the sequence numbers: the sender was silent (RFC 3550 section 5.1).
    private func startsSpurt(_ head: PacketRing.Entry) -> Bool {
        head.sequence == nextSequence && head.timestamp &- nextTimestamp > clockRate / 200
    }

    /// The caller stopped its ticks for longer than any packet lasts.
    private func hasPaused(at now: MonotonicInstant) -> Bool { now - lastPlayout > .milliseconds(250) }

    private func skipOther() {
        while let entry = ring.entry(nextSequence), !entry.isAudio {
            ring.remove(nextSequence)
            nextSequence &+= 1
        }
    }

    private func play(_ head: PacketRing.Entry, at now: MonotonicInstant) -> Playout {
        if phase == .idle { playoutOffsets = InlineArray(repeating: .max) }
        phase = .playing
        hasPlayed = true
        idleSince = nil
        nextSequence = head.sequence &+ 1
        nextTimestamp = head.timestamp &+ head.duration
        lastDuration = head.duration
        estimator.noteOutcome(isLost: false)
        noteOffset(head.timestamp, at: now)
        return .packet(
            Packet(
                payload: ring.lend(head), format: head.format, marker: head.marker, timestamp: head.sourceTimestamp,
                duration: Int(head.duration), waited: now - head.arrival))
    }

    /// While playing, a missing packet is given up when its turn comes and a later one is here.
    private func nextLoss(before head: PacketRing.Entry, at now: MonotonicInstant) -> Loss? {
        let missing = head.sequence &- nextSequence
        guard missing > 0 else { return nil }
        guard let duration = lostDuration(missing: missing, gap: head.timestamp &- nextTimestamp) else {
            giveUp(before: head.sequence)
            return nil
        }
        noteOffset(nextTimestamp, at: now)
        nextSequence &+= 1
        nextTimestamp &+= duration
        statistics.lost &+= 1
        statistics.concealed &+= 1
        estimator.noteOutcome(isLost: true)
        let isNext = missing == 1 && head.timestamp &- nextTimestamp < clockRate / 200
        return Loss(duration: Int(duration), next: isNext ? ring.payload(head) : nil, nextFormat: head.format)
    }

    /// The length of each of `missing` packets in a gap of the timeline; `nil` when there is no room for them.
    private func lostDuration(missing: Int64, gap: Int64) -> Int64? {
        let share = gap / missing
        guard share >= clockRate / 400 else { return nil }
        // More than any packet holds: the sender was silent as well.
        return share <= clockRate * 12 / 100 ? share : lastDuration
    }

    /// Moves on to `sequence`: what is missing before it was made up for while the stream was dry.
    ///
    /// - Parameter present: a number that came, but is not in the ring.
    func giveUp(before sequence: Int64, except present: Int64? = nil) {
        while nextSequence < sequence {
            if ring.entry(nextSequence) != nil {
                ring.remove(nextSequence)
            } else if hasPlayed, nextSequence != present {
                statistics.lost &+= 1
                estimator.noteOutcome(isLost: true)
            }
            nextSequence &+= 1
        }
    }

    private func runDry(at now: MonotonicInstant) -> Playout {
        if phase == .playing {
            statistics.underruns &+= 1
            becomeIdle()
        }
        return fill(.empty, at: now)
    }

    private func fill(_ answer: Playout, at now: MonotonicInstant) -> Playout {
        guard hasPlayed else { return answer }
        if let since = idleSince {
            if now - since < JitterBufferConfiguration.concealedGap { statistics.concealed &+= 1 }
        } else {
            idleSince = now
            statistics.concealed &+= 1
        }
        return answer
    }

    private func noteOffset(_ timestamp: Int64, at now: MonotonicInstant) {
        playoutOffsets[playoutCount & 3] = now.nanoseconds &- nanoseconds(timestamp)
        playoutCount &+= 1
        lastPlayout = now
    }

    func becomeIdle() {
        phase = .idle
        isTooLongSince = nil
        isTooShortSince = nil
        droppedLast = false
    }
}
