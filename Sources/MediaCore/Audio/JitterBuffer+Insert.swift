internal import Wire

extension JitterBuffer {
    /// Takes in one packet with audio.
    ///
    /// - Parameters:
    ///   - sequence: the unwrapped sequence number.
    ///   - timestamp: the unwrapped timestamp [clock ticks].
    ///   - duration: the audio in the payload [clock ticks]; up to 120 ms.
    ///   - format: the caller's own number for the payload's format; given back with the packet.
    func insert(
        sequence: Int64, timestamp: Int64, duration: Int, format: UInt8, payload: Bytes, marker: Bool, arrival: MonotonicInstant
    ) -> Insert {
        ring.endLoan()
        guard !payload.isEmpty, payload.count <= configuration.maximumPayload, duration > 0 else { return .refused }
        let duration = min(Int64(duration), clockRate * 12 / 100)
        if !hasStarted { start(sequence: sequence, timestamp: timestamp) }
        let place = place(sequence: sequence, timestamp: timestamp, marker: marker, arrival: arrival)
        guard let place else { return noteLate(at: arrival) }
        if ring.hasSeen(place.sequence) {
            statistics.duplicates &+= 1
            return .duplicate
        }
        let transit = arrival.nanoseconds &- nanoseconds(place.timestamp)
        estimator.note(transit: transit, packetLength: Nanoseconds(nanoseconds(duration)), at: arrival)
        guard isStillWanted(place.sequence) else { return noteLate(at: arrival) }
        let overflowed = makeRoom(for: place.sequence)
        ring.insert(
            PacketRing.Entry(
                sequence: place.sequence, timestamp: place.timestamp, sourceTimestamp: timestamp, duration: duration,
                arrival: arrival, format: format, marker: marker, isAudio: true),
            payload: payload)
        if place.sequence >= highestSequence {
            highestSequence = place.sequence
            highestEnd = place.timestamp &+ duration
        }
        lastAccepted = arrival
        consecutiveLate = 0
        statistics.inserted &+= 1
        return overflowed ? .overflow : .accepted
    }

    /// Takes note of a packet of the stream that holds no audio, such as a telephone event: its number is not missing.
    func noteOther(sequence: Int64, arrival: MonotonicInstant) {
        ring.endLoan()
        guard hasStarted, !spliceIsDue else { return }
        let sequence = sequence &+ sequenceOffset
        let ahead = sequence &- nextSequence
        guard ahead >= 0, ahead < JitterBufferConfiguration.maximumDropout else { return }
        if firstAudio() == nil {
            // Nothing waits for the numbers before it. An event may last longer than the ring, and the caller's ticks stop meanwhile.
            giveUp(before: sequence &+ 1, except: sequence)
        } else if ahead < Int64(ring.capacity), ring.entry(sequence) == nil {
            ring.insert(
                PacketRing.Entry(
                    sequence: sequence, timestamp: 0, sourceTimestamp: 0, duration: 0, arrival: arrival,
                    format: 0, marker: false, isAudio: false),
                payload: .empty)
        } else {
            return
        }
        highestSequence = max(highestSequence, sequence)
    }

    private func start(sequence: Int64, timestamp: Int64) {
        hasStarted = true
        sequenceOffset = 0 &- sequence
        timestampOffset = 0 &- timestamp
        highestSequence = 0
        highestEnd = 0
        nextSequence = 0
        nextTimestamp = 0
    }

    /// Where a packet belongs in the buffer's numbers, after a splice if its own numbers demand one; `nil` for a
    /// straggler from before a splice.
    private func place(sequence: Int64, timestamp: Int64, marker: Bool, arrival: MonotonicInstant) -> (sequence: Int64, timestamp: Int64)? {
        let step = sequence &+ sequenceOffset &- highestSequence
        let isRestart = step > JitterBufferConfiguration.maximumDropout || step < -JitterBufferConfiguration.maximumMisorder
        if spliceIsDue || isRestart || isStuck(at: arrival) {
            sequenceOffset = highestSequence &+ 1 &- sequence
            spliceIsDue = false
            retime(timestamp, arrival: arrival)
        } else if let least = estimator.leastTransit {
            let delay = Nanoseconds(arrival.nanoseconds &- nanoseconds(timestamp &+ timestampOffset) &- least)
            let isNext = step > 0
            if !isPlausible(delay) {
                guard isNext else { return nil }
                retime(timestamp, arrival: arrival)
            } else if isNext, beginsSpurt(marker: marker), delay > estimator.target + configuration.frame {
                retime(timestamp, arrival: arrival)
            }
        }
        return (sequence &+ sequenceOffset, timestamp &+ timestampOffset)
    }

    /// Continues the timeline with `timestamp` where the audio so far ends, or now if that is later.
    private func retime(_ timestamp: Int64, arrival: MonotonicInstant) {
        let now = ticks(arrival.nanoseconds &- (estimator.leastTransit ?? arrival.nanoseconds))
        timestampOffset = max(highestEnd, now) &- timestamp
        statistics.splices &+= 1
    }

    private func isPlausible(_ delay: Nanoseconds) -> Bool {
        let limit = max(configuration.maximumDelay, JitterBufferConfiguration.timelineTolerance)
        return delay < limit && delay > .zero - limit
    }

    /// A sender that holds its timestamps while it is silent makes the next packet look late; it is a beginning.
    private func beginsSpurt(marker: Bool) -> Bool { marker || (phase == .idle && ring.count == 0 && hasPlayed) }

    /// Nothing but late packets for a while: the stream restarted a little behind where it was.
    private func isStuck(at arrival: MonotonicInstant) -> Bool {
        consecutiveLate >= 3 && arrival - lastAccepted > .milliseconds(50)
    }

    private func noteLate(at arrival: MonotonicInstant) -> Insert {
        statistics.late &+= 1
        consecutiveLate += 1
        return .late
    }

    /// Before anything is played a packet may still come before the first.
    private func isStillWanted(_ sequence: Int64) -> Bool {
        if sequence >= nextSequence { return true }
        guard !hasPlayed, highestSequence &- sequence < Int64(ring.capacity) else { return false }
        nextSequence = sequence
        return true
    }

    private func makeRoom(for sequence: Int64) -> Bool {
        let capacity = Int64(ring.capacity)
        guard sequence &- nextSequence >= capacity else { return false }
        let keep = sequence &- capacity &+ 1
        var lost: UInt64 = 0
        while nextSequence < keep, ring.count > 0 {
            if let entry = ring.entry(nextSequence) {
                if entry.isAudio {
                    nextTimestamp = entry.timestamp &+ entry.duration
                    lost &+= 1
                }
                ring.remove(nextSequence)
            }
            nextSequence &+= 1
        }
        nextSequence = keep
        statistics.overflowed &+= lost
        return lost > 0
    }
}
