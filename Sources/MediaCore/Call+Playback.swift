import RTP
import Wire

// A clip in place of the source's audio (`PlaybackPlan`). Packets of the source are left out meanwhile; its digits go
// through, in place of the clip's frames. The clip's clock is the leg's `audioFrame` timer, which is then no bridge's.
// When the last frame has been heard, the source is again.

extension Call {
    /// Takes over what a plan says that the peer hears. The same clip goes on from where it is; one that cannot be encoded
    /// for this peer is not played, and the source is heard.
    func setPlayback(of leg: MediaLeg) {
        let former = leg.playback
        let new = playback(of: leg, after: former)
        guard former != nil || new != nil else { return }
        setPlayback(new, of: leg)
    }

    private func setPlayback(_ new: Playback?, of leg: MediaLeg) {
        let former = leg.playback
        leg.playback = new
        // What was on its way from the source, or kept, is not heard any more; the clip is wanted in its place.
        dropBridge(of: leg)
        leg.timers[.audioFrame] = new?.nextTick ?? .distantFuture
        if new !== former { leg.egress.splice() }
        if new == nil, leg.plan.isActive, leg.router.transcodes { _ = bridge(of: leg) }
    }

    private func playback(of leg: MediaLeg, after former: Playback?) -> Playback? {
        guard leg.plan.isActive, leg.isAudio, !leg.hasPlayed, let plan = leg.plan.playback, let format = leg.ownFormat else { return nil }
        let packetTime = leg.plan.audioPacketTime
        if let former, former.isPlaying(plan), former.encoding == format, former.packetTime == packetTime { return former }
        return Playback(plan, encoding: format, packetTime: packetTime, after: former)
    }

    private func endPlayback(_ playback: Playback, to leg: MediaLeg, into output: CallOutput) {
        leg.hasPlayed = true
        setPlayback(nil, of: leg)
        output.report(.playbackEnded(media: leg.index, id: playback.id))
    }

    /// The peer can be sent to: the clip begins or goes on, a packet's time after what was sent last.
    func resume(_ playback: Playback, to leg: MediaLeg, at now: MonotonicInstant, into output: CallOutput) {
        guard playback.isPaused else { return }
        let free = leg.lastSent.map { $0 + .milliseconds(playback.packetTime) } ?? now
        playback.resume(at: max(now, free))
        leg.timers[.audioFrame] = playback.nextTick
        if leg.timers.isDue(.audioFrame, at: now) { sendPlayback(playback, to: leg, at: now, into: output) }
    }

    /// Sends the frames that are due.
    func sendPlayback(_ playback: Playback, to leg: MediaLeg, at now: MonotonicInstant, into output: CallOutput) {
        guard leg.isReadyToSend else {
            playback.pause()
            return leg.timers.stop(.audioFrame)
        }
        playback.skipTicks(before: now - Self.maximumLag)
        while playback.nextTick <= now {
            let moment = playback.nextTick
            if playback.isOver { return endPlayback(playback, to: leg, into: output) }
            leg.statistics.playbackPosition = Int32(clamping: playback.position)
            if leg.eventSender.isActive {
                playback.discardFrame()
                continue
            }
            guard let room = output.reserve(), let body = room.slice(RTPHeader.fixedLength, Self.maximumPayloadLength) else {
                drop(.outputFull)
                break
            }
            guard let frame = playback.makeFrame(thrift: output.thrift, into: body) else { continue }
            leg.noteEncoded(frame.payload)
            leg.egress.setClockRate(playback.encoding.clockRate)
            let place = leg.egress.generate(at: moment)
            send(
                room, payloadLength: frame.payload.length, payloadType: playback.encoding.payloadType,
                marker: frame.startsTalkSpurt || place.startsAnew, at: place, to: leg, now: now, output)
        }
        setAudioTimer(of: leg, to: playback.nextTick)
    }
}
