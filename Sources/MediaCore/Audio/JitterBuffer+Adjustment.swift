internal import Wire

extension JitterBuffer {
    /// Whether to lengthen or shorten the delay by the frame that is about to be played.
    ///
    /// Asked once for each frame. Silence is used at once. Speech is cut or stretched only where the delay
    /// stayed wrong for a second (five, where it is less than two frames too long); of speech that is
    /// beyond `maximumDelay` every second frame is cut.
    ///
    /// - Parameter isSilent: whether dropping or repeating the frame would go unheard.
    func adjustment(isSilent: @autoclosure () -> Bool, at now: MonotonicInstant) -> Adjustment {
        guard phase == .playing else { return .none }
        let delay = currentDelay
        // Between the two bounds lie one frame and some room, so that one adjustment never calls for its opposite.
        let isTooLong = ring.count > 0 && delay >= estimator.target + configuration.frame - .milliseconds(2)
        let isTooShort = delay < shortestDelay
        isTooLongSince = isTooLong ? isTooLongSince ?? now : nil
        isTooShortSince = isTooShort ? isTooShortSince ?? now : nil
        if isTooLong, isSilent() || mayCutSpeech(delay, at: now) { return drop(at: now) }
        droppedLast = false
        if isTooShort, isSilent() || hasPassed(JitterBufferConfiguration.patience, since: isTooShortSince, now) { return insert() }
        return .none
    }

    private func mayCutSpeech(_ delay: Nanoseconds, at now: MonotonicInstant) -> Bool {
        if delay > configuration.maximumDelay + configuration.frame { return !droppedLast }
        let isMuchTooLong = delay >= estimator.target + configuration.frame * 2
        let patience = isMuchTooLong ? JitterBufferConfiguration.patience : JitterBufferConfiguration.longPatience
        return hasPassed(patience, since: isTooLongSince, now)
    }

    private var shortestDelay: Nanoseconds {
        let target = estimator.target
        return max(Nanoseconds(target.count / 2), target - Nanoseconds(configuration.frame.count / 2))
    }

    private func hasPassed(_ patience: Nanoseconds, since: MonotonicInstant?, _ now: MonotonicInstant) -> Bool {
        since.map { now - $0 >= patience } ?? false
    }

    private func insert() -> Adjustment {
        shiftOffsets(by: configuration.frame)
        isTooShortSince = nil
        statistics.framesInserted &+= 1
        return .insertFrame
    }

    private func shiftOffsets(by change: Nanoseconds) {
        for index in 0..<4 where playoutOffsets[index] != .max { playoutOffsets[index] &+= change.count }
    }

    private func drop(at now: MonotonicInstant) -> Adjustment {
        shiftOffsets(by: .zero - configuration.frame)
        isTooLongSince = now
        droppedLast = true
        statistics.framesDropped &+= 1
        return .dropFrame
    }
}
