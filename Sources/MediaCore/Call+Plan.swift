import RTP
public import Wire

extension Call {
    /// Makes the call what the plan says, and keeps all that the plan leaves alone.
    public func apply(_ new: CallPlan, at now: MonotonicInstant, into output: CallOutput) {
        guard !isEnded, legs.isEmpty || !isInForce(new) else { return }
        plan = new
        plan.media = []
        plannedMedia = new.media.count
        // Signaling is a sign of life: the time without media counts from here.
        lastMedia = now
        for (index, media) in new.media.enumerated() {
            if index == legs.count { legs.append(MediaLeg(index: index, plan: media, random: &random)) }
            update(legs[index], to: media, at: now, into: output)
        }
        for leg in legs.dropFirst(new.media.count) {
            leg.plan.isActive = false
            rest(leg, at: now, into: output)
        }
        assignSlots()
        connect()
        for leg in legs {
            setPlayback(of: leg)
            pump(leg, at: now, into: output)
        }
        schedule()
    }

    private func isInForce(_ other: CallPlan) -> Bool {
        var common = other
        common.media = []
        return common == plan && other.media.count == plannedMedia && zip(other.media, legs).allSatisfy { $0 == $1.plan }
    }

    private func update(_ leg: MediaLeg, to media: MediaPlan, at now: MonotonicInstant, into output: CallOutput) {
        // What it sent meanwhile was not taken in, and is no loss on the other side.
        if media.peerSends, !leg.plan.peerSends { replaceSource(of: leg, at: now, into: output) }
        leg.apply(media)
        leg.transport.handshakesApart = configuration.handshakesApart
        leg.transport.apply(media.sharedTransport, seed: random.next(), at: now)
        if leg.statistics.setup.planned == nil { leg.statistics.setup.planned = now }
        if !media.isActive || !media.peerReceives { leg.restartEventSender() }
        if !media.isActive { rest(leg, at: now, into: output) }
    }

    /// Nothing is done for an m-line that is gone, nor told of it.
    private func rest(_ leg: MediaLeg, at now: MonotonicInstant, into output: CallOutput) {
        restartEvents(of: leg, at: now, into: output)
        dropBridge(of: leg)
        leg.timers = Deadlines()
        leg.attention = Attention()
    }

    private func assignSlots() {
        slotOwners = SlotOwners(legs.flatMap { leg in leg.plan.transport.allSockets.map { (slot: $0.slot, leg: leg) } })
    }

    /// Who hears whom, and what becomes of each payload type on the way.
    private func connect() {
        MediaLeg.connect(legs)
        for sink in legs {
            guard let source = sink.plan.source, legs.indices.contains(source) else {
                sink.router = PayloadRouter()
                dropBridge(of: sink)
                continue
            }
            let router = PayloadRouter(from: legs[source].plan.receivePayloads, to: sink.plan.sendPayloads)
            if !router.hasSameFormats(as: sink.router) { sink.forwardedPayloadType = nil }
            setFormats(router, of: sink)
        }
    }
}

extension MediaPlan {
    /// The length of the packets that we make [ms]: as asked, else 20. Opus has frames of 10, 20, 40 and 60 ms (RFC 6716 section 2.1.4).
    var audioPacketTime: Int {
        let asked = min(max((packetTime ?? 20) / 10 * 10, 10), 60)
        let isOpus = sendPayloads.first { $0.format.isTranscodable }?.format == .opus
        return isOpus && (asked == 30 || asked == 50) ? asked - 10 : asked
    }
}

extension TransportPlan {
    var allSockets: [LocalSocket] { rtpSockets + (rtcpSocket.map { [$0] } ?? []) }
}
