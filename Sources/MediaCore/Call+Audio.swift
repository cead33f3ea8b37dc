import RTP
import Wire

// Audio that can't go on as it came: kept because the other side can't be sent to yet, or converted (steps 8 to 13).

extension Call {
    /// Takes over what becomes of each payload type on the way to a peer.
    func setFormats(_ router: PayloadRouter, of sink: MediaLeg) {
        // A peer that does not listen waits for nothing.
        if !sink.plan.peerReceives { giveUpAudio(for: sink, countsAsClipped: false) }
        let packetTime = sink.plan.audioPacketTime
        if router.hasSameFormats(as: sink.router), sink.bridge?.packetTime ?? packetTime == packetTime { return }
        let former = sink.router
        sink.router = router
        sink.egress.splice()
        // A digit on its way goes on where nothing changes for it.
        if !router.hasSameEvents(as: former) || router.encoding != former.encoding { sink.restartEventSender() }
        if let bridge = sink.bridge, bridge.isPlaying, bridge.changeFormats(to: router, packetTime: packetTime) { return }
        giveUpAudio(for: sink, countsAsClipped: true)
        sink.bridge = nil
        if router.transcodes { _ = bridge(of: sink) }
    }

    /// The sink's way through PCM, made when it is first needed; `nil` where its formats can't be transcoded.
    func bridge(of sink: MediaLeg) -> AudioBridge? {
        if let bridge = sink.bridge { return bridge }
        sink.bridge = AudioBridge(
            router: sink.router, packetTime: sink.plan.audioPacketTime,
            jitterDelay: sink.plan.treatment.contains(.unbuffered) ? .zero...(.milliseconds(20)) : configuration.media.jitterDelay)
        return sink.bridge
    }

    /// Another codec, another packet length, or too early: into the jitter buffer of the sink's bridge.
    func transcode(_ packet: ReceivedPacket, to sink: MediaLeg, at now: MonotonicInstant) {
        // What came in former formats is played: in the next pause the present ones get the rate that they are worth.
        if let bridge = sink.bridge, bridge.formats.keepsFormer, bridge.handOver() { sink.bridge = nil }
        guard let bridge = bridge(of: sink) else { return drop(.noRoute) }
        sink.egress.splice()
        guard sink.isReadyToSend || sink.plan.keepsEarlyMedia else {
            giveUpAudio(for: sink, countsAsClipped: true)
            bridge.noteClipped(packet.payload, payloadType: packet.header.payloadType)
            noteBacklog(of: sink)
            return drop(.senderNotReady)
        }
        if !sink.isReadyToSend { bridge.hold() }
        if bridge.isLate, isPressing(to: sink, at: now) {
            bridge.noteOther(sequence: packet.sequence, at: now)
            return drop(.replacedByEvent)
        }
        let reason = bridge.insert(   // 8
            sequence: packet.sequence, timestamp: packet.timestamp, payloadType: packet.header.payloadType,
            marker: packet.header.marker, payload: packet.payload, at: now)
        if let reason { drop(reason) }
        noteBacklog(of: sink)
        setAudioTimer(of: sink, to: bridge.nextTick)
    }

    /// The source says what its silence sounds like: the bridge makes it, until the source's audio goes on.
    func makeNoise(_ packet: ReceivedPacket, to sink: MediaLeg, at now: MonotonicInstant) {
        guard let level = ComfortNoise.level(of: packet.payload), let bridge = bridge(of: sink) else {
            return leaveOut(packet, to: sink, at: now)
        }
        sink.egress.splice()
        bridge.insertNoise(
            level: level, sequence: packet.sequence, timestamp: packet.timestamp, clockRate: packet.clockRate, at: now)
        setAudioTimer(of: sink, to: bridge.nextTick)
    }

