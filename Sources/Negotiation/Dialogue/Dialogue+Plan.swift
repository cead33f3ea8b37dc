import ICE
public import MediaCore
import NGProtocol
import SDP
public import SRTP
import Wire

extension Dialogue {
    /// The whole dialogue as the media core takes it, each leg at its own number. After an offer alone both ends already live, so
    /// that early media, checks and handshakes find somebody.
    public func plan(certificate: DTLSCertificate, defaults: NegotiationDefaults) -> CallPlan {
        var media = [MediaPlan?](repeating: nil, count: mediaCount)
        for index in participants.indices {
            for leg in participants[index].legs where media.indices.contains(leg.media) {
                media[leg.media] = plan(leg, of: index, certificate: certificate)
            }
        }
        // A phone that rings sends nothing, for as long as it rings.
        return CallPlan(
            media: media.compactMap(\.self), mediaTimeout: isAnswered ? defaults.mediaTimeout : defaults.offerTimeout,
            silentTimeout: defaults.silentTimeout)
    }

    private func plan(_ leg: Leg, of index: Int, certificate: DTLSCertificate) -> MediaPlan {
        let source = source(of: leg, of: index)
        let isActive = !leg.isRejected && (leg.standsAlone || counterpart(of: leg, of: index)?.isRejected != true)
        var plan = leg.plan(
            participant: index, source: source?.media, isActive: isActive, sourceCodecs: source?.accepted ?? [], certificate: certificate)
        if leg.relay == .audio, let source { plan.playback = playback(of: leg, for: index, whileHeldBy: source) }
        if lacksOurKey(leg, of: index) { (plan.isGated, plan.presence) = (true, PresencePlan()) }
        return plan
    }

    /// Which leg's packets a leg's peer gets: the one place where that is decided.
    private func source(of leg: Leg, of index: Int) -> Leg? {
        switch participants[index].role {
        case .publisher: return nil
        case .party: return partner(of: index) == nil ? nil : counterpart(of: leg, of: index)
        case .subscriber: return leg.subscription.flatMap { self.leg(numbered: $0) }
        }
    }

    /// The other end of an m-line, at the one with whom its participant talks or talked last.
    private func counterpart(of leg: Leg, of index: Int) -> Leg? {
        guard participants[index].role == .party, let partner = participants[index].partner,
              let media = exchange(between: index, partner)?.counterpart(ofMedia: leg.media) else { return nil }
        return participants[partner].legs.first { $0.media == media }
    }
}

extension Dialogue {
    /// An offerer with SDES: what it is sent before it has our answer is lost on it.
    private func lacksOurKey(_ leg: Leg, of index: Int) -> Bool {
        guard case .sdes = leg.keying, let partner = partner(of: index), !participants[partner].hasSpoken || !participants[index].hasSpoken,
              let exchange = exchange(between: index, partner) else { return false }
        return exchange.offerer == index && exchange.earlyAnswer == nil
    }

    /// The recording of `hold-file`, for Meta or, without it, for whichever party is held.
    private func playback(of leg: Leg, for index: Int, whileHeldBy source: Leg) -> PlaybackPlan? {
        guard let holdAudio, source.peer?.isHolding == true else { return nil }
        guard participants[index].isMeta || partner(of: index).map({ !participants[$0].isMeta }) ?? false else { return nil }
        let codec = leg.accepted.first { $0.format.isAudio }
        return codec.map { PlaybackPlan(clip: holdAudio.clip(for: $0)) }
    }
}

extension Leg {
    func plan(participant: Int, source: Int?, isActive: Bool, sourceCodecs: [Codec], certificate: DTLSCertificate) -> MediaPlan {
        MediaPlan(
            participant: participant, isActive: isActive, transport: transportPlan(certificate),
            receivePayloads: receivedCodecs.map(PayloadPlan.init), sendPayloads: accepted.map(sentPayload),
            packetTime: relay == .audio ? plannedPacketTime(sourceCodecs) : nil, peerReceives: peer?.receives ?? true,
            peerSends: peer?.sends ?? true, ssrc: ssrc, cname: cname, source: source,
            presence: relay == .audio ? parts.presence : PresencePlan(), keepsEarlyMedia: relay == .audio && parts.buffersEarlyMedia,
            isGated: parts.gate == .closed, relay: relay)
    }

