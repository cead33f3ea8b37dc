import RTP
import Wire

// Digits: read from one peer's telephone-events (RFC 4733) or tones, made anew on the other's clock.
//
// An event is not passed on packet by packet: the payload type, the clock of the timestamps and the unit of the
// duration differ between the legs, and packets get lost. The receiver makes each digit out of what arrives, exactly
// once; the sender of the other leg makes packets out of the digit, or frames of its tones (`Call+Tones.swift`).

extension Call {
    /// How a digit came.
    enum DigitOrigin { case events, tones }

    func receiveEvent(
        _ packet: ReceivedPacket, durationClockRate: Int, leg: MediaLeg, at now: MonotonicInstant, into output: CallOutput
    ) {
        for sink in leg.sinks { leaveOut(packet, to: sink, at: now) }
        guard let event = TelephoneEvent.parse(packet.payload) else { return drop(.malformedEvent) }
        let update = leg.eventReceiver.receive(
            event, timestamp: packet.header.timestamp, durationClockRate: durationClockRate, at: now)
        leg.listener?.ignoreTones(at: now)
        carryOut(update, from: .events, leg: leg, at: now, into: output)
    }

    /// What became known of the digit that a peer presses.
    func carryOut(
        _ update: TelephoneEventReceiver.Update, from origin: DigitOrigin, leg: MediaLeg, at now: MonotonicInstant, into output: CallOutput
    ) {
        if let ended = update.ended { digitEnded(ended, from: origin, leg: leg, into: output) }
        if let active = update.active {
            for sink in leg.sinks { digitContinues(active, from: origin, to: sink, at: now) }
        }
        setEventExpiry(of: leg)
    }

    /// The stream was replaced: a digit that was being pressed ended with it, and the new one's timestamps start anew.
    func restartEvents(of leg: MediaLeg, at now: MonotonicInstant, into output: CallOutput) {
        endDigits(of: leg, at: now + TelephoneEventReceiver.silence, into: output)
        leg.eventReceiver = TelephoneEventReceiver()
        leg.timers.stop(.eventExpiry)
    }

    /// The end packets of an event did not come, or a tone broke off.
    func expireEvent(of leg: MediaLeg, at now: MonotonicInstant, into output: CallOutput) {
        endDigits(of: leg, at: now, into: output)
        setEventExpiry(of: leg)
    }

    private func endDigits(of leg: MediaLeg, at moment: MonotonicInstant, into output: CallOutput) {
        if let ended = leg.eventReceiver.expire(at: moment) { digitEnded(ended, from: .events, leg: leg, into: output) }
        if let ended = leg.listener?.expire(at: moment) { digitEnded(ended, from: .tones, leg: leg, into: output) }
    }

    private func setEventExpiry(of leg: MediaLeg) {
        leg.timers[.eventExpiry] = min(leg.eventReceiver.deadline ?? .distantFuture, leg.listener?.deadline ?? .distantFuture)
    }

    private func digitEnded(_ ended: TelephoneEventReceiver.Ended, from origin: DigitOrigin, leg: MediaLeg, into output: CallOutput) {
        leg.statistics.digitsReceived &+= 1
        output.report(.digit(
            media: leg.index, code: ended.code, duration: ended.durationMilliseconds, volume: Int(ended.volume)))
        for sink in leg.sinks where sink.takesDigits(from: origin) { digitFinishes(ended.durationMilliseconds, to: sink) }
    }

    private func digitContinues(
        _ active: TelephoneEventReceiver.Active, from origin: DigitOrigin, to sink: MediaLeg, at now: MonotonicInstant
    ) {
        guard sink.takesDigits(from: origin) else { return drop(sink.blocksDigits ? .blocked : .noRoute) }
        if active.isNew { digitStarts(active, to: sink, at: now) }
        if let bridge = sink.bridge, bridge.digits.isOpen {
            bridge.digits.extend(toMilliseconds: active.durationMilliseconds)
        } else {
            sink.eventSender.extend(toMilliseconds: active.durationMilliseconds)
        }
    }

    /// The digit that the source is pressing is over for this peer.
    func digitFinishes(_ duration: Int, to sink: MediaLeg) {
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
        start(DigitBacklog.Digit(code: active.code, volume: active.volume), to: sink, at: placeOfEvent(to: sink, at: now))
    }

    /// In step with the audio, so that an event takes the place of whole frames.
    func placeOfEvent(to sink: MediaLeg, at now: MonotonicInstant) -> MonotonicInstant {
        let audio = sink.timers[.audioFrame]
        return audio == .distantFuture ? now : audio
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
        guard canSendDigits(to: sink) else { return drop(.noRoute) }
        sink.settleEventClock()
        guard sink.eventSender.start(code: digit.code, volume: digit.volume) else { return drop(.outputFull) }
        sink.statistics.digitsSent &+= 1
        startEventPackets(to: sink, at: moment)
    }

    /// The first packet leaves at `moment`, unless others are leaving already.
    func startEventPackets(to sink: MediaLeg, at moment: MonotonicInstant) {
        guard sink.timers[.eventPacket] == .distantFuture else { return }
        // A tone is audio, and behind the audio that was sent last.
        let free = !sink.router.sendsEvents ? sink.lastSent.map { $0 + Self.eventInterval } ?? moment : moment
        sink.timers[.eventPacket] = max(moment, free)
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
            guard sink.eventSender.isActive else {
                sink.timers.stop(.eventPacket)
                return
            }
            sink.timers[.eventPacket] = now - moment > Self.maximumLag ? now + Self.eventInterval : moment + Self.eventInterval
            guard sink.isReadyToSend else { continue }
            if let payload = sink.eventPayload {
                sendEventPacket(payload, to: sink, moment: moment, now: now, into: output)
            } else {
                sendToneFrame(to: sink, moment: moment, now: now, into: output)
            }
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

extension MediaLeg {
    /// Nothing that the source presses reaches this peer.
    var blocksDigits: Bool { !plan.treatment.isDisjoint(with: [.blocked, .digitsBlocked]) }

    /// Whether a digit of the source becomes one for this peer. A tone does only where it is taken out of the audio.
    fileprivate func takesDigits(from origin: Call.DigitOrigin) -> Bool {
        guard plan.isActive, plan.peerReceives, !blocksDigits else { return false }
        switch origin {
        case .events: return router.sendsEvents || (plan.treatment.contains(.generatesTones) && ownFormat != nil)
        case .tones: return router.sendsEvents && plan.treatment.contains(.detectsTones)
        }
    }
}
