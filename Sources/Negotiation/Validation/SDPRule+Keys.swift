/// ICE (RFC 8839), DTLS (RFC 8842, RFC 8122) and SDES (RFC 4568).
extension SDPRule {
    static let ice = [
        iceMissing, iceCredentials, iceLite, iceFull, iceWithSDES, iceMismatch, candidateMalformed, candidateUsable, candidateNone,
        candidateUnused, candidateUfrag, candidateCount, defaultCandidate, privateCandidate, trickle,
    ]
    static let dtls = [
        fingerprintMissing, fingerprintMalformed, fingerprintWeak, setupMissing, setupOffer, setupAnswer, setupPassive, dtlsAndSDES,
    ]
    static let sdes = [
        cryptoMissing, cryptoUnusable, cryptoSuite, cryptoMalformed, cryptoKeyLength, cryptoParameter, cryptoLifetime, cryptoTag,
        cryptoOne, cryptoOnPlain,
    ]

    static let iceMissing = SDPRule(
        "ice-missing", meta: .error, ours: .error, "A DTLS leg has no a=ice-ufrag and a=ice-pwd; Meta's DTLS legs start with ICE.",
        remedy: "Ask for ICE=force, or for the flag whatsapp.", .noMedia)
    static let iceCredentials = SDPRule(
        "ice-credentials", meta: .error, ours: .error, pbx: .warning,
        "a=ice-ufrag is not 4 to 256, or a=ice-pwd not 22 to 256 of A-Z a-z 0-9 + / (RFC 8839 section 5.4), or one is missing.",
        remedy: "Pass them on unchanged; decoders of URLs turn + into a blank.", .noMedia)
    static let iceLite = SDPRule(
        "ice-lite", ours: .error, "We call ourselves lite, and Meta is lite: nobody sends a check.",
        remedy: "Be full ICE and controlling; take a=ice-lite out.", .noMedia)
    static let iceFull = SDPRule(
        "ice-full", meta: .warning, "Meta's description lacks a=ice-lite: both ends then dispute who controls.",
        remedy: "See what took the line out on the way; Meta is always lite and controlled.", .noMedia)
    static let iceWithSDES = SDPRule(
        "ice-with-sdes", meta: .note, ours: .warning, "ICE stands beside SDES; Meta answers no checks on such a leg.",
        remedy: "Ask for ICE=remove, or for the flag whatsapp.", .noMedia)
    static let iceMismatch = SDPRule(
        "ice-mismatch", meta: .error, ours: .error, pbx: .warning,
        "a=ice-mismatch: ICE was given up, as the offer's c= and port are none of its candidates.",
        remedy: "Keep proxies from rewriting c= of a description with candidates.", .noMedia)
    static let candidateMalformed = SDPRule(
        "candidate-malformed", meta: .warning, ours: .error, pbx: .warning,
        "An a=candidate cannot be read, or names a host, the address 0.0.0.0 or port 0 (RFC 8839 section 5.1).",
        remedy: "Pass candidates on unchanged; turn mDNS names (.local) off.", .refused)
    static let candidateUsable = SDPRule(
        "candidate-usable", meta: .error, "Meta's description has no UDP host candidate of component 1: there is nothing to check.",
        remedy: "See what took them out on the way.", .noMedia)
    static let candidateNone = SDPRule(
        "candidate-none", ours: .note, "We name no candidate. It works, since Meta answers checks from any address.",
        remedy: "Name the media's address; it makes captures readable.")
    static let candidateUnused = SDPRule(
        "candidate-unused", meta: .note, ours: .note,
        "A candidate for TCP, for RTCP's component or of a relay, which the other side does not use.",
        remedy: "Leave it out.")
    static let candidateUfrag = SDPRule(
        "candidate-ufrag", meta: .warning, ours: .warning,
        "A candidate's ufrag is not that of a=ice-ufrag: it belongs to another description.",
        remedy: "See whether two descriptions were mixed.", .noMedia)
    static let candidateCount = SDPRule(
        "candidate-count", meta: .warning, ours: .warning, pbx: .note, "More than 32 candidates; the rest is passed over.",
        remedy: "Limit the interfaces that are gathered from.")
    static let defaultCandidate = SDPRule(
        "default-candidate", meta: .note, ours: .warning,
        "The address and port of c= and m= are none of the candidates; the peer may give ICE up (RFC 8839 section 3.2.5).",
        remedy: "Keep proxies from rewriting c= of a description with candidates.", .noMedia)
    static let privateCandidate = SDPRule(
        "private-candidate", ours: .warning,
        "A candidate is a private address, which Meta cannot reach. Our checks still go out and open the way.",
        remedy: "Start the daemon with the public address behind a ! in its interface option.",
        .heard("138021, where our checks do not come through"))
    static let trickle = SDPRule(
        "trickle", ours: .note, "a=ice-options:trickle: no candidate can be sent later, as Meta's interfaces take one description.",
        remedy: "Leave it out, and wait for the end of gathering before the description is sent.")

