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
        for sink in leg.sinks { leaveOut(packet, to: sink, at: now) }
        guard let event = TelephoneEvent.parse(packet.payload) else { return drop(.malformedEvent) }
        let update = leg.eventReceiver.receive(
            event, timestamp: packet.header.timestamp, durationClockRate: durationClockRate, at: now)
        if let ended = update.ended { digitEnded(ended, leg: leg, into: output) }
        if let active = update.active {
            for sink in leg.sinks { digitContinues(active, to: sink, at: now) }
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
        for sink in leg.sinks { digitFinishes(ended.durationMilliseconds, to: sink) }
    }

    private func digitContinues(_ active: TelephoneEventReceiver.Active, to sink: MediaLeg, at now: MonotonicInstant) {
        guard sink.plan.isActive, sink.plan.peerReceives, sink.router.eventPayload != nil else { return drop(.noRoute) }
        if active.isNew { digitStarts(active, to: sink, at: now) }
        if let bridge = sink.bridge, bridge.digits.isOpen {
            bridge.digits.extend(toMilliseconds: active.durationMilliseconds)
        } else {
            sink.eventSender.extend(toMilliseconds: active.durationMilliseconds)
        }
    }

    private func digitFinishes(_ duration: Int, to sink: MediaLeg) {
        if let bridge = sink.bridge, bridge.digits.isOpen {
            bridge.digits.finish(durationMilliseconds: duration)
        } else {
            sink.eventSender.finish(durationMilliseconds: duration)
        }
    }

    /// A digit goes out at once, or waits for its place among audio that is kept or late.
    private func digitStarts(_ active: TelephoneEventReceiver.Active, to sink: MediaLeg, at now: MonotonicInstant) {
        if let bridge = lateBridge(of: sink) {
            if !bridge.digits.start(code: active.code, volume: active.volume, at: now) { drop(.outputFull) }
            return
        }
        // In step with the audio, so that the event takes the place of whole frames.
        let audio = sink.timers[.audioFrame]
        start(DigitBacklog.Digit(code: active.code, volume: active.volume), to: sink, at: audio == .distantFuture ? now : audio)
    }

    /// The way that audio toward a peer takes while it can't be sent as it comes; `nil` while it can, and for formats that aren't kept.
    private func lateBridge(of sink: MediaLeg) -> AudioBridge? {
        guard sink.playback == nil else { return nil }
        if sink.isReadyToSend { return sink.bridge.flatMap { $0.isLate ? $0 : nil } }
        guard sink.plan.keepsEarlyMedia, let bridge = bridge(of: sink) else { return nil }
        bridge.hold()
        return bridge
    }

    /// The place of a digit that was kept has come.
    func sendDigit(_ digit: DigitBacklog.Digit, to sink: MediaLeg, at now: MonotonicInstant, into output: CallOutput) {
        start(digit, to: sink, at: now)
        sink.eventSender.extend(toMilliseconds: digit.duration)
        if digit.isFinished { sink.eventSender.finish(durationMilliseconds: digit.duration) }
        sendEventPackets(to: sink, at: now, into: output)
    }

    private func start(_ digit: DigitBacklog.Digit, to sink: MediaLeg, at moment: MonotonicInstant) {
        guard sink.router.eventPayload != nil else { return drop(.noRoute) }
        guard sink.eventSender.start(code: digit.code, volume: digit.volume) else { return drop(.outputFull) }
        sink.statistics.digitsSent &+= 1
        if sink.timers[.eventPacket] == .distantFuture { sink.timers[.eventPacket] = moment }
    }

    /// Whether the peer that `sink` hears is sending an event just now: audio beside it is the same digit's tone.
    func isPressing(to sink: MediaLeg, at now: MonotonicInstant) -> Bool {
        guard let source = sink.plan.source, legs.indices.contains(source),
              let deadline = legs[source].eventReceiver.deadline else { return false }
        return deadline - now > TelephoneEventReceiver.silence - Self.longestEventPause
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

    /// Senders repeat an event every 20 to 50 ms (RFC 4733 section 2.5.1.2).
    private static var longestEventPause: Nanoseconds { .milliseconds(60) }
    static var eventInterval: Nanoseconds { .milliseconds(TelephoneEventSender.interval) }
    /// A worker that was held up longer than this does not make up for the packets that it missed.
    static var maximumLag: Nanoseconds { .milliseconds(200) }
}
