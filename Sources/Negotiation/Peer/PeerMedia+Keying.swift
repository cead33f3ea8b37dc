import NGProtocol

extension PeerMedia {
    /// How the peer's description wants its packets protected, as far as the options leave a choice.
    enum Keying: Equatable { case none, sdes, dtls }

    /// DTLS before SDES where both are on offer, unless the options turn that round (`SDES=prefer`).
    ///
    /// An option cannot take away the only way there is. Keys under a protocol that does not ask for them are used (RFC 8643).
    /// - Throws: `.incompleteSDP` for a secure protocol without anything to key it with.
    func keying(dtls: DTLSOptions, sdes: SDESOptions) throws(NegotiationError) -> Keying {
        guard transport.isSecure || fingerprint != nil || !crypto.isEmpty else { return .none }
        switch (fingerprint != nil, !crypto.isEmpty) {
        case (true, true):
            if dtls.mode == .off { return .sdes }
            if sdes.isOff { return .dtls }
            return sdes.isPreferred ? .sdes : .dtls
        case (true, false): return .dtls
        case (false, true): return .sdes
        case (false, false): throw .incompleteSDP(detail: "\(transport.rawValue) with neither a=fingerprint nor a usable a=crypto")
        }
    }
}