    private func transportPlan(_ certificate: DTLSCertificate) -> TransportPlan {
        TransportPlan(
            rtpSockets: sockets, rtcpSocket: rtcpSocket, rtcpMux: mux == .agreed,
            remoteRTP: peer?.rtp, remoteRTCP: mux == .agreed ? nil : peer?.rtcp,
            learning: EndpointLearning(learning), strictSource: strictSource, allowsHandover: allowsHandover,
            allowedSources: allowedSources, ice: ice.map { icePlan($0) }, security: securityPlan(certificate))
    }

    private func icePlan(_ ice: LegICE) -> ICEPlan {
        ICEPlan(
            localCredentials: ice.credentials, remoteCredentials: peer?.ice?.credentials, remoteCandidates: peer?.ice?.candidates ?? [],
            isControlling: ice.isControlling, remoteIsLite: peer?.ice?.isLite ?? false, tieBreaker: ice.tieBreaker,
            localIsLite: ice.isLite)
    }

    private func securityPlan(_ certificate: DTLSCertificate) -> SecurityPlan {
        switch keying {
        case .none: .none
        case .sdes(let sdes): sdes.local.map { .sdes(local: $0, remote: sdes.remote) } ?? .none
        case .dtls(let role): .dtls(DTLSPlan(role: role, certificate: certificate, remoteFingerprint: peer?.fingerprint))
        }
    }

    /// Every payload type that ever had a meaning toward us, newest first; and the peer's own numbers, from
    /// peers that send by their answer instead of our offer.
    private var receivedCodecs: [Codec] {
        var result = announced
        for list in [formerlyAnnounced, accepted] {
            for codec in list where !result.contains(where: { $0.payloadType == codec.payloadType }) { result.append(codec) }
        }
        return result
    }

    /// The peer's limit on our Opus, and ours where a `codec` entry has a lower one.
    private func sentPayload(_ codec: Codec) -> PayloadPlan {
        var payload = PayloadPlan(codec)
        let wishes = wishes(for: codec)
        payload.opus.complexity = wishes.complexity
        if wishes.wantsConstantBitrate == true { payload.opus.constantBitrate = true }
        if codec.format == .opus, let bitrate {
            payload.opus.maxAverageBitrate = min(payload.opus.maxAverageBitrate ?? bitrate, bitrate)
        }
        return payload
    }

    /// The length of our packets [ms]: what an option demands; of what we encode, the peer's `ptime` within its `maxptime`;
    /// of what passes through, nothing, unless it is Opus for a peer that takes 20 ms and nothing else.
    private func plannedPacketTime(_ sourceCodecs: [Codec]) -> Int? {
        if profile == .whatsApp { return 20 }
        let limit = peer?.maximumPacketTime ?? .max
        if let wantedPacketTime { return min(wantedPacketTime, limit) }
        guard let own = accepted.first(where: \.format.isAudio) else { return nil }
        if !sourceCodecs.contains(where: own.isSame) { return min(peer?.packetTime ?? 20, limit) }
        return own.format == .opus && isLikeWhatsApp ? 20 : nil
    }
}

extension EndpointLearning {
    init(_ mode: LearningMode) {
        switch mode {
        case .off: self = .off
        case .immediate: self = .immediate
        case .delayed: self = .delayed
        case .heuristic: self = .heuristic
        }
    }
}

extension PayloadPlan {
    init(_ codec: Codec) {
        self.init(payloadType: codec.payloadType, format: codec.format, clockRate: codec.clockRate, channels: codec.channels)
        if codec.format == .opus, let parameters = codec.parameters { opus = OpusParameters(FormatParameters(parameters)) }
    }
}

extension OpusParameters {
    /// RFC 7587 section 6.1, kept to the ranges that it allows.
    init(_ parameters: FormatParameters) {
        self.init(
            maxPlaybackRate: min(max(parameters.integer("maxplaybackrate") ?? 48000, 8000), 48000),
            maxAverageBitrate: parameters.integer("maxaveragebitrate").map { min(max($0, 6000), 510_000) },
            useInbandFEC: parameters.flag("useinbandfec"), useDTX: parameters.flag("usedtx"),
            constantBitrate: parameters.flag("cbr"))
    }
}
