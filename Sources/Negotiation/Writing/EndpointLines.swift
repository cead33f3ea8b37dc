import ICE
import MediaCore
import NGProtocol
import SDP
import SRTP
import Wire

/// The lines that say how to reach, secure and identify our end of an audio m-line.
struct EndpointLines {
    let leg: Leg
    let isOffer: Bool
    let options: MediaOptions
    let certificate: DTLSCertificate

    var all: [SDPLine] { rtcp + keying + ice + source }

    private var rtcp: [SDPLine] {
        var lines: [SDPLine] = []
        let port = leg.mux == .agreed ? leg.sockets.first?.advertised.port : leg.rtcpSocket?.advertised.port
        if let port, !options.noRTCPAttribute {
            lines.append(.attribute("rtcp", options.fullRTCPAttribute ? "\(port) \(SDPAddress(leg.address))" : String(port)))
        }
        if leg.mux != .none { lines.append(.attribute("rtcp-mux")) }
        return lines
    }

    private var keying: [SDPLine] {
        switch leg.keying {
        case .none: return []
        case .sdes(let sdes):
            let proposals = isOffer ? sdes.proposals[...] : sdes.proposals.dropFirst(sdes.chosen).prefix(1)
            return proposals.map { proposal in
                var value = SDESAttribute.format(tag: proposal.tag, key: proposal.key)
                if options.sdes.lifetime { value += "|2^31" }
                return .attribute("crypto", value)
            }
        case .dtls(let role):
            // A description that offers always leaves the choice (RFC 8842 section 5.2), whatever was agreed before.
            let setup: DTLSSetup = isOffer ? .actpass : role == .server ? .passive : .active
            return [.attribute("fingerprint", fingerprint), .attribute("setup", setup.rawValue)]
        }
    }

    /// With the hash that the options name, else the peer's own.
    private var fingerprint: String {
        let named = options.dtls.fingerprintHash.flatMap { DTLSFingerprint.Hash(rawValue: $0.lowercased()) }
        return certificate.fingerprint(named ?? leg.peer?.fingerprint?.hash ?? .sha256).description
    }

    private var ice: [SDPLine] {
        guard let ice = leg.ice else { return [] }
        return [.attribute("ice-ufrag", ice.credentials.ufrag), .attribute("ice-pwd", ice.credentials.password)]
            + leg.candidates.map { .attribute("candidate", $0.description) }
    }

    /// The one source of everything that we send (RFC 5576 section 4.1). Some WebRTC peers drop what is not
    /// announced; plain RTP peers have no use for it.
    private var source: [SDPLine] {
        if case .none = leg.keying { return [] }
        return [.attribute("ssrc", "\(leg.ssrc) cname:\(leg.cname)")]
    }
}

extension Codec {
    /// Its `a=rtpmap` and `a=fmtp`.
    var lines: [SDPLine] {
        let map = SDPLine.attribute("rtpmap", "\(payloadType) \(encoding)")
        return [map] + (parameters.map { [.attribute("fmtp", "\(payloadType) \($0)")] } ?? [])
    }
}
