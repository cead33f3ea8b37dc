/// Sections, protocols, addresses, RTCP, BUNDLE and direction.
extension SDPRule {
    static let transport = [
        audioSection, mediaLine, oneAudioSection, audioOnly, rejectedSection, audioRejected, dtlsProtocol, sdesProtocol, plainRTP,
        pbxProtocol, pbxFeedback, portCount, unreachableAddress, privateAddress, heldByAddress, rtcpAttribute, rtcpMux, rtcpMuxSDES,
        bundle, bundleSeveral, bundleMID, mid, notSendrecv, pbxHold, severalDirections, bandwidth, capabilityNegotiation,
    ]

    static let audioSection = SDPRule(
        "audio-section", meta: .error, ours: .error, pbx: .error, "There is no m=audio section.", remedy: "Offer audio.", .refused)
    static let mediaLine = SDPRule(
        "media-line", meta: .error, ours: .error, pbx: .error, "An m= line is not kind, port, protocol and formats, or its port is none.",
        remedy: "Write m=audio PORT PROTOCOL PAYLOAD-TYPES (RFC 8866 section 5.14).", .refused)
    static let oneAudioSection = SDPRule(
        "one-audio-section", meta: .warning, ours: .error, pbx: .warning,
        "More than one m=audio section is active; a WhatsApp call has one.",
        remedy: "Offer one; of a PBX's the first is served.", .refused)
    static let audioOnly = SDPRule(
        "audio-only", meta: .warning, ours: .error, pbx: .note, "A section other than audio is active.",
        remedy: "Turn video, fax and data channels off for this trunk; here they are answered with port 0.", .refused)
    static let rejectedSection = SDPRule(
        "rejected-section", ours: .note, "A rejected section (port 0) goes to Meta, whose own descriptions have one m-line.",
        remedy: "Leave it out of offers; an answer has to repeat the offer's.")
    static let audioRejected = SDPRule(
        "audio-rejected", meta: .error, ours: .error, pbx: .error, "The audio section has port 0: it is rejected (RFC 3264 section 6).",
        remedy: "See why the codec, protocol or keys before it were not accepted.", .noMedia)
    static let dtlsProtocol = SDPRule(
        "dtls-protocol", meta: .warning, ours: .error, "A section keyed by DTLS is not UDP/TLS/RTP/SAVPF (RFC 5764 section 8).",
        remedy: "Ask for transport-protocol=UDP/TLS/RTP/SAVPF, or for the flag whatsapp.", .refused)
    static let sdesProtocol = SDPRule(
        "sdes-protocol", meta: .warning, ours: .error, "A section keyed by SDES is not RTP/SAVP.",
        remedy: "Ask for transport-protocol=RTP/SAVP, or for the flag whatsapp; in Asterisk use_avpf=no.", .refused)
    static let plainRTP = SDPRule(
        "plain-rtp", meta: .error, ours: .error, "RTP is not protected; Meta takes and sends SRTP only.",
        remedy: "Key the leg by DTLS or SDES, as the number is set.", .refused)
    static let pbxProtocol = SDPRule(
        "pbx-protocol", pbx: .error, "The audio's protocol is none that is served.",
        remedy: "Use RTP/AVP or RTP/SAVP; RTP/AVPF, RTP/SAVPF, UDP/TLS/RTP/SAVP and UDP/TLS/RTP/SAVPF work too.")
    static let pbxFeedback = SDPRule(
        "pbx-feedback", pbx: .note, "The PBX asks for feedback profiles (AVPF, SAVPF); none of that feedback crosses the relay.",
        remedy: "In Asterisk use_avpf=no, unless the endpoint is a browser.")
    static let portCount = SDPRule(
        "port-count", meta: .warning, ours: .warning, pbx: .note, "The m= line asks for several ports (RFC 8866 section 5.14).",
        remedy: "Write the port alone.", .refused)
    static let unreachableAddress = SDPRule(
        "unreachable-address", meta: .error, ours: .error,
        "The address is 0.0.0.0 or the port 9 where no ICE would find another: packets have nowhere to go.",
        remedy: "Write the address and port of the media; on an SDES leg nothing is learnt from packets.", .noMedia)
    static let privateAddress = SDPRule(
        "private-address", meta: .warning, ours: .error, "The address of an SDES leg is private, and Meta cannot reach it.",
        remedy: "Start the daemon with the public address behind a ! in its interface option.", .noMedia)
    static let heldByAddress = SDPRule(
        "held-by-address", pbx: .note, "The PBX puts the call on hold by the address 0.0.0.0 (RFC 3264 section 8.4).",
        remedy: "None is needed: nothing of it reaches Meta.")
    static let rtcpAttribute = SDPRule(
        "rtcp-attribute", meta: .note, ours: .warning, pbx: .note, "a=rtcp is malformed, or in a multiplexed answer names another port.",
        remedy: "Write port 9, or that of RTP, where RTCP is multiplexed (RFC 5761 section 5.1.1).",
        .heard("a silent call may end with 138021, as RTCP is lost"))
    static let rtcpMux = SDPRule(
        "rtcp-mux", meta: .warning, ours: .error, "A DTLS leg has no a=rtcp-mux; Meta multiplexes RTCP (RFC 5761).",
        remedy: "Ask for rtcp-mux-require, or for the flag whatsapp.", .refused)
    static let rtcpMuxSDES = SDPRule(
        "rtcp-mux-sdes", meta: .note, ours: .warning,
        "An SDES leg has no a=rtcp-mux; RTCP goes to a port of its own, which Meta may not open.",
        remedy: "Ask for rtcp-mux-require, or for the flag whatsapp.",
        .heard("a call whose PBX is silent may end with 138021, as its RTCP does not arrive"))
    static let bundle = SDPRule(
        "bundle", meta: .warning, ours: .error, "A DTLS leg has no a=group:BUNDLE of its one section (RFC 9143).",
        remedy: "Write a=group:BUNDLE and the section's mid; ask for generate-mid, or for the flag whatsapp.", .refused)
    static let bundleSeveral = SDPRule(
        "bundle-several", meta: .warning, ours: .warning, "There is more than one BUNDLE group, or more than one section in it.",
        remedy: "Bundle the one audio section.", .refused)
    static let bundleMID = SDPRule(
        "bundle-mid", meta: .warning, ours: .error, pbx: .note,
        "The BUNDLE group names a mid that no section has, or not the audio's (RFC 9143).",
        remedy: "Write the audio section's a=mid into the group.", .refused)
    static let mid = SDPRule(
        "mid", meta: .warning, ours: .error, "The audio section of a DTLS leg has no a=mid (RFC 5888), so that BUNDLE cannot name it.",
        remedy: "Write a=mid:0 in offers and the offer's mid in answers.", .refused)
    static let notSendrecv = SDPRule(
        "not-sendrecv", meta: .warning, ours: .error, "The direction is not sendrecv. Meta's leg cannot be held and takes no re-INVITE.",
        remedy: "Send offers that hold or resume with the flag local; the relay plays silence or a file meanwhile.", .noMedia)
    static let pbxHold = SDPRule(
        "pbx-hold", pbx: .note, "The PBX holds the call.", remedy: "None is needed: with whatsapp or local nothing of it reaches Meta.")
    static let severalDirections = SDPRule(
        "several-directions", meta: .warning, ours: .warning, pbx: .warning,
        "One section has several directions; which one counts is open.",
        remedy: "Write one of sendrecv, sendonly, recvonly and inactive.", .refused)
    static let bandwidth = SDPRule(
        "bandwidth", meta: .note, ours: .note, "b=AS or b=TIAS is below the 60 kbit/s of an Opus call with its headers.",
        remedy: "Leave the line out, or raise it; a=fmtp limits the codec itself.")
    static let capabilityNegotiation = SDPRule(
        "capability-negotiation", ours: .warning, pbx: .note,
        "Capability negotiation (RFC 5939) or MIKEY (RFC 4567), which Meta does not speak.",
        remedy: "Write the one protocol that is meant; in a phone turn \"best effort SRTP\" off.", .refused)
}
