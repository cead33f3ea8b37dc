internal import Wire

extension JitterBuffer {
    /// Whether to lengthen or shorten the delay by the frame that is about to be played.
    ///
    /// Asked once for each frame. Silence is used at once; speech is cut or stretched only where the delay
    /// stayed wrong for a second, and where it is beyond `maximumDelay`, every second frame.
    ///
    /// - Parameter isSilent: whether dropping or repeating the frame would go unheard.
    func adjustment(isSilent: Bool, at now: MonotonicInstant) -> Adjustment {
        guard phase == .playing else { return .none }
        let delay = currentDelay
        // Between the two bounds lie one frame and some room, so that one adjustment never calls for its opposite.
        let isTooLong = ring.count > 0 && delay >= estimator.target + configuration.frame - .milliseconds(2)
        let isTooShort = delay < shortestDelay
        isTooLongSince = isTooLong ? isTooLongSince ?? now : nil
        isTooShortSince = isTooShort ? isTooShortSince ?? now : nil
        defer { if !isTooLong { droppedLast = false } }
        if isTooLong {
            let isBeyond = delay > configuration.maximumDelay + configuration.frame
            if isSilent || (isBeyond && !droppedLast) || isOver(isTooLongSince, now) { return drop(at: now) }
            droppedLast = false
        } else if isTooShort, isSilent || isOver(isTooShortSince, now) {
            adjusted = adjusted + configuration.frame
            isTooShortSince = nil
            statistics.framesInserted &+= 1
            return .insertFrame
        }
        return .none
    }

    private var shortestDelay: Nanoseconds {
        let target = estimator.target
        return max(Nanoseconds(target.count / 2), target - Nanoseconds(configuration.frame.count / 2))
    }

    private func isOver(_ since: MonotonicInstant?, _ now: MonotonicInstant) -> Bool {
        since.map { now - $0 >= JitterBufferConfiguration.patience } ?? false
    }

    private func drop(at now: MonotonicInstant) -> Adjustment {
        adjusted = adjusted - configuration.frame
        isTooLongSince = now
        droppedLast = true
        statistics.framesDropped &+= 1
        return .dropFrame
    }
}
