import Wire

// What is put out for a recording (`RecordingPlan`): packets in the clear as they come and go, and the audio of each peer.

extension Call {
    /// Takes over what a plan says of the recording; what was due before is put out first.
    func setRecording(at now: MonotonicInstant, into output: CallOutput) {
        if let recorder { recorder.record(at: now, into: output) }
        if let former = recorder, former.id != plan.recording?.id {
            former.end(at: now, into: output)
            recorder = nil
            for leg in legs { leg.recording = [] }
        }
        guard let new = plan.recording else { return }
        let recorder = recorder ?? CallRecorder(new, at: now)
        self.recorder = recorder
        recorder.apply(new, to: legs, jitterDelay: configuration.media.jitterDelay)
    }

    /// A packet of a peer that was accepted, decrypted.
    func recordReceived(
        _ packet: Bytes, of leg: MediaLeg, slot: Int, from source: TransportAddress, at now: MonotonicInstant, into output: CallOutput
    ) {
        guard leg.recording.contains(.received), let recorder, let local = leg.localAddress(of: slot) else { return }
        recorder.put(packet, from: source, to: local, at: unixNanoseconds(now), into: output)
    }

    /// A packet for a peer, before it is encrypted.
    func recordSent(
        _ room: MutableBytes, _ length: Int, to leg: MediaLeg, slot: Int, _ destination: TransportAddress, at now: MonotonicInstant,
        into output: CallOutput
    ) {
        guard leg.recording.contains(.sent), let recorder, let packet = room.slice(0, length)?.bytes,
              let local = leg.localAddress(of: slot) else { return }
        recorder.put(packet, from: local, to: destination, at: unixNanoseconds(now), into: output)
    }

    func recordAudio(_ packet: ReceivedPacket, of leg: MediaLeg, at now: MonotonicInstant) {
        recorder?.track(of: leg)?.insert(packet, at: now)
    }

    /// A packet of the stream that is no audio leaves no gap in the recording.
    func recordOther(_ packet: ReceivedPacket, of leg: MediaLeg, at now: MonotonicInstant) {
        recorder?.track(of: leg)?.noteOther(packet, at: now)
    }

    private func unixNanoseconds(_ now: MonotonicInstant) -> Int64 { now.nanoseconds &+ configuration.wallClockOffset }
}

extension MediaLeg {
    /// What others are told of one of our sockets for this peer.
    fileprivate func localAddress(of slot: Int) -> TransportAddress? {
        let transport = plan.transport
        for socket in transport.rtpSockets where socket.slot == slot { return socket.local }
        return transport.rtcpSocket.flatMap { $0.slot == slot ? $0.local : nil }
    }
}
