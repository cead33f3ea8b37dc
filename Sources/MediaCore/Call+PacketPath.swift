import RTP
public import Wire

// The way of a packet, on one page.
//
//   datagram ─► 2 whose socket ─► 3 first byte ─┬─ STUN ─► ICE
//                                               ├─ DTLS ─► handshake
//                                               ├─ RTCP ─► 4 5 ─► reports
//                                               └─ RTP ──► 4 source ─► 5 open ─► 6 note ─► 7 route
//   7 ─┬─ (not audio: out as it came, 12 13, Call+Relay.swift; treated first: Call+Treatment.swift)
//      ├─ same codec ──► 11 renumber ─► 12 protect ─► 13 output
//      ├─ other codec ─► 8 jitter buffer … at its tick: 9 decode, encode ─► 11 ─► 12 ─► 13   (Call+Audio.swift)
//      └─ digit ───────► 9b event … at its tick: packet on our clock ─► 11 ─► 12 ─► 13
//
// (1, the batch, and 14, the send, are the worker's.) Until step 5 has verified a packet nothing of the call's
// state changes. A packet that ends early is counted under its `DropReason`.

/// A packet that was accepted, on its way to the legs that hear it.
struct ReceivedPacket {
    var header: RTPHeader
    var payload: Bytes
    /// Of the audio that the peer sends now [Hz].
    var clockRate: Int
    /// Sequence number and timestamp without wrap.
    var sequence: Int64
    var timestamp: Int64
    /// First packet of a stream that has nothing to do with what came before.
    var startsAnew: Bool
}

extension Call {
    /// Takes one datagram.
    /// - Parameters:
    ///   - datagram: its bytes, which are decrypted in place.
    ///   - slot: the call's socket that it came to (`LocalSocket.slot`).
    public func receive(
        _ datagram: MutableBytes, on slot: Int, from source: TransportAddress, at now: MonotonicInstant, into output: CallOutput
    ) {
        if isEnded { return drop(.callEnded) }
        guard let leg = slotOwners[slot], leg.plan.isActive else { return drop(.unknownSocket) }
        guard leg.transport.allows(source.ip) else { return refuse(leg) }
        if leg.plan.relay == .datagrams { return relayDatagram(datagram, leg: leg, slot: slot, from: source, at: now, into: output) }
        switch PacketKind.classify(datagram.bytes) {
        case .rtp:
            receiveRTP(datagram, leg: leg, slot: slot, from: source, at: now, into: output)
            return scheduleTimers(around: leg)
        case .rtcp: receiveRTCP(datagram, leg: leg, slot: slot, from: source, at: now, into: output)
        case .stun: receiveSTUN(datagram.bytes, leg: leg, slot: slot, from: source, at: now, into: output)
        case .dtls: receiveDTLS(datagram.bytes, leg: leg, slot: slot, from: source, at: now, into: output)
        case .unknown: drop(datagram.count < RTPHeader.fixedLength ? .tooShort : .notRTP)
        }
        schedule()
    }

    private func receiveRTP(
        _ datagram: MutableBytes, leg: MediaLeg, slot: Int, from source: TransportAddress, at now: MonotonicInstant, into output: CallOutput
    ) {
        guard let packet = open(datagram, leg: leg, slot: slot, from: source, isRTCP: false, at: now) else { return }   // 4, 5
        guard let header = RTPHeader.parse(packet), let payload = packet.slice(header.headerLength, header.payloadLength) else {
            return reject(.malformedRTP, leg: leg, isRTCP: false)
        }
        accepted(datagram.count, leg: leg, slot: slot, from: source, isRTCP: false, at: now, into: output)   // 6
        if !leg.recording.isEmpty { recordReceived(packet, of: leg, slot: slot, from: source, at: now, into: output) }
        if leg.plan.relay == .packets { return relay(packet, header, leg: leg, at: now, into: output) }
        guard let packet = note(header, payload, leg: leg, at: now, into: output) else { return }
        if packet.startsAnew { replaceSource(of: leg, at: now, into: output) }
        switch leg.received(header.payloadType) {   // 7
        case .event(let clockRate):
            if leg.recording.contains(.audio) { recordOther(packet, of: leg, at: now) }
            receiveEvent(packet, durationClockRate: clockRate, leg: leg, at: now, into: output)   // 9b
        case .audio:
            if leg.recording.contains(.audio) { recordAudio(packet, of: leg, at: now) }
            if let listener = leg.listener { listen(to: packet, by: listener, leg: leg, at: now, into: output) }
            for sink in leg.sinks { route(packet, to: sink, at: now, into: output) }
        case .unknown:
            if leg.recording.contains(.audio) { recordOther(packet, of: leg, at: now) }
            drop(.unknownPayloadType)
            for sink in leg.sinks { leaveOut(packet, to: sink, at: now) }
        }
    }

