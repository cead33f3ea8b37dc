import RTP
import Wire

// What a plan says that is done to audio on its way to one peer (`MediaTreatment`), packet by packet.

extension Call {
    /// What goes on of a packet; `nil` when nothing of it reaches the peer.
    func treat(_ packet: ReceivedPacket, to sink: MediaLeg, at now: MonotonicInstant, into output: CallOutput) -> ReceivedPacket? {
        let treatment = sink.plan.treatment
        if treatment.contains(.blocked) {
            drop(.blocked)
            return nil
        }
        // Beside an event it is the same digit's tone.
        if treatment.contains(.digitsBlocked), isPressing(to: sink, at: now) {
            drop(.replacedByEvent)
            return nil
        }
        guard treatment.contains(.silenced) || takesOutTone(to: sink) else { return packet }
        return silence(packet, to: sink, into: output)
    }

    /// Whether what the source sends now is the tone of a digit, of which the peer is to hear nothing.
    private func takesOutTone(to sink: MediaLeg) -> Bool {
        let treatment = sink.plan.treatment
        guard !treatment.isDisjoint(with: [.digitsBlocked, .detectsTones]), let source = sink.plan.source, legs.indices.contains(source),
              legs[source].listener?.isSounding == true else { return false }
        return treatment.contains(.digitsBlocked) || sink.router.sendsEvents
    }

    /// Puts silence of the same length in the place of the payload, in the room that the packet will be written to, where nothing is yet.
    private func silence(_ packet: ReceivedPacket, to sink: MediaLeg, into output: CallOutput) -> ReceivedPacket? {
        guard let room = output.reserve(), let body = room.slice(RTPHeader.fixedLength, Self.maximumPayloadLength) else {
            drop(.outputFull)
            return nil
        }
        guard let format = sink.router.format(of: packet.header.payloadType),
              let length = SilenceFrame.write(format, inPlaceOf: packet.payload, to: body), let silence = body.slice(0, length) else {
            drop(.blocked)
            return nil
        }
        var result = packet
        result.payload = silence.bytes
        return result
    }

    /// What is on its way from before a treatment began is treated too.
    func startTreatment(of sink: MediaLeg, after former: MediaTreatment) {
        let new = sink.plan.treatment.subtracting(former)
        // The next packet makes another one.
        if sink.plan.treatment.symmetricDifference(former).contains(.unbuffered), sink.bridge?.isHeld != true { dropBridge(of: sink) }
        if !new.isDisjoint(with: [.blocked, .digitsBlocked]) { digitFinishes(0, to: sink) }
        if !new.isDisjoint(with: [.blocked, .silenced]), sink.playback == nil { giveUpAudio(for: sink, countsAsClipped: false) }
    }
}
