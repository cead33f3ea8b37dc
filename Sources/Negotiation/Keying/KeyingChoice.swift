import MediaCore
import NGProtocol
import SRTP

/// How a leg's packets are protected: plain, SDES or DTLS, and with which keys or role.
enum KeyingChoice {
    /// Toward the offerer, as its own description wants it. `DTLS=off`, `only-` and `no-` of an offer are about the answerer.
    static func answering(
        _ peer: PeerMedia, leg: Leg, options: MediaOptions, defaults: NegotiationDefaults, secrets: SecretSource
    ) throws(NegotiationError) -> Leg.Keying {
        switch try peer.keying(dtls: DTLSOptions(), sdes: options.sdes) {
        case .none: return .none
        case .dtls:
            let preferPassive = options.dtls.mode == .passive || (options.dtls.mode != .active && defaults.dtlsPassive)
            var current: DTLSPlan.Role?
            if case .dtls(let role) = leg.keying, leg.peer?.fingerprint == peer.fingerprint { current = role }
            return .dtls(DTLSRole.answering(peer.setup, preferPassive: preferPassive, current: current))
        case .sdes:
            var choice = SDESOptions()
            choice.offererPreference = options.sdes.offererPreference
            guard let line = CryptoSelection(options: choice).choice(of: peer.crypto) else {
                throw .incompleteSDP(detail: "no usable a=crypto")
            }
            return .sdes(try answering(line, leg: leg, secrets: secrets))
        }
    }

    /// Our key for the accepted line; the one we have, if its tag and suite are still the same. Not for a party that has just taken
    /// another one's place (`Leg.forgetPeer`): that one knows the key, and this one does not know how far its packets have got.
    private static func answering(_ line: SDESAttribute, leg: Leg, secrets: SecretSource) throws(NegotiationError) -> LegSDES {
        if case .sdes(var sdes) = leg.keying, sdes.remote != nil,
           let index = sdes.proposals.firstIndex(where: {
               $0.tag == line.tag && $0.key.suite == line.suite && $0.key.relaxations == line.key.relaxations
           }) {
            sdes.chosen = index
            sdes.remote = line.key
            return sdes
        }
        var own = LegSDES.Proposal(tag: line.tag, key: try secrets.key(line.suite))
        own.key.relaxations = line.key.relaxations
        return LegSDES(proposals: [own], chosen: 0, remote: line.key)
    }

    /// Toward the answerer: DTLS under the protocols that name it, SDES under the other secure ones, unless the
    /// options leave only the other. Never both in one description: which of the two an early packet is
    /// protected by could not be told.
    /// - Parameter peer: who made the offer that ours stands for.
    static func offering(
        _ leg: Leg, standingFor peer: PeerMedia, options: MediaOptions, secrets: SecretSource
    ) throws(NegotiationError) -> Leg.Keying {
        guard leg.transport.isSecure || offersAnyway(leg, peer, options) else { return .none }
        if leg.transport.isDTLS || (leg.transport.isSecure && options.sdes.isOff && options.dtls.mode != .off) {
            if case .dtls = leg.keying, !options.resetsNegotiation { return leg.keying }
            return .dtls(.undecided)
        }
        if case .sdes(let sdes) = leg.keying, sdes.remote != nil, options.sdes.isStatic, !options.resetsNegotiation { return leg.keying }
        // What a party leaves out of its packets is nothing that Meta knows.
        let proposed = CryptoSelection(options: options.sdes).proposals(offered: peer.crypto).map { proposal in
            CryptoProposal(suite: proposal.suite, relaxations: leg.profile == .whatsApp ? [] : proposal.relaxations)
        }
        if case .sdes(let sdes) = leg.keying, sdes.proposals.map(CryptoProposal.init) == proposed { return leg.keying }
        var proposals: [LegSDES.Proposal] = []
        for proposal in proposed {
            var key = try secrets.key(proposal.suite)
            key.relaxations = proposal.relaxations
            proposals.append(LegSDES.Proposal(tag: proposals.count + 1, key: key))
        }
        return .sdes(keepingKey(of: leg, in: proposals))
    }

    /// Keys under a protocol that is plain (RFC 8643): where the options ask for it, where the offerer does so itself and nothing else
    /// was asked for, and where it has come to that already.
    private static func offersAnyway(_ leg: Leg, _ peer: PeerMedia, _ options: MediaOptions) -> Bool {
        guard !options.sdes.isOff else { return false }
        if options.osrtp.offers { return true }
        guard options.transport == nil else { return false }
        return leg.keying.sdes?.remote != nil || (leg.transport == peer.transport && !peer.crypto.isEmpty)
    }

    /// A key in use stays in use, under its tag in the new list.
    private static func keepingKey(of leg: Leg, in proposals: [LegSDES.Proposal]) -> LegSDES {
        var fresh = LegSDES(proposals: proposals, chosen: 0, remote: nil)
        guard case .sdes(let current) = leg.keying, let local = current.local, let remote = current.remote else { return fresh }
        if let index = proposals.firstIndex(where: { $0.key.suite == local.suite }) {
            fresh.proposals[index].key = local
            fresh.chosen = index
        } else {
            fresh.chosen = proposals.count
            fresh.proposals.append(LegSDES.Proposal(tag: proposals.count + 1, key: local))
        }
        fresh.remote = remote
        return fresh
    }

    /// Once our offer is answered.
    /// - Parameter leg: as our offer left it, its protocol that of the offer.
    /// - Throws: `.incompleteSDP` if the answer takes none of what we proposed; a secure leg never falls back to plain RTP.
    static func answered(_ leg: Leg, by peer: PeerMedia) throws(NegotiationError) -> Leg.Keying {
        if leg.opportunistic != nil, peer.crypto.isEmpty, !peer.transport.isSecure { return .none }
        switch leg.opportunistic.map(Leg.Keying.sdes) ?? leg.keying {
        case .none: return .none
        case .dtls(let role):
            guard peer.fingerprint != nil else { throw .incompleteSDP(detail: "the answer to DTLS has no a=fingerprint") }
            return .dtls(DTLSRole.answered(peer.setup, current: role))
        case .sdes(var sdes):
            guard let (index, line) = CryptoSelection.accepted(peer.crypto, of: sdes.proposals) else {
                throw .incompleteSDP(detail: "the answer accepts none of our a=crypto lines")
            }
            sdes.chosen = index
            sdes.proposals[index].key.relaxations = line.key.relaxations
            sdes.remote = line.key
            return .sdes(sdes)
        }
    }
}
