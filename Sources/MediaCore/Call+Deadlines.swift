import RTP
public import Wire

// What time brings: ICE checks, DTLS retransmissions, the next audio frame, event packets, reports, the end.

extension Call {
    /// Does what is due at `now`.
    public func handleDeadline(at now: MonotonicInstant, into output: CallOutput) {
        guard !isEnded else { return }
        for leg in legs where leg.nextDeadline <= now { serve(leg, at: now, into: output) }
        if let recorder { recorder.record(at: now, into: output) }
        let timeout = timeout
        if now - lastMedia >= timeout.span { return end(timeout.reason, at: now, into: output) }
        schedule()
    }

    private func serve(_ leg: MediaLeg, at now: MonotonicInstant, into output: CallOutput) {
        if leg.transport.nextDeadline <= now {
            leg.transport.handleDeadline(at: now)
            pump(leg, at: now, into: output)
        }
        if leg.timers.isDue(.eventExpiry, at: now) { expireEvent(of: leg, at: now, into: output) }
        if leg.timers.isDue(.eventPacket, at: now) { sendEventPackets(to: leg, at: now, into: output) }
        if leg.timers.isDue(.audioFrame, at: now) {
            if let playback = leg.playback {
                sendPlayback(playback, to: leg, at: now, into: output)
            } else {
                sendAudioFrames(to: leg, at: now, into: output)
            }
        }
        if leg.timers.isDue(.presence, at: now) { keepPresence(of: leg, at: now, into: output) }
        if leg.timers.isDue(.piercing, at: now) { pierceNAT(of: leg, at: now, into: output) }
        if leg.timers.isDue(.silence, at: now) { noteSilence(of: leg, at: now, into: output) }
        if leg.timers.isDue(.report, at: now) {
            leg.timers[.report] = leg.reports.next(after: now, interval: configuration.media.reportInterval, random: &random)
            sendReport(of: leg, goodbye: false, at: now, into: output)
        }
    }
}
