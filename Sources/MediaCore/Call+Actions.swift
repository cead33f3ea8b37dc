import RTP
public import Wire

extension Call {
    /// Does something once.
    /// - Returns: `false` if nobody is there that it could be done for, or it is too much: nothing was done then.
    public func perform(_ action: CallAction, at now: MonotonicInstant, into output: CallOutput) -> Bool {
        guard !isEnded else { return false }
        defer { schedule() }
        switch action {
        case .playDigits(let digits, let media):
            guard legs.indices.contains(media), !digits.isEmpty, digits.allSatisfy({ $0.code < 16 }) else { return false }
            var isPlayed = false
            for sink in legs[media].sinks where play(digits, to: sink, at: now) { isPlayed = true }
            return isPlayed
        }
    }

    /// Behind what waits to be sent already: all of it, or none.
    private func play(_ digits: [PlayedDigit], to sink: MediaLeg, at now: MonotonicInstant) -> Bool {
        guard sink.plan.isActive, sink.plan.peerReceives, canSendDigits(to: sink), sink.eventSender.room >= digits.count else {
            return false
        }
        sink.settleEventClock()
        for digit in digits {
            _ = sink.eventSender.enqueue(code: digit.code, volume: digit.volume, milliseconds: digit.duration, pause: digit.pause)
            sink.statistics.digitsSent &+= 1
        }
        startEventPackets(to: sink, at: placeOfEvent(to: sink, at: now))
        return true
    }
}
