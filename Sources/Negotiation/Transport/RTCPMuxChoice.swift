import NGProtocol

/// `rtcp-mux` (RFC 5761), by the options and by what the m-line can do at all.
enum RTCPMuxChoice {
    /// What we say to the offerer: as the answerer does, unless told to `reject` or to `accept`.
    ///
    /// Never no under DTLS and with ICE: there is one handshake and one component for the m-line.
    /// - Parameter isSettled: it is yes already, whatever the answerer says.
    static func answering(offered: Bool, options: Set<RTCPMuxOption>, isSettled: Bool) -> Leg.RTCPMux {
        guard offered, isSettled || options.contains(.accept) || !options.contains(.reject) else { return .none }
        return isSettled || options.contains(.accept) ? .agreed : .offered
    }

    /// What we offer to the answerer: as the offerer did, `offer` and `require` add it, `demux` takes it away.
    ///
    /// `require`, DTLS, and a leg that multiplexes already leave no other way: there `.agreed` is
    /// taken for granted and no port for RTCP is opened.
    static func offering(offered: Bool, options: Set<RTCPMuxOption>, isDTLS: Bool, current: Leg.RTCPMux) -> Leg.RTCPMux {
        if isDTLS || options.contains(.require) { return .agreed }
        if options.contains(.offer) { return current == .agreed ? .agreed : .offered }
        if options.contains(.demux) { return .none }
        if current == .agreed { return .agreed }
        return offered ? .offered : .none
    }
}

extension Leg {
    /// SRTP, by whatever keys.
    var hasKeys: Bool { if case .none = keying { false } else { true } }

    /// The other party has answered, and what was left open toward this one is no more.
    /// - Returns: the slots that are no longer used.
    mutating func closeMux(_ isTaken: Bool) -> [Int] {
        mux = isTaken ? .agreed : .none
        return isTaken ? dropRTCPSocket() : []
    }

    /// `transport-protocol` in an answer: another profile under the same protection, as the keys are what the offer made them.
    mutating func applyProtocol(_ options: MediaOptions, answered: TransportProtocol) {
        guard let wanted = options.acceptsTransport ? answered : options.transport,
              wanted.isSecure == transport.isSecure, wanted.isDTLS == transport.isDTLS else { return }
        transport = wanted
    }
}
