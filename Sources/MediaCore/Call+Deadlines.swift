import RTP
public import Wire

// What time brings: ICE checks, DTLS retransmissions, the next audio frame, event packets, reports, the end.

extension Call {
    /// Does what is due at `now`.
    public func handleDeadline(at now: MonotonicInstant, into output: CallOutput) {
        guard !isEnded else { return }
        for leg in legs where leg.nextDeadline <= now { serve(leg, at: now, into: output) }
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
        if leg.timers.isDue(.audioFrame, at: now) { sendAudioFrames(to: leg, at: now, into: output) }
        if leg.timers.isDue(.report, at: now) {
            leg.timers[.report] = leg.reports.next(after: now, random: &random)
            sendReport(of: leg, goodbye: false, at: now, into: output)
        }
    }

    /// Steps 8 to 13 for transcoded audio: the frames that are due are taken from the jitter buffer, decoded, encoded and sent.
    private func sendAudioFrames(to sink: MediaLeg, at now: MonotonicInstant, into output: CallOutput) {
        guard let bridge = sink.bridge else { return sink.timers.stop(.audioFrame) }
        if !sink.isReadyToSend { bridge.hold() }
        bridge.skipTicks(before: now - Self.maximumLag)
        while bridge.nextTick <= now {
            let moment = bridge.nextTick
            if sink.eventSender.isActive {
                bridge.discardFrame()
                continue
            }
            guard let room = output.reserve(), let body = room.slice(RTPHeader.fixedLength, Self.maximumPayloadLength) else {
                drop(.outputFull)
                break
            }
            guard case .frame(let length, let startsTalkSpurt) = bridge.makeFrame(into: body) else { continue }
            sink.egress.setClockRate(bridge.encoding.clockRate)
            let place = sink.egress.generate(at: moment)   // 11
            send(
                room, payloadLength: length, payloadType: bridge.encoding.payloadType, marker: startsTalkSpurt || place.startsAnew,
                at: place, to: sink, now: now, output)   // 12, 13
        }
        sink.timers[.audioFrame] = bridge.nextTick
    }

    /// Leaves room for the header and the SRTP trailer within `CallOutput.maximumDatagramLength` and a usual MTU [bytes].
    private static var maximumPayloadLength: Int { 1400 }
}
