import RTP
import Wire

// M-lines that are no audio (`RelayKind`): video and the like packet by packet, fax and the like datagram by datagram. Nothing
// is made, kept or converted on the way; who is admitted, latching, ICE, DTLS and SRTP are those of any other m-line.

extension Call {
    // MARK: - RTP

    /// A verified packet of an m-line of `RelayKind.packets`, as it came but for its payload type.
    func relay(_ packet: Bytes, _ header: RTPHeader, leg: MediaLeg, at now: MonotonicInstant, into output: CallOutput) {
        noteFirstPacket(of: leg, at: now, into: output)
        guard leg.plan.peerSends else { return drop(.directionBlocked) }
        // SRTP takes no number twice; what looks like a stream that started anew is for the receiver to judge.
        if case .drop(.duplicate) = leg.ingress.count(header, clockRate: leg.clockRate(of: header.payloadType), at: now) {
            return drop(.duplicate)
        }
        for sink in leg.sinks { relay(packet, header, to: sink, at: now, into: output) }
    }

    private func relay(_ packet: Bytes, _ header: RTPHeader, to sink: MediaLeg, at now: MonotonicInstant, into output: CallOutput) {
        guard sink.plan.isActive, sink.plan.peerReceives else { return drop(.directionBlocked) }
        if sink.plan.treatment.contains(.blocked) { return drop(.blocked) }
        guard sink.isReadyToSend, let path = sink.transport.rtpPath else { return drop(.senderNotReady) }
        guard let room = output.reserve(), room.copy(packet, to: 0) else { return drop(.outputFull) }
        room.set8(1, (header.marker ? 0x80 : 0) | sink.payloadTypes[header.payloadType])
        recordSent(room, packet.count, to: sink, slot: path.slot, path.remote, at: now, into: output)
        guard let length = sink.transport.close(room, length: packet.count, isRTCP: false) else {
            sink.statistics.rtpOut.errors &+= 1
            return drop(.cryptoError)
        }
        output.commit(length: length, slot: path.slot, to: path.remote)
        noteSent(length, to: sink, at: now, into: output)
    }

    // MARK: - RTCP

    /// A verified RTCP packet goes to the other side, which judges it: the sources in it are those of the packets. The receiver of
    /// a stream reports to its sender too, so who may send media does not matter.
    func relayReport(_ packet: Bytes, leg: MediaLeg, at now: MonotonicInstant, into output: CallOutput) {
        for sink in leg.sinks {
            guard !sink.plan.isGated, sink.transport.isReady else {
                drop(.senderNotReady)
                continue
            }
            guard let path = sink.transport.rtcpPath else {
                drop(.destinationUnknown)
                continue
            }
            guard let room = output.reserve(), room.copy(packet, to: 0) else { return drop(.outputFull) }
            recordSent(room, packet.count, to: sink, slot: path.slot, path.remote, at: now, into: output)
            guard let length = sink.transport.close(room, length: packet.count, isRTCP: true) else {
                sink.statistics.rtcpOut.errors &+= 1
                drop(.cryptoError)
                continue
            }
            output.commit(length: length, slot: path.slot, to: path.remote)
            sink.noteSignOfLife(at: now)
            sink.statistics.rtcpOut.packets &+= 1
            sink.statistics.rtcpOut.bytes &+= UInt64(length)
        }
    }

    // MARK: - Anything

    /// A datagram of an m-line of `RelayKind.datagrams`. UDPTL begins with a number, which may look like anything; a check of ICE is
    /// known by its cookie (RFC 8489 section 5).
    func relayDatagram(
        _ datagram: MutableBytes, leg: MediaLeg, slot: Int, from source: TransportAddress, at now: MonotonicInstant, into output: CallOutput
    ) {
        defer { schedule() }
        if leg.transport.ice != nil, datagram.bytes.u32(4) == 0x2112_a442, PacketKind.classify(datagram.bytes) == .stun {
            return receiveSTUN(datagram.bytes, leg: leg, slot: slot, from: source, at: now, into: output)
        }
        guard !leg.transport.isSecured, slot != leg.plan.transport.rtcpSocket?.slot else {
            return reject(.noRoute, leg: leg, isRTCP: false)
        }
        guard leg.transport.admits(source, slot: slot, isRTCP: false, at: now) else {
            return reject(.sourceNotAdmitted, leg: leg, isRTCP: false)
        }
        accepted(datagram.count, leg: leg, slot: slot, from: source, isRTCP: false, at: now, into: output)
        if !leg.recording.isEmpty { recordReceived(datagram.bytes, of: leg, slot: slot, from: source, at: now, into: output) }
        noteFirstPacket(of: leg, at: now, into: output)
        guard leg.plan.peerSends else { return drop(.directionBlocked) }
        for sink in leg.sinks { relayDatagram(datagram.bytes, to: sink, at: now, into: output) }
    }

    private func relayDatagram(_ datagram: Bytes, to sink: MediaLeg, at now: MonotonicInstant, into output: CallOutput) {
        guard sink.plan.isActive, sink.plan.peerReceives else { return drop(.directionBlocked) }
        if sink.plan.treatment.contains(.blocked) { return drop(.blocked) }
        guard sink.isReadyToSend, !sink.transport.isSecured, let path = sink.transport.rtpPath else { return drop(.senderNotReady) }
        guard let room = output.reserve(), room.copy(datagram, to: 0) else { return drop(.outputFull) }
        recordSent(room, datagram.count, to: sink, slot: path.slot, path.remote, at: now, into: output)
        output.commit(length: datagram.count, slot: path.slot, to: path.remote)
        noteSent(datagram.count, to: sink, at: now, into: output)
    }
}

extension MediaLeg {
    /// RTP clock of a payload type that this peer sends; that of video where it was never announced [Hz].
    fileprivate func clockRate(of payloadType: UInt8) -> Int {
        switch received(payloadType) {
        case .audio(let clockRate), .event(let clockRate): clockRate
        case .unknown: 90_000
        }
    }
}
