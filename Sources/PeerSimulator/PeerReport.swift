public import Wire

/// What a simulated peer saw of a call.
public struct PeerReport: Sendable {
    /// When the peer had the other side's SDP.
    public var sdpArrived: MonotonicInstant?
    /// From the SDP's arrival to each step; `nil` for those not reached.
    public var iceConnected: Nanoseconds?
    public var dtlsConnected: Nanoseconds?
    public var firstPacketReceived: Nanoseconds?
    /// When the first RTP packets went out and came in.
    public var sendingBegan: MonotonicInstant?
    public var receivingBegan: MonotonicInstant?
    public var packetsReceived: UInt64 = 0
    public var packetsLost: Int64 = 0
    /// Interarrival jitter [ms].
    public var jitter = 0.0
    /// Of what was received, by the E-model (ITU-T G.107) from loss and jitter: 1.0 to 4.5; `nil` where nothing came.
    public var mos: Double?
    public var ssrcs: [UInt32] = []
    /// Event codes in the order in which they came.
    public var digits: [UInt8] = []
    public var digitsSent: [UInt8] = []
    /// Rules of `WhatsAppRule` that were broken, each with what happened.
    public var violations: [Violation] = []
}

/// One rule that was broken.
public struct Violation: Sendable, Equatable {
    public var rule: WhatsAppRule
    public var detail: String
}

/// What Meta demands of the business side of a call. Those of the media are asked for toward a PBX as well.
public enum WhatsAppRule: String, Sendable, CaseIterable {
    // Of the SDP.
    case carriageReturns = "lines end in CRLF (RFC 8866 section 5)"
    case oneAudioSection = "exactly one active m=audio section"
    case bundled = "the m-line is in the BUNDLE group of the offer"
    case rtcpMux = "a=rtcp-mux"
    case opus = "opus/48000/2 under the offered payload type, and no other audio codec in an answer"
    case packetTime20 = "ptime and maxptime, where given, are 20"
    case telephoneEvent8000 = "telephone-event, where given, is telephone-event/8000"
    case oneAnnouncedSSRC = "exactly one SSRC in a=ssrc"
    case noTrackOfOurs = "none of Meta's own a=ssrc, a=msid, keys or candidates comes back"
    case fullICE = "ICE credentials and no a=ice-lite: Meta is lite itself"
    case fingerprint = "a=fingerprint on a DTLS number"
    case setupRole = "a=setup: active or passive in an answer, actpass in an offer"
    case sdesAnswer = "exactly one a=crypto with the tag of the offer, and neither ICE nor DTLS, on an SDES number"
    // Of ICE and DTLS.
    case controllingRole = "checks come from the controlling role"
    case regularNomination = "the nomination comes after a check of the same pair has succeeded"
    case pairNeverChanges = "the nominated pair is kept for the life of the call"
    case dtlsAfterNomination = "DTLS starts after the nomination"
    // Of the media.
    case oneSSRC = "one SSRC for the life of the call"
    case noGap = "no sequence number is left out"
    case monotonicTimestamps = "timestamps never go back"
    case frames20 = "frames of 20 ms"
    case negotiatedPayloadTypes = "only negotiated payload types"
    case eventClock = "events: timestamp on the line of the audio, duration in 8 kHz units"
    case eventEnd = "events: three end packets"
}
