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
    static func answering(_ peer: PeerICE, former: PeerICE?, current: LegICE?, secrets: SecretSource) -> LegICE {
        let isRestart = former.map { $0.credentials != peer.credentials } ?? false
        guard var ice = current, !isRestart else { return LegICE(secrets: secrets, isControlling: peer.isLite) }
        ice.isControlling = ice.isControlling || peer.isLite
        return ice
    }

    static func offering(current: LegICE?, secrets: SecretSource) -> LegICE { current ?? LegICE(secrets: secrets, isControlling: true) }
}

extension LegICE {
    init(secrets: SecretSource, isControlling: Bool) {
        self.init(credentials: secrets.credentials(), tieBreaker: secrets.number(), isControlling: isControlling)
    }
}

extension Leg {
    /// Our host candidates, one for each socket; component 1 only: with ICE, RTCP is multiplexed or goes without.
    var candidates: [SDPCandidate] {
        sockets.enumerated().map { index, socket in
            var address = socket.advertised
            if index == 0, let mediaAddress { address.ip = mediaAddress }
            return SDPCandidate(foundation: String(index + 1), component: 1, priority: socket.hostPriority, address: address)
        }
    }
}

extension LocalSocket {
    /// IPv6 before IPv4 (RFC 8421); the agent gives the same priorities in its checks.
    var hostPriority: UInt32 {
        ICECandidate.priority(typePreference: 126, localPreference: family == .v6 ? 65535 : 65534, component: 1)
    }
}