    static let fingerprintMissing = SDPRule(
        "fingerprint-missing", meta: .error, ours: .error, pbx: .error, "There is no a=fingerprint for UDP/TLS; a DTLS number refuses it.",
        remedy: "Ask for DTLS, or for the flag whatsapp; if the number is set to SDES, use RTP/SAVP.", .refused)
    static let fingerprintMalformed = SDPRule(
        "fingerprint-malformed", meta: .error, ours: .error, pbx: .error,
        "No a=fingerprint can be read: the hash is unknown or its length wrong (RFC 8122 section 5).",
        remedy: "Pass it on unchanged; SHA-256 has 32 pairs of digits.", .refused)
    static let fingerprintWeak = SDPRule(
        "fingerprint-weak", meta: .warning, ours: .warning, pbx: .warning,
        "The only fingerprint is SHA-1, which is out of use (RFC 8122 section 5).",
        remedy: "Use SHA-256.", .refused)
    static let setupMissing = SDPRule(
        "setup-missing", meta: .warning, ours: .error, pbx: .warning,
        "There is no a=setup: who begins the handshake is open (RFC 8842 section 5).",
        remedy: "Write actpass in offers, active in answers.", .refused)
    static let setupOffer = SDPRule(
        "setup-offer", meta: .warning, ours: .error, pbx: .warning, "An offer's a=setup is not actpass (RFC 8842 section 5.2).",
        remedy: "Leave the choice to the answerer.", .refused)
    static let setupAnswer = SDPRule(
        "setup-answer", meta: .error, ours: .error, pbx: .error,
        "An answer's a=setup is neither active nor passive: nobody begins (RFC 4145).",
        remedy: "Answer active.", .refused)
    static let setupPassive = SDPRule(
        "setup-passive", ours: .warning,
        "We answer passive. It works, but the handshake waits for Meta, whose lost flights come again after 1, 2 and 4 s.",
        remedy: "Answer active: leave DTLS=passive and the daemon's dtls-passive out.",
        .heard("the first words later, after a longer silence"))
    static let dtlsAndSDES = SDPRule(
        "dtls-and-sdes", meta: .warning, ours: .warning, pbx: .note,
        "There are both a=fingerprint and a=crypto; a Meta number is set to one.",
        remedy: "Ask for SDES=off or DTLS=off, or for the flag whatsapp.", .refused)

    static let cryptoMissing = SDPRule(
        "crypto-missing", meta: .error, ours: .error, pbx: .error, "RTP/SAVP has neither a=crypto nor a=fingerprint.",
        remedy: "Key the leg as the number is set; in Asterisk media_encryption=sdes.", .refused)
    static let cryptoUnusable = SDPRule(
        "crypto-unusable", meta: .error, ours: .error, pbx: .error, "No a=crypto line can be used.",
        remedy: "Offer AES_CM_128_HMAC_SHA1_80 without MKI and session parameters.", .refused)
    static let cryptoSuite = SDPRule(
        "crypto-suite", meta: .warning, ours: .error, "No a=crypto has AES_CM_128_HMAC_SHA1_80, the one suite in Meta's descriptions.",
        remedy: "Offer it first; see the flags SDES-only and SDES-order.", .refused)
    static let cryptoMalformed = SDPRule(
        "crypto-malformed", meta: .warning, ours: .error, pbx: .warning,
        "An a=crypto is not tag, suite and inline key (RFC 4568 section 9.1).",
        remedy: "Pass it on unchanged.", .refused)
    static let cryptoKeyLength = SDPRule(
        "crypto-key-length", meta: .warning, ours: .error, pbx: .warning, "Key and salt of an a=crypto do not have the suite's lengths.",
        remedy: "30 bytes for AES_CM_128, which are 40 characters; decoders of URLs turn + into a blank.", .noMedia)
    static let cryptoParameter = SDPRule(
        "crypto-parameter", meta: .warning, ours: .error, pbx: .note,
        "An a=crypto has an MKI, several keys or a session parameter that changes packets.",
        remedy: "Turn them off; Meta's descriptions have the key alone.", .noMedia)
    static let cryptoLifetime = SDPRule(
        "crypto-lifetime", ours: .note, "An a=crypto names the key's lifetime, which Meta's descriptions do not.",
        remedy: "Leave SDES-lifetime out.")
    static let cryptoTag = SDPRule(
        "crypto-tag", meta: .warning, ours: .error, pbx: .warning, "Two a=crypto lines have one tag (RFC 4568 section 4.1).",
        remedy: "Number them from 1.", .refused)
    static let cryptoOne = SDPRule(
        "crypto-one", meta: .warning, ours: .error, pbx: .warning, "An answer has more than one a=crypto (RFC 4568 section 5.1.2).",
        remedy: "Answer the accepted line alone.", .refused)
    static let cryptoOnPlain = SDPRule(
        "crypto-on-plain", pbx: .warning, "a=crypto stands under RTP/AVP, where it does not count.",
        remedy: "Use RTP/SAVP; \"optional\" SRTP of a phone is sent in the clear.")
}