    /// Steps 8 to 13 for transcoded audio: the frames that are due are taken from the jitter buffer, decoded, encoded and sent.
    func sendAudioFrames(to sink: MediaLeg, at now: MonotonicInstant, into output: CallOutput) {
        guard let bridge = sink.bridge else { return sink.timers.stop(.audioFrame) }
        if !sink.isReadyToSend {
            if sink.plan.keepsEarlyMedia { bridge.hold() } else { giveUpAudio(for: sink, countsAsClipped: true) }
        }
        bridge.skipTicks(before: now - Self.maximumLag)
        while bridge.nextTick <= now {
            if let digit = bridge.takeDueDigit() { sendDigit(digit, to: sink, at: now, into: output) }
            if sink.eventSender.isActive {
                bridge.passTick()
            } else if !sendAudioFrame(of: bridge, to: sink, at: now, into: output) {
                break
            }
        }
        noteBacklog(of: sink)
        setAudioTimer(of: sink, to: bridge.nextTick)
    }

    /// `false` when there is no room for a frame.
    private func sendAudioFrame(of bridge: AudioBridge, to sink: MediaLeg, at now: MonotonicInstant, into output: CallOutput) -> Bool {
        guard let room = output.reserve(), let body = room.slice(RTPHeader.fixedLength, Self.maximumPayloadLength) else {
            drop(.outputFull)
            return false
        }
        let moment = bridge.nextTick
        guard case .frame(let frame, let startsTalkSpurt) = bridge.makeFrame(thrift: output.thrift, into: body) else { return true }
        sink.noteEncoded(frame)
        sink.egress.setClockRate(bridge.encoding.clockRate)
        let place = sink.egress.generate(at: moment)   // 11
        send(
            room, payloadLength: frame.length, payloadType: bridge.encoding.payloadType, marker: startsTalkSpurt || place.startsAnew,
            at: place, to: sink, now: now, output)   // 12, 13
        return true
    }

    /// Whether a packet that needs no conversion may go on as it is; the bridge that audio took while it was late is then
    /// given up, since its codecs are most of a call's memory.
    func isHandedOver(_ sink: MediaLeg) -> Bool {
        guard let bridge = sink.bridge else { return true }
        guard bridge.handOver() else { return false }
        if !sink.router.transcodes, !sink.router.makesNoise { dropBridge(of: sink) }
        return true
    }

    /// A frame keeps its place on the line; only the moment at which it is made moves.
    func setAudioTimer(of leg: MediaLeg, to tick: MonotonicInstant) {
        leg.timers[.audioFrame] = tick.roundedUp(to: configuration.audioGrid)
    }

    func giveUpAudio(for sink: MediaLeg, countsAsClipped: Bool) {
        guard let bridge = sink.bridge else { return }
        bridge.giveUp(countsAsClipped: countsAsClipped)
        noteBacklog(of: sink)
        sink.timers.stop(.audioFrame)
    }

    /// Nobody is there to hear it, or to be heard: what was on its way, or kept, is not missed.
    func dropBridge(of sink: MediaLeg) {
        giveUpAudio(for: sink, countsAsClipped: false)
        sink.bridge = nil
    }

    private func noteBacklog(of sink: MediaLeg) {
        guard let bridge = sink.bridge else { return }
        let delay = bridge.backlog == nil ? .zero : bridge.delay
        sink.statistics.backlogDelay = delay
        sink.statistics.longestBacklogDelay = max(sink.statistics.longestBacklogDelay, delay)
        sink.statistics.clipped = sink.statistics.clipped + bridge.takeClipped()
    }

    /// Leaves room for the header and the SRTP trailer within `CallOutput.maximumDatagramLength` and a usual MTU [bytes].
    static var maximumPayloadLength: Int { 1400 }
}

extension MediaLeg {
    /// A frame was made for the peer.
    func noteEncoded(_ frame: AudioEncoder.Payload) {
        if frame.isThrifty { statistics.thriftyFrames &+= 1 }
        if frame.isPrepared { statistics.preparedFrames &+= 1 }
    }
}
