import RTP
import Wire

// Telephone-events (RFC 4733): read from one peer's packets, made anew on the other's clock.
//
// An event is not passed on packet by packet: the payload type, the clock of the timestamps and the unit of the
// duration differ between the legs, and packets get lost. The receiver makes each digit out of what arrives, exactly
// once; the sender of the other leg makes packets out of the digit.

extension Call {
    func receiveEvent(
        _ packet: ReceivedPacket, durationClockRate: Int, leg: MediaLeg, at now: MonotonicInstant, into output: CallOutput
    ) {
        for sink in leg.sinks { leaveOut(packet, to: legs[sink], at: now) }
        guard let event = TelephoneEvent.parse(packet.payload) else { return drop(.malformedEvent) }
        let update = leg.eventReceiver.receive(
            event, timestamp: packet.header.timestamp, durationClockRate: durationClockRate, at: now)
        if let ended = update.ended { digitEnded(ended, leg: leg, into: output) }
        if let active = update.active {
            for sink in leg.sinks { digitContinues(active, to: legs[sink], at: now) }
        }
        leg.timers[.eventExpiry] = leg.eventReceiver.deadline ?? .distantFuture
    }

    /// The stream was replaced: a digit that was being pressed ended with it, and the new one's timestamps start anew.
    func restartEvents(of leg: MediaLeg, at now: MonotonicInstant, into output: CallOutput) {
        if let ended = leg.eventReceiver.expire(at: now + TelephoneEventReceiver.silence) { digitEnded(ended, leg: leg, into: output) }
        leg.eventReceiver = TelephoneEventReceiver()
        leg.timers.stop(.eventExpiry)
    }

    /// The end packets of an event did not come.
    func expireEvent(of leg: MediaLeg, at now: MonotonicInstant, into output: CallOutput) {
        if let ended = leg.eventReceiver.expire(at: now) { digitEnded(ended, leg: leg, into: output) }
        leg.timers[.eventExpiry] = leg.eventReceiver.deadline ?? .distantFuture
    }

    private func digitEnded(_ ended: TelephoneEventReceiver.Ended, leg: MediaLeg, into output: CallOutput) {
        leg.statistics.digitsReceived &+= 1
        output.report(.digit(
            media: leg.index, code: ended.code, duration: ended.durationMilliseconds, volume: Int(ended.volume)))
        for sink in leg.sinks { legs[sink].eventSender.finish(durationMilliseconds: ended.durationMilliseconds) }
    }

    private func digitContinues(_ active: TelephoneEventReceiver.Active, to sink: MediaLeg, at now: MonotonicInstant) {
        guard sink.plan.isActive, sink.plan.peerReceives, sink.router.eventPayload != nil else { return drop(.noRoute) }
        if active.isNew {
            guard sink.eventSender.start(code: active.code, volume: active.volume) else { return drop(.outputFull) }
            sink.statistics.digitsSent &+= 1
            if sink.timers[.eventPacket] == .distantFuture {
                // In step with the audio, so that the event takes the place of whole frames.
                let audio = sink.timers[.audioFrame]
                sink.timers[.eventPacket] = audio == .distantFuture ? now : audio
            }
        }
        sink.eventSender.extend(toMilliseconds: active.durationMilliseconds)
    }

    /// Sends the packets of a digit that are due, one every 20 ms.
    func sendEventPackets(to sink: MediaLeg, at now: MonotonicInstant, into output: CallOutput) {
        while sink.timers.isDue(.eventPacket, at: now) {
            let moment = sink.timers[.eventPacket]
            guard sink.eventSender.isActive, let payload = sink.router.eventPayload else {
                sink.timers.stop(.eventPacket)
                return
            }
            sink.timers[.eventPacket] = now - moment > Self.maximumLag ? now + Self.eventInterval : moment + Self.eventInterval
            guard sink.isReadyToSend else { continue }
            sendEventPacket(payload, to: sink, moment: moment, now: now, into: output)
        }
    }

    private func sendEventPacket(
        _ payload: PayloadPlan, to sink: MediaLeg, moment: MonotonicInstant, now: MonotonicInstant, into output: CallOutput
    ) {
        guard let packet = sink.eventSender.nextPacket(timestampNow: sink.egress.lineTimestamp(at: moment)) else { return }
        let place = packet.marker ? sink.egress.generate(at: moment) : sink.egress.generate(timestamp: packet.timestamp)
        guard let room = output.reserve(), let body = room.slice(RTPHeader.fixedLength, TelephoneEvent.payloadLength),
              packet.event.write(to: body) else { return drop(.outputFull) }
        send(
            room, payloadLength: TelephoneEvent.payloadLength, payloadType: payload.payloadType, marker: packet.marker,
            at: place, to: sink, now: now, output)
    }

    static var eventInterval: Nanoseconds { .milliseconds(TelephoneEventSender.interval) }
    /// A worker that was held up longer than this does not make up for the packets that it missed.
    static var maximumLag: Nanoseconds { .milliseconds(200) }
}
