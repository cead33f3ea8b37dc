import ICE
import MediaCore
import NGProtocol
import SDP
import SRTP
import Wire

extension Leg {
    /// The lines that say how to reach, secure and identify our end of an audio m-line.
    func appendEndpoint(to lines: inout [SDPLine], isOffer: Bool, options: MediaOptions, certificate: DTLSCertificate) {
        appendRTCP(to: &lines, options: options)
        switch keying {
        case .none: break
        case .sdes(let sdes): append(sdes, to: &lines, isOffer: isOffer, options: options.sdes)
        case .dtls(let role):
            // With the hash that the options name, else the peer's own.
            let named = options.dtls.fingerprintHash.flatMap { DTLSFingerprint.Hash(rawValue: $0.lowercased()) }
            let fingerprint = certificate.fingerprint(named ?? peer?.fingerprint?.hash ?? .sha256)
            // A description that offers always leaves the choice (RFC 8842 section 5.2), whatever was agreed before.
            let setup: DTLSSetup = isOffer ? .actpass : role == .server ? .passive : .active
            lines.append(.attribute("fingerprint", fingerprint.description))
            lines.append(.attribute("setup", setup.rawValue))
        }
        if let ice {
            lines.append(.attribute("ice-ufrag", ice.credentials.ufrag))
            lines.append(.attribute("ice-pwd", ice.credentials.password))
            let words = iceOptions(options.ice)
            if !words.isEmpty { lines.append(.attribute("ice-options", words.joined(separator: " "))) }
            for candidate in candidates { lines.append(.attribute("candidate", candidate.description)) }
            // There are no others to wait for (RFC 8840 section 4.1.2).
            if words.contains("trickle") { lines.append(.attribute("end-of-candidates")) }
        }
        // The one source of everything that we send (RFC 5576 section 4.1). Some WebRTC peers drop what is not
        // announced; plain RTP peers have no use for it.
        if case .none = keying { return }
        // What is not audio comes from the sources of the other party.
        guard relay == .audio else { return }
        lines.append(.attribute("ssrc", "\(ssrc) cname:\(cname)"))
    }

    private func appendRTCP(to lines: inout [SDPLine], options: MediaOptions) {
        let port = mux == .agreed ? sockets.first?.advertised.port : rtcpSocket?.advertised.port
        if let port, !options.noRTCPAttribute {
            lines.append(.attribute("rtcp", options.fullRTCPAttribute ? "\(port) \(SDPAddress(address))" : String(port)))
        }
        if mux != .none { lines.append(.attribute("rtcp-mux")) }
    }

    private func append(_ sdes: LegSDES, to lines: inout [SDPLine], isOffer: Bool, options: SDESOptions) {
        for proposal in isOffer ? sdes.proposals[...] : sdes.proposals.dropFirst(sdes.chosen).prefix(1) {
            lines.append(.attribute("crypto", SDESAttribute.format(
                tag: proposal.tag, key: proposal.key, isPadded: options.pads, hasLifetime: options.lifetime)))
        }
    }
}

extension Codec {
    /// Its `a=rtpmap` and `a=fmtp`.
    func append(to lines: inout [SDPLine]) {
        lines.append(.attribute("rtpmap", "\(payloadType) \(encoding)"))
        if let parameters { lines.append(.attribute("fmtp", "\(payloadType) \(parameters)")) }
    }
}
