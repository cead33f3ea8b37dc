import RTP
import Wire

// Audio that can't go on as it came: kept because the other side can't be sent to yet, or converted (steps 8 to 13).

extension Call {
    /// Takes over what becomes of each payload type on the way to a peer.
    func setFormats(_ router: PayloadRouter, of sink: MediaLeg) {
        let packetTime = sink.plan.audioPacketTime
        if router.hasSameFormats(as: sink.router), sink.bridge?.packetTime ?? packetTime == packetTime { return }
        sink.router = router
        sink.bridge = nil
        sink.timers.stop(.audioFrame)
        sink.egress.splice()
        sink.restartEventSender()
        if router.transcodes { _ = bridge(of: sink) }
    }

    /// The sink's way through PCM, made when it is first needed; `nil` where its formats can't be transcoded.
    func bridge(of sink: MediaLeg) -> AudioBridge? {
        if let bridge = sink.bridge { return bridge }
        sink.bridge = AudioBridge(router: sink.router, packetTime: sink.plan.audioPacketTime)
        return sink.bridge
    }

    /// Another codec, another packet length, or too early: into the jitter buffer of the sink's bridge.
    func transcode(_ packet: ReceivedPacket, to sink: MediaLeg, at now: MonotonicInstant) {
        guard let bridge = bridge(of: sink) else { return drop(.noRoute) }
        sink.egress.splice()
        if !sink.isReadyToSend { bridge.hold() }
        let reason = bridge.insert(   // 8
            sequence: packet.sequence, timestamp: packet.timestamp, payloadType: packet.header.payloadType,
            marker: packet.header.marker, payload: packet.payload, at: now)
        if let reason { drop(reason) }
        sink.timers[.audioFrame] = bridge.nextTick
    }

    /// Steps 8 to 13 for transcoded audio: the frames that are due are taken from the jitter buffer, decoded, encoded and sent.
    func sendAudioFrames(to sink: MediaLeg, at now: MonotonicInstant, into output: CallOutput) {
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
