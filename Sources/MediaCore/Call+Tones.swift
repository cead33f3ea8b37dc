import Codecs
import RTP
import Wire

// Digits as tones in the audio: heard in a peer's (`detectsTones`), and made for a peer that knows no telephone-event.

extension Call {
    // MARK: - In

    /// A source is listened to as long as one of the legs that hear it asks for that.
    func setListener(of leg: MediaLeg) {
        let isAsked = leg.plan.isActive && leg.isAudio && leg.sinks.contains { $0.plan.treatment.contains(.detectsTones) }
        guard isAsked else { return leg.listener = nil }
        if leg.listener?.hears(leg.plan.receivePayloads) != true { leg.listener = ToneListener(leg.plan.receivePayloads) }
    }

    func listen(
        to packet: ReceivedPacket, by listener: ToneListener, leg: MediaLeg, at now: MonotonicInstant, into output: CallOutput
    ) {
        guard let update = listener.listen(to: packet.payload, payloadType: packet.header.payloadType, at: now) else { return }
        carryOut(update, from: .tones, leg: leg, at: now, into: output)
    }

    // MARK: - Out

    /// Whether a digit can be sent, as packets or as a tone.
    func canSendDigits(to sink: MediaLeg) -> Bool { sink.router.sendsEvents || tones(of: sink) != nil }

    private func tones(of sink: MediaLeg) -> ToneFrames? {
        guard sink.isAudio, let format = sink.ownFormat else { return nil }
        if let tones = sink.tones, tones.encoding == format { return tones }
        sink.tones = ToneFrames(format)
        return sink.tones
    }

    /// The sender of events says what sounds at this moment, as if it made packets of it: 20 ms of it become a frame.
    func sendToneFrame(to sink: MediaLeg, moment: MonotonicInstant, now: MonotonicInstant, into output: CallOutput) {
        let packet = sink.eventSender.nextPacket(timestampNow: 0)
        guard let tones = sink.tones else { return drop(.noRoute) }
        guard let room = output.reserve(), let body = room.slice(RTPHeader.fixedLength, Self.maximumPayloadLength) else {
            return drop(.outputFull)
        }
        guard let frame = tones.makeFrame(packet, thrift: output.thrift, into: body) else { return }
        sink.noteEncoded(frame)
        sink.egress.setClockRate(tones.encoding.clockRate)
        let place = sink.egress.generate(at: moment)
        // Forwarded audio comes behind it, and not at the same time.
        sink.egress.splice()
        send(
            room, payloadLength: frame.length, payloadType: tones.encoding.payloadType, marker: place.startsAnew,
            at: place, to: sink, now: now, output)
    }
}
