import NGProtocol

/// `rtcp-mux` (RFC 5761), by the options and by what the m-line can do at all.
enum RTCPMuxChoice {
    /// What we say to the offerer: yes, unless told to `reject` and not to `accept`. It costs a port to say no, and whether the
    /// other party multiplexes does not matter here: we end its RTCP.
    ///
    /// Never no under DTLS: there is one handshake and one component for the m-line.
    static func answering(offered: Bool, options: Set<RTCPMuxOption>, isDTLS: Bool) -> Leg.RTCPMux {
        offered && (isDTLS || options.contains(.accept) || !options.contains(.reject)) ? .agreed : .none
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
