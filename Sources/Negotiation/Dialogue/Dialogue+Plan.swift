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
            for place in participants[index].legs.indices where media.indices.contains(participants[index].legs[place].media) {
                media[participants[index].legs[place].media] = plan(of: index, place, certificate: certificate)
            }
        }
        // A phone that rings sends nothing, for as long as it rings.
        return CallPlan(
            media: media.compactMap(\.self), mediaTimeout: isAnswered || speaksAlone ? defaults.mediaTimeout : defaults.offerTimeout,
            silentTimeout: defaults.silentTimeout)
    }

    /// Where a leg is found: indices of its participant and in `Participant.legs`. Legs are large, and looked at where they lie.
    private typealias Place = (participant: Int, leg: Int)

    private func plan(of index: Int, _ place: Int, certificate: DTLSCertificate) -> MediaPlan {
        let counterpart = counterpart(of: participants[index].legs[place].media, at: index)
        let source = source(of: index, place, counterpart)
        let isHeard = counterpart.map { !participants[$0.participant].legs[$0.leg].isRejected } ?? true
        let role = participants[index].role
        let isActive = !participants[index].legs[place].isRejected && (isHeard || participants[index].legs[place].standsAlone)
            && (role != .subscriber || source != nil)
        var plan = participants[index].legs[place].plan(
            participant: index, source: source.map { participants[$0.participant].legs[$0.leg].media }, isActive: isActive,
            sourceCodecs: source.map { participants[$0.participant].legs[$0.leg].accepted } ?? [], certificate: certificate)
        if holdAudio != nil, let source, plan.relay == .audio { plan.playback = playback(for: index, place, whileHeldBy: source) }
        if lacksOurKey(index, place) { (plan.isGated, plan.presence) = (true, PresencePlan()) }
        // Whatever their descriptions say: a publisher hears nothing, and a subscriber is heard by nobody.
        if role == .publisher { plan.peerReceives = false }
        if role == .subscriber { plan.peerSends = false }
        return plan
    }

    /// Which leg's packets a leg's peer gets: the one place where that is decided.
    private func source(of index: Int, _ place: Int, _ counterpart: Place?) -> Place? {
        switch participants[index].role {
        case .publisher: return nil
        case .party: return partner(of: index) == nil ? nil : counterpart
        case .subscriber:
            guard let media = participants[index].legs[place].subscription else { return nil }
            for other in participants.indices where !participants[other].isGone {
                guard let found = leg(media, of: other) else { continue }
                guard participants[index].legs[place].takesEgress else { return isOpen(found) }
                return participants[other].role == .party && partner(of: other) != nil
                    ? self.counterpart(of: media, at: other).flatMap(isOpen) : nil
            }
            return nil
        }
    }

    private func isOpen(_ place: Place) -> Place? { participants[place.participant].legs[place.leg].isRejected ? nil : place }

    /// The other end of an m-line, at the one with whom its participant talks or talked last.
    private func counterpart(of media: Int, at index: Int) -> Place? {
        guard participants[index].role == .party, let partner = participants[index].partner else { return nil }
        let other = exchange.isBetween(index, partner) ? exchange.counterpart(ofMedia: media)
            : others.last { $0.isBetween(index, partner) }?.counterpart(ofMedia: media)
        return other.flatMap { leg($0, of: partner) }
    }

    private func leg(_ media: Int, of index: Int) -> Place? {
        for place in participants[index].legs.indices where participants[index].legs[place].media == media { return (index, place) }
        return nil
    }
}

extension Dialogue {
    /// An offerer with SDES: what it is sent before it has our answer is lost on it.
    private func lacksOurKey(_ index: Int, _ place: Int) -> Bool {
        guard case .sdes = participants[index].legs[place].keying, let partner = partner(of: index),
              !participants[partner].hasSpoken || !participants[index].hasSpoken,
              let exchange = exchange(between: index, partner) else { return false }
        return exchange.offerer == index && exchange.earlyAnswer == nil
    }

    /// The recording of `hold-file`, for Meta or, without it, for whichever party is held.
    private func playback(for index: Int, _ place: Int, whileHeldBy source: Place) -> PlaybackPlan? {
        guard let holdAudio, participants[source.participant].legs[source.leg].peer?.isHolding == true else { return nil }
        guard participants[index].isMeta || partner(of: index).map({ !participants[$0].isMeta }) ?? false else { return nil }
        let codec = participants[index].legs[place].accepted.first { $0.format.isAudio }
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
            waitsForPeer: waitsForPeer && !isLikeWhatsApp, piercesNAT: piercesNAT,
            allowedSources: allowedSources, ice: ice.map { icePlan($0) }, security: securityPlan(certificate))
    }

    private func icePlan(_ ice: LegICE) -> ICEPlan {
        ICEPlan(
            localCredentials: ice.credentials, remoteCredentials: peer?.ice?.credentials, remoteCandidates: peer?.ice?.candidates ?? [],
            isControlling: ice.isControlling, remoteIsLite: peer?.ice?.isLite ?? false, tieBreaker: ice.tieBreaker,
            localIsLite: ice.isLite, prefersIPv6: prefersIPv6)
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