    // MARK: - 4, 5: who is it, and is it genuine

    /// The bytes of a packet whose source is admitted and whose tag verified; decrypted.
    func open(
        _ datagram: MutableBytes, leg: MediaLeg, slot: Int, from source: TransportAddress, isRTCP: Bool, at now: MonotonicInstant
    ) -> Bytes? {
        guard leg.transport.admits(source, slot: slot, isRTCP: isRTCP, at: now) else {
            reject(.sourceNotAdmitted, leg: leg, isRTCP: isRTCP)
            return nil
        }
        switch leg.transport.open(datagram, isRTCP: isRTCP) {
        case .length(let length):
            return datagram.slice(0, length)?.bytes
        case .dropped(let reason):
            reject(reason, leg: leg, isRTCP: isRTCP)
            return nil
        }
    }

    /// Whatever it is, it comes from a network that the plan does not name.
    private func refuse(_ leg: MediaLeg) {
        leg.statistics.sourcesRefused &+= 1
        drop(.sourceNotAllowed)
    }

    func reject(_ reason: DropReason, leg: MediaLeg, isRTCP: Bool) {
        drop(reason)
        if isRTCP { leg.statistics.rtcpIn.errors &+= 1 } else { leg.statistics.rtpIn.errors &+= 1 }
    }

    // MARK: - 6: only now state changes

    /// Notes stream and statistics of a genuine packet; `nil` when it is not to be heard.
    private func note(
        _ header: RTPHeader, _ payload: Bytes, leg: MediaLeg, at now: MonotonicInstant, into output: CallOutput
    ) -> ReceivedPacket? {
        noteFirstPacket(of: leg, at: now, into: output)
        guard leg.plan.peerSends else { return ended(.directionBlocked) }
        switch leg.received(header.payloadType) {
        case .unknown:
            leg.statistics.rtpIn.errors &+= 1
            // One of the stream that is heard takes a number of it; any other means nothing here.
            guard leg.ingress.activeSSRC == header.ssrc else { return ended(.unknownPayloadType) }
        case .event: break
        case .audio(let clockRate):
            if clockRate != leg.ingressClockRate {
                leg.ingressClockRate = clockRate
                leg.ingress.setClockRate(clockRate)
            }
        }
        let verdict = leg.ingress.receive(
            header, clockRate: leg.ingressClockRate, isAuthenticated: leg.transport.isSecured, at: now)
        switch verdict {
        case .drop(let reason): return ended(reason)
        case .play(let sequence, let timestamp, let startsAnew):
            return ReceivedPacket(
                header: header, payload: payload, clockRate: leg.ingressClockRate, sequence: sequence, timestamp: timestamp,
                startsAnew: startsAnew)
        }
    }

    func noteFirstPacket(of leg: MediaLeg, at now: MonotonicInstant, into output: CallOutput) {
        guard leg.statistics.setup.firstPacketReceived == nil else { return }
        leg.statistics.setup.firstPacketReceived = now
        output.report(.firstPacketReceived(media: leg.index))
    }

