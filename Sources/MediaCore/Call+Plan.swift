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
        connect()
        assignSlots()
        setRecording(at: now, into: output)
        for leg in legs {
            setPlayback(of: leg)
            pump(leg, at: now, into: output)
            pierceNAT(of: leg, at: now, into: output)
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
        let former = leg.plan
        leg.apply(media)
        leg.transport.handshakesApart = configuration.handshakesApart
        leg.transport.handshakeDatagram = configuration.media.handshakeDatagram
        leg.transport.apply(media.sharedTransport, seed: random.next(), at: now)
        if leg.statistics.setup.planned == nil { leg.statistics.setup.planned = now }
        if !media.isActive || !media.peerReceives { leg.restartEventSender() }
        if media.relay != former.relay { changeRelay(of: leg, at: now, into: output) }
        startTreatment(of: leg, after: former.treatment)
        if !media.isActive { rest(leg, at: now, into: output) }
    }

    /// Nothing is done for an m-line that is gone, nor told of it.
    private func rest(_ leg: MediaLeg, at now: MonotonicInstant, into output: CallOutput) {
        restartEvents(of: leg, at: now, into: output)
        dropBridge(of: leg)
        leg.timers = Deadlines()
        leg.attention = Attention()
    }

    /// Audio became something else, as fax does, or the other way round: nothing of what was on its way means anything any more.
    private func changeRelay(of leg: MediaLeg, at now: MonotonicInstant, into output: CallOutput) {
        restartEvents(of: leg, at: now, into: output)
        leg.restartEventSender()
        dropBridge(of: leg)
        leg.egress.splice()
        leg.timers = Deadlines()
    }

    private func assignSlots() {
        slotOwners = SlotOwners(legs.flatMap { leg in
            let source = leg.plan.source.flatMap { legs.indices.contains($0) ? legs[$0] : nil }
            let other = leg.sinks.first { _ in true } ?? source
            return leg.plan.transport.allSockets.map { (slot: $0.slot, leg: leg, other: other) }
        })
    }

    /// Who hears whom, and what becomes of each payload type on the way.
    private func connect() {
        MediaLeg.connect(legs)
        for sink in legs {
            sink.payloadTypes = PayloadTypeMap()
            guard let source = sink.plan.source, legs.indices.contains(source), sink.isAudio, legs[source].isAudio else {
                sink.router = PayloadRouter()
                dropBridge(of: sink)
                if let source = sink.plan.source, legs.indices.contains(source), sink.plan.relay == .packets {
                    sink.payloadTypes = PayloadTypeMap(from: legs[source].plan.receivePayloads, to: sink.plan.sendPayloads)
                }
                continue
            }
            let router = PayloadRouter(
                from: legs[source].plan.receivePayloads, to: sink.plan.sendPayloads,
                alwaysConverts: sink.plan.treatment.contains(.alwaysConverts))
            if !router.hasSameFormats(as: sink.router) { sink.forwardedPayloadType = nil }
            setFormats(router, of: sink)
            // Who may not speak has no background either.
            if !legs[source].plan.isActive || !legs[source].plan.peerSends { sink.bridge?.endNoise() }
        }
        for leg in legs { setListener(of: leg) }
    }
}

extension MediaPlan {
    /// The length of the packets that we make [ms]: as asked and as fits, else 20. Opus has frames of 10, 20, 40 and 60 ms (RFC 6716
    /// section 2.1.4).
    var audioPacketTime: Int {
        let asked = min(max((packetTime ?? 20) / 10 * 10, 10), 60)
        guard let made = sendPayloads.first(where: { $0.format.isTranscodable }) else { return asked }
        return made.format == .opus && (asked == 30 || asked == 50) ? asked - 10 : made.packetTime(upTo: asked)
    }
}

extension TransportPlan {
    var allSockets: [LocalSocket] { rtpSockets + (rtcpSocket.map { [$0] } ?? []) }
}
