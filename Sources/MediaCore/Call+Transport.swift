import ICE
import SRTP
public import Wire

// STUN and DTLS: what makes a transport usable.

extension Call {
    func receiveSTUN(
        _ message: Bytes, leg: MediaLeg, slot: Int, from source: TransportAddress, at now: MonotonicInstant, into output: CallOutput
    ) {
        guard let ice = leg.transport.ice else { return drop(.stunNotForUs) }
        switch ice.receive(message, slot: slot, from: source, at: now) {
        case .accepted: break
        case .notForUs: drop(.stunNotForUs)
        case .unauthenticated: drop(.stunUnauthenticated)
        case .malformed: drop(.malformedSTUN)
        }
        pump(leg, at: now, into: output)
    }

    func receiveDTLS(
        _ datagram: Bytes, leg: MediaLeg, slot: Int, from source: TransportAddress, at now: MonotonicInstant, into output: CallOutput
    ) {
        if let reason = leg.transport.receiveDTLS(datagram, from: source, slot: slot, at: now) { drop(reason) }
        pump(leg, at: now, into: output)
    }

    /// Takes back a step that the call put out, run or not: flights, keys, state and deadlines, exactly as if the work had been
    /// done here. One that nobody asks for any more, because the association was replaced meanwhile or the call is over, is let go.
    public func finish(_ step: HandshakeStep, at now: MonotonicInstant, into output: CallOutput) {
        guard !isEnded else { return }
        for leg in legs where leg.transport.handshake?.finish(step, at: now) == true { pump(leg, at: now, into: output) }
        schedule()
    }

    /// Moves a leg's set-up on: ICE's messages and verdicts, the handshake, the keys, and what was waiting for them.
    func pump(_ leg: MediaLeg, at now: MonotonicInstant, into output: CallOutput) {
        guard leg.plan.isActive else { return }
        pumpICE(leg, at: now, into: output)
        pumpDTLS(leg, at: now, into: output)
        if leg.transport.isReady, !leg.wasReady {
            leg.wasReady = true
            leg.statistics.setup.mediaReady = now
            output.report(.mediaReady(media: leg.index))
        }
        if leg.isReadyToSend { releaseAudio(to: leg, at: now, into: output) }
        startPresence(of: leg, at: now, into: output)
        startReports(of: leg, at: now, into: output)
        watch(leg, at: now)
    }

    /// What was kept, or the clip that was waiting, leaves at once.
    private func releaseAudio(to leg: MediaLeg, at now: MonotonicInstant, into output: CallOutput) {
        if let playback = leg.playback { return resume(playback, to: leg, at: now, into: output) }
        guard let bridge = leg.bridge, bridge.isHeld else { return }
        bridge.release(at: now)
        leg.timers[.audioFrame] = bridge.nextTick
        if leg.timers.isDue(.audioFrame, at: now) { sendAudioFrames(to: leg, at: now, into: output) }
    }

    private func pumpICE(_ leg: MediaLeg, at now: MonotonicInstant, into output: CallOutput) {
        guard let ice = leg.transport.ice else { return }
        while let room = output.reserve(), let message = ice.drain(into: room) {
            output.commit(length: message.length, slot: message.slot, to: message.destination)
        }
        while let event = ice.nextEvent() {
            switch event {
            case .connected:
                if leg.statistics.setup.iceConnected == nil { leg.statistics.setup.iceConnected = now }
                output.report(.iceConnected(media: leg.index))
            case .consentLost, .failed:
                leg.transport.iceFailed()
                output.report(.iceFailed(media: leg.index))
            }
        }
    }

    private func pumpDTLS(_ leg: MediaLeg, at now: MonotonicInstant, into output: CallOutput) {
        leg.transport.startDTLSIfPossible(at: now)
        guard let handshake = leg.transport.handshake else { return }
        let path = leg.transport.rtpPath
        // Before the next step takes the association away, and with it what the last one has made.
        while let path, let room = output.reserve(), let length = handshake.drain(into: room) {
            output.commit(length: length, slot: path.slot, to: path.remote)
        }
        if let step = handshake.takeStep(at: now) { output.put(step) }
        guard path != nil else { return }
        switch leg.transport.takeHandshakeResult() {
        case .connected:
            if leg.statistics.setup.dtlsConnected == nil { leg.statistics.setup.dtlsConnected = now }
            output.report(.dtlsConnected(media: leg.index))
        case .failed(let failure): output.report(.dtlsFailed(media: leg.index, failure))
        case nil: break
        }
    }
}