    /// - Parameter length: of the datagram [bytes].
    func accepted(
        _ length: Int, leg: MediaLeg, slot: Int, from source: TransportAddress, isRTCP: Bool, at now: MonotonicInstant,
        into output: CallOutput
    ) {
        leg.transport.accepted(from: source, slot: slot, isRTCP: isRTCP, at: now)
        // Where the SDP had no address, this packet told it.
        if leg.awaitsPump {
            pump(leg, at: now, into: output)
            schedule()
        }
        lastMedia = now
        leg.statistics.lastPacket = now
        if isRTCP {
            leg.statistics.rtcpIn.packets &+= 1
            leg.statistics.rtcpIn.bytes &+= UInt64(length)
        } else {
            leg.statistics.rtpIn.packets &+= 1
            leg.statistics.rtpIn.bytes &+= UInt64(length)
            heard(leg, at: now, into: output)
        }
    }

    private func ended(_ reason: DropReason) -> ReceivedPacket? {
        drop(reason)
        return nil
    }

    /// The numbers of what comes now have nothing to do with those before, for whomever and whichever packet it is.
    func replaceSource(of leg: MediaLeg, at now: MonotonicInstant, into output: CallOutput) {
        restartEvents(of: leg, at: now, into: output)
        recorder?.track(of: leg)?.splice()
        for sink in leg.sinks {
            sink.egress.splice()
            sink.bridge?.sourceReplaced()
        }
    }

    // MARK: - 7: where to

    private func route(_ packet: ReceivedPacket, to sink: MediaLeg, at now: MonotonicInstant, into output: CallOutput) {
        guard sink.plan.isActive, sink.plan.peerReceives else {
            leaveOut(packet, to: sink, at: now)
            return drop(.directionBlocked)
        }
        if sink.playback != nil { return drop(.replacedByPlayback) }
        if sink.plan.treatment.isEmpty { return routeOn(packet, to: sink, at: now, into: output) }
        guard let treated = treat(packet, to: sink, at: now, into: output) else { return leaveOut(packet, to: sink, at: now) }
        routeOn(treated, to: sink, at: now, into: output)
    }

    private func routeOn(_ packet: ReceivedPacket, to sink: MediaLeg, at now: MonotonicInstant, into output: CallOutput) {
        switch sink.router.route(packet.header.payloadType) {
        case .forward(let payloadType): forward(packet, as: payloadType, to: sink, at: now, into: output)
        case .transcode: transcode(packet, to: sink, at: now)
        case .comfortNoise(let payloadType): passNoise(packet, as: payloadType, to: sink, at: now, into: output)
        case .telephoneEvent: leaveOut(packet, to: sink, at: now)
        case .noRoute:
            leaveOut(packet, to: sink, at: now)
            drop(.noRoute)
        case .unknown: drop(.unknownPayloadType)
        }
    }

    /// A packet that is not heard as audio by `sink` leaves no hole in the numbers there and is not a lost one.
    func leaveOut(_ packet: ReceivedPacket, to sink: MediaLeg, at now: MonotonicInstant) {
        sink.egress.skip(sourceSSRC: packet.header.ssrc, extendedSequence: packet.sequence)
        sink.bridge?.noteOther(sequence: packet.sequence, at: now)
    }

    /// RFC 3389: goes on as it is beside audio that does; otherwise the peer hears the noise.
    private func passNoise(
        _ packet: ReceivedPacket, as payloadType: UInt8?, to sink: MediaLeg, at now: MonotonicInstant, into output: CallOutput
    ) {
        guard sink.isReadyToSend else { return leaveOut(packet, to: sink, at: now) }
        if let payloadType, sink.bridge?.isPlaying != true {
            return forward(packet, as: payloadType, isAudio: false, to: sink, at: now, into: output)
        }
        makeNoise(packet, to: sink, at: now)
    }

