import Wire

// What is worth telling of a peer while the call runs (`ObservationPlan`): that it fell silent, that it sounds bad.

/// How closely a peer is listened to, and what was told of it.
struct Attention {
    /// It may send, and its silence is counted.
    var isWatched = false
    /// When its last RTP packet came, or when the counting began.
    var lastHeard = MonotonicInstant(nanoseconds: 0)
    /// Its silence was reported, and not yet its end.
    var isSilent = false
    /// Its bad quality was reported, and has not been good since.
    var isQualityLow = false
}

extension Call {
    /// Counts the silence of a peer that may send, from when its transport was there.
    func watch(_ leg: MediaLeg, at now: MonotonicInstant) {
        guard let limit = plan.observation.silenceAfter, leg.wasReady, leg.plan.peerSends else {
            leg.attention.isWatched = false
            leg.attention.isSilent = false
            return leg.timers.stop(.silence)
        }
        if !leg.attention.isWatched {
            leg.attention.isWatched = true
            leg.attention.lastHeard = now
        }
        if !leg.attention.isSilent { leg.timers[.silence] = leg.attention.lastHeard + limit }
    }

    func noteSilence(of leg: MediaLeg, at now: MonotonicInstant, into output: CallOutput) {
        guard let limit = plan.observation.silenceAfter, leg.attention.isWatched else { return leg.timers.stop(.silence) }
        leg.timers[.silence] = leg.attention.lastHeard + limit
        guard leg.timers.isDue(.silence, at: now) else { return }
        leg.timers.stop(.silence)
        leg.attention.isSilent = true
        output.report(.silence(media: leg.index, isSilent: true))
    }

    /// An RTP packet of this peer was accepted.
    func heard(_ leg: MediaLeg, at now: MonotonicInstant, into output: CallOutput) {
        leg.attention.lastHeard = now
        guard leg.attention.isSilent else { return }
        leg.attention.isSilent = false
        output.report(.silence(media: leg.index, isSilent: false))
        watch(leg, at: now)
    }

    func noteQuality(_ sample: QualitySample, of leg: MediaLeg, into output: CallOutput) {
        let isLow = plan.observation.lowQuality.map { sample.mos < $0 } ?? false
        if isLow, !leg.attention.isQualityLow { output.report(.qualityLow(media: leg.index, mos: sample.mos)) }
        leg.attention.isQualityLow = isLow
    }
}
