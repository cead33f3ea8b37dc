import ICE
import MediaCore
import NGProtocol
import SDP
import Wire

/// Whether and how a leg speaks ICE (RFC 8445, RFC 8839).
enum ICEChoice {
    /// Toward the answerer: `force` and `remove` decide; else as the offerer, or as the leg already does.
    ///
    /// There is one mode with ICE: the candidates of the peers are never passed on, because media that
    /// does not come through here is not converted, counted or kept to one SSRC.
    static func offers(_ mode: ICEOptions.Mode, offererHasICE: Bool, legHasICE: Bool) -> Bool {
        switch mode {
        case .remove: false
        case .force, .forceRelay, .optional: true
        case .asOffered: offererHasICE || legHasICE
        }
    }

    /// Our side toward an offerer with ICE: controlling if it is lite, else controlled (RFC 8445 section 6.1.1).
    /// New credentials in its offer are an ICE restart, and our own are then new too (RFC 8839 section 4.4.1.1.1).
    static func answering(_ peer: PeerICE, former: PeerICE?, leg: Leg, options: ICEOptions, secrets: SecretSource) -> LegICE {
        let isRestart = former.map { $0.credentials != peer.credentials } ?? false
        var ice = LegICE(secrets: secrets, isControlling: peer.isLite)
        if let current = leg.ice, !isRestart {
            ice = current
            ice.isControlling = ice.isControlling || peer.isLite
        } else {
            ice.isLite = leg.ice?.isLite ?? false
        }
        ice.applyLite(options.lite.map { $0 == .backward || $0 == .both }, leg: leg, secrets: secrets)
        return ice
    }

    static func offering(_ leg: Leg, options: ICEOptions, secrets: SecretSource) -> LegICE {
        var ice = leg.ice ?? LegICE(secrets: secrets, isControlling: true)
        ice.isRelayed = options.mode == .forceRelay && leg.profile != .whatsApp
        ice.applyLite(options.lite.map { $0 == .forward || $0 == .both }, leg: leg, secrets: secrets)
        return ice
    }
}

extension LegICE {
    /// `ICE-lite`; `nil` leaves it as it is. Toward Meta, which is lite itself, somebody has to send the checks.
    ///
    /// Who changes between lite and full restarts ICE (RFC 8839 section 4.4.1.1.2).
    fileprivate mutating func applyLite(_ wanted: Bool?, leg: Leg, secrets: SecretSource) {
        guard let wanted, wanted != isLite, leg.profile != .whatsApp else { return }
        isLite = wanted
        if leg.ice?.credentials == credentials { credentials = secrets.credentials() }
    }
}

extension LegICE {
    init(secrets: SecretSource, isControlling: Bool) {
        self.init(credentials: secrets.credentials(), tieBreaker: secrets.number(), isControlling: isControlling)
    }
}

extension Leg {
    /// Our candidates, one for each socket; component 1 only: with ICE, RTCP is multiplexed or goes without.
    ///
    /// Of type `relay` where they shall be the last resort: a relay is what we are.
    var candidates: [SDPCandidate] {
        sockets.enumerated().map { index, socket in
            var address = socket.advertised
            if index == 0, let mediaAddress { address.ip = mediaAddress }
            let isRelayed = ice?.isRelayed == true
            let priority = socket.hostPriority(rank: index, prefersIPv6: prefersIPv6)
            return SDPCandidate(
                foundation: String(index + 1), component: 1, transport: isLikeWhatsApp ? "udp" : "UDP",
                priority: isRelayed ? priority & 0x00ff_ffff : priority, address: address, type: isRelayed ? "relay" : "host",
                relatedAddress: isRelayed ? address : nil)
        }
    }

    /// Toward Meta, as RFC 8421 has it; others are given the interface's order, which its operator chose.
    var prefersIPv6: Bool { isLikeWhatsApp }

    /// The words of our `a=ice-options`: those that the options name, and those that the peer has, which says that it has understood
    /// them. All our candidates stand in the description, so that `trickle` is only about the peer's.
    func iceOptions(_ options: ICEOptions) -> [String] {
        guard profile != .whatsApp else { return [] }
        let heard = peer?.ice?.options ?? []
        return PeerICE.Option.allCases.filter { word in
            heard.contains(word) || (word == .trickle ? options.trickles : options.saysICE2)
        }.map(\.rawValue)
    }
}

extension LocalSocket {
    /// The agent gives the same priorities in its checks.
    func hostPriority(rank: Int, prefersIPv6: Bool) -> UInt32 {
        let preference = prefersIPv6 ? (family == .v6 ? 65535 : 65534) : 65535 - min(rank, 65535)
        return ICECandidate.priority(typePreference: 126, localPreference: UInt16(preference), component: 1)
    }
}