    /// Same codec on both sides: the payload goes on as it is, at once.
    private func forward(
        _ packet: ReceivedPacket, as payloadType: UInt8, isAudio: Bool = true, to sink: MediaLeg, at now: MonotonicInstant,
        into output: CallOutput
    ) {
        // Before the peer can be sent to, and until that backlog is worked off, audio takes the way through the buffer.
        guard sink.isReadyToSend, isHandedOver(sink) else { return transcode(packet, to: sink, at: now) }
        if let wanted = sink.plan.packetTime, let length = sink.router.packetTime(of: packet), length > 0, length != wanted {
            sink.router.repacketise(packet.header.payloadType)
            return transcode(packet, to: sink, at: now)
        }
        if sink.eventSender.isActive {
            sink.egress.skip(sourceSSRC: packet.header.ssrc, extendedSequence: packet.sequence)
            return drop(.replacedByEvent)
        }
        sink.egress.setClockRate(packet.clockRate)
        let place = sink.egress.forward(   // 11
            sourceSSRC: packet.header.ssrc, extendedSequence: packet.sequence, timestamp: packet.header.timestamp, at: now)
        guard let place else { return drop(.late) }
        guard let room = output.reserve(), room.copy(packet.payload, to: RTPHeader.fixedLength) else { return drop(.outputFull) }
        let marker = packet.header.marker || place.startsAnew
        if isAudio { sink.forwardedPayloadType = payloadType }
        send(room, payloadLength: packet.payload.count, payloadType: payloadType, marker: marker, at: place, to: sink, now: now, output)
    }

    // MARK: - 11, 12, 13: out

    /// Writes the header in front of a payload that is already in `room`, protects the packet and queues it.
    func send(
        _ room: MutableBytes, payloadLength: Int, payloadType: UInt8, marker: Bool, at place: EgressStream.Place,
        to sink: MediaLeg, now: MonotonicInstant, _ output: CallOutput
    ) {
        let header = RTPHeader(
            payloadType: payloadType, marker: marker, sequenceNumber: place.sequenceNumber, timestamp: place.timestamp,
            ssrc: sink.egress.ssrc)
        guard header.write(to: room), let path = sink.transport.rtpPath else { return drop(.destinationUnknown) }
        if !sink.recording.isEmpty {
            recordSent(room, RTPHeader.fixedLength + payloadLength, to: sink, slot: path.slot, path.remote, at: now, into: output)
        }
        guard let length = sink.transport.close(room, length: RTPHeader.fixedLength + payloadLength, isRTCP: false) else {
            sink.statistics.rtpOut.errors &+= 1
            return drop(.cryptoError)
        }
        output.commit(length: length, slot: path.slot, to: path.remote)
        sink.egress.countSent(payloadLength: payloadLength)
        noteSent(length, to: sink, at: now, into: output)
    }

    /// - Parameter length: of the datagram [bytes].
    func noteSent(_ length: Int, to sink: MediaLeg, at now: MonotonicInstant, into output: CallOutput) {
        sink.lastSent = now
        sink.noteSignOfLife(at: now)
        sink.statistics.rtpOut.packets &+= 1
        sink.statistics.rtpOut.bytes &+= UInt64(length)
        if sink.statistics.setup.firstPacketSent == nil {
            sink.statistics.setup.firstPacketSent = now
            output.report(.firstPacketSent(media: sink.index))
        }
    }

    // MARK: - RTCP

    private func receiveRTCP(
        _ datagram: MutableBytes, leg: MediaLeg, slot: Int, from source: TransportAddress, at now: MonotonicInstant, into output: CallOutput
    ) {
        guard let packet = open(datagram, leg: leg, slot: slot, from: source, isRTCP: true, at: now) else { return }
        accepted(datagram.count, leg: leg, slot: slot, from: source, isRTCP: true, at: now, into: output)
        if !leg.recording.isEmpty { recordReceived(packet, of: leg, slot: slot, from: source, at: now, into: output) }
        if leg.plan.relay == .packets { return relayReport(packet, leg: leg, at: now, into: output) }
        var reader = RTCPReader(packet)
        while let element = reader.next() { receive(element, leg: leg, at: now) }
        if reader.isMalformed { reject(.malformedRTCP, leg: leg, isRTCP: true) }
    }
}
