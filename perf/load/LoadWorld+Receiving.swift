import Codecs
import CSockets
import RTP
import SRTP
import Wire

extension LoadWorld {
    /// Reads a socket empty, but for so many batches that the sending does not wait.
    func drain(_ index: Int) {
        let use = sockets.use(index)
        let stride = if case .ng = use { Self.ngStride } else { Self.roomStride }
        let capacity = Int(RTPBRIDGE_BATCH_MAXIMUM)
        for _ in 0..<16 {
            let count = sockets.receive(index, into: room, stride: stride, count: capacity, arrivals)
            for place in 0..<count {
                let datagram = MutableBytes(room + place * stride, count: Int(arrivals[place].length))
                switch use {
                case .ng: takeReply(Bytes(datagram), at: arrivals[place].at)
                case .rtp(let side, let socket): receive(datagram, arrivals[place], side, socket)
                case .rtcp: rtcpReceived += 1
                }
            }
            if count < capacity { return }
        }
    }

    private func receive(_ datagram: MutableBytes, _ arrival: rtpbridge_arrival, _ side: Side, _ socket: Int) {
        switch PacketKind.classify(Bytes(datagram)) {
        case .rtp: receiveRTP(datagram, arrival, side)
        case .rtcp: rtcpReceived += 1
        case .stun: receiveSTUN(Bytes(datagram), arrival, side)
        case .dtls: receiveDTLS(Bytes(datagram), arrival, side)
        case .unknown: unexpected += 1
        }
    }

    /// The leg that a port of the daemon sends to; `nil` for a port that no call has now.
    private func leg(of port: UInt16, _ side: Side) -> (leg: MediaLeg, call: LoadCall)? {
        let number = Int(owners[Int(port)])
        guard number >= 0, number & 1 == side.rawValue, let call = calls[number >> 1] else { return nil }
        return (call.legs[number & 1], call)
    }

    private func receiveRTP(_ datagram: MutableBytes, _ arrival: rtpbridge_arrival, _ side: Side) {
        guard let (leg, call) = leg(of: arrival.port, side) else { return unexpected += 1 }
        var length = datagram.count
        if let inbound = leg.inbound {
            guard case .success(let opened) = inbound.unprotectRTP(datagram) else { return unexpected += 1 }
            length = opened
        }
        guard let packet = datagram.slice(0, length).map({ Bytes($0) }), let header = RTPHeader.parse(packet),
              let payload = packet.slice(header.headerLength, header.payloadLength) else { return unexpected += 1 }
        packetsReceived += 1
        leg.packetsHeard += 1
        if leg.firstArrival == nil {
            leg.firstArrival = arrival.at
            noteHeard(call, at: arrival.at)
        }
        // Telephone events and comfort noise are no audio frames.
        guard header.payloadType == leg.payloadType else { return }
        if leg.isStamped { account(payload, for: leg, at: arrival.at) } else { account(payload, header, for: leg, at: arrival.at) }
        leg.recorder?.noteHeard(payload, timestamp: header.timestamp, at: arrival.at)
    }

    /// Relayed: from the moment at which this very packet left the other end.
    private func account(_ payload: Bytes, for leg: MediaLeg, at arrival: Int64) {
        guard let (number, counter) = MediaLeg.stamp(in: payload), number == leg.number ^ 1, let call = calls[number >> 1] else {
            // Made by the daemon itself, as its first packets may be.
            if isMeasuring { unexpected += 1 }
            return
        }
        guard leg.relay.take(counter), let departure = call.legs[number & 1].departure(of: counter) else { return }
        recordDelay(arrival - departure)
    }

    private func account(_ payload: Bytes, _ header: RTPHeader, for leg: MediaLeg, at arrival: Int64) {
        let ticks = leg.codec == .opus ? OpusPacket.duration(payload) ?? 960 : payload.count
        let frames = max(1, ticks / Int(leg.codec.frameTicks))
        if let late = leg.frames.take(timestamp: header.timestamp, frames: frames, at: arrival) { recordDelay(late) }
    }

    private func recordDelay(_ delay: Int64) {
        delayTurn += 1
        guard delayTurn >= delayStride else { return }
        delayTurn = 0
        delays.record(delay)
    }

    private func receiveSTUN(_ datagram: Bytes, _ arrival: rtpbridge_arrival, _ side: Side) {
        guard side == .meta, let number = DTLSPeer.call(namedIn: datagram), number < calls.count, let call = calls[number],
              let peer = call.peer else { return }
        let now = SystemClock.now
        peer.receiveSTUN(datagram, from: TransportAddress(ip: IPAddress(v4: arrival.address), port: arrival.port), at: now)
        if let remote = peer.remote { connect(call.leg(.meta), UInt32(truncatingIfNeeded: remote.ip.low), remote.port) }
        progress(call, at: now)
    }

    private func receiveDTLS(_ datagram: Bytes, _ arrival: rtpbridge_arrival, _ side: Side) {
        guard let (_, call) = leg(of: arrival.port, side), let peer = call.peer else { return }
        let now = SystemClock.now
        peer.receiveDTLS(datagram, at: now)
        progress(call, at: now)
    }

    /// A leg's far end is known; what comes from that port is for it.
    func connect(_ leg: MediaLeg, _ address: UInt32, _ port: UInt16) {
        leg.remoteAddress = address
        leg.remotePort = port
        if leg.remoteRTCPPort == 0 { leg.remoteRTCPPort = port }
        owners[Int(port)] = Int32(leg.number)
    }
}
