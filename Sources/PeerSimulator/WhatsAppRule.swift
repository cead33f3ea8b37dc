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
    case opus = "opus/48000/2, or G.711 where the number has it, under the offered payload type, and no other audio codec in an answer"
    case packetTime20 = "ptime and maxptime, where given, are 20"
    case telephoneEvent8000 = "telephone-event, where given, is telephone-event/8000"
    case oneAnnouncedSSRC = "exactly one SSRC in a=ssrc"
    case noTrackOfOurs = "none of Meta's own a=ssrc, a=msid, keys or candidates comes back"
    case fullICE = "ICE credentials and no a=ice-lite: Meta is lite itself"
    case fingerprint = "a=fingerprint on a DTLS number"
    case setupRole = "a=setup: active or passive in an answer, actpass in an offer"
    case sdesAnswer = "exactly one a=crypto with the tag of the offer, and neither ICE nor DTLS, on an SDES number"
    // Of the signaling.
    case acceptInTime = "the call is accepted within 60 s of its offer"
    case acceptRepeatsPreAccept = "the SDP of the accept is that of the pre-accept, byte for byte"
    case noRenegotiation = "no re-INVITE and no second offer in the life of a call"
    // Of ICE and DTLS.
    case controllingRole = "checks come from the controlling role"
    case regularNomination = "the nomination comes after a check of the same pair has succeeded"
    case pairNeverChanges = "the nominated pair is kept for the life of the call"
    case dtlsAfterNomination = "DTLS starts after the nomination"
    case oneCallPerAddress = "no two calls on one 5-tuple"
    // Of the media.
    case inactivity = "the business is heard from within 20 s, and every 30 s from then on"
    case ownPairOnly = "media comes by the nominated pair, or from the address in the SDP"
    case oneSSRC = "one SSRC for the life of the call"
    case noGap = "no sequence number is left out"
    case monotonicTimestamps = "timestamps never go back"
    case frames20 = "frames of 20 ms"
    case negotiatedPayloadTypes = "only negotiated payload types"
    case eventClock = "events: timestamp on the line of the audio, duration in 8 kHz units"
    case eventEnd = "events: three end packets"
}
