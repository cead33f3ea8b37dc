/// Codecs and payload types (RFC 3551, RFC 7587), packet time, digits (RFC 4733), sources (RFC 5576) and extensions.
extension SDPRule {
    static let codecs = [
        codecMissing, opusMissing, opus48000, opusOnlyOne, opusBitRate, opusPlaybackRate, opusMinimumPacketTime, opusFEC,
        opusStereo, payloadTypeMalformed, payloadTypeTwice, payloadTypeRTCP, payloadTypeStatic, payloadTypeUnlisted, rtpmapMissing,
        rtpmapMalformed, rtpmapTwice, codecUnused, g711, transcoding,
    ]
    static let packetTime = [ptimeMissing, ptime20, maxptime20, ptimeMalformed]
    static let digits = [dtmfMissing, noDTMF, dtmf8000, dtmfPayloadType, dtmfEvents]
    static let sources = [oneSSRC, ssrcMissing, ssrcCNAME, ssrcMalformed, ssrcGroup, extmap, transportCC, feedback]

    static let codecMissing = SDPRule(
        "codec-missing", meta: .error, ours: .error, pbx: .error, "There is neither Opus nor PCMU nor PCMA: nothing that can be converted.",
        remedy: "Allow alaw, ulaw or opus on the trunk.", .refused)
    static let opusMissing = SDPRule(
        "opus-missing", meta: .note, ours: .warning, "An offer has no Opus: only numbers with G.711 turned on take it.",
        remedy: "Offer opus/48000/2 too.", .refused)
    static let opus48000 = SDPRule(
        "opus-48000-2", meta: .warning, ours: .error, pbx: .warning, "Opus is not opus/48000/2, its only name (RFC 7587 section 7).",
        remedy: "Write it so for mono and narrowband too; the real rates go into a=fmtp.", .refused)
    static let opusOnlyOne = SDPRule(
        "opus-only-one", ours: .warning, "Our answer accepts more than one audio codec; Meta sends what it likes of them.",
        remedy: "Answer one codec; the flag whatsapp does.",
        .heard("noise or silence, where Meta changes the codec and the PBX does not follow"))
    static let opusBitRate = SDPRule(
        "opus-bitrate", meta: .warning, ours: .error, pbx: .warning,
        "Opus' maxaveragebitrate is not 6000 to 510000 bit/s (RFC 7587 section 6.1).",
        remedy: "Write 20000, as Meta does.", .refused)
    static let opusPlaybackRate = SDPRule(
        "opus-playback-rate", meta: .warning, ours: .warning, pbx: .warning,
        "Opus' maxplaybackrate or sprop-maxcapturerate is not 8000 to 48000 Hz (RFC 7587 section 6.1).",
        remedy: "Write 16000, as Meta does.", .refused)
    static let opusMinimumPacketTime = SDPRule(
        "opus-minptime", meta: .warning, ours: .warning, pbx: .warning,
        "Opus' minptime is not 3 to 20 ms, so that it forbids packets of 20 ms.",
        remedy: "Write 20 or 10.", .refused)
    static let opusFEC = SDPRule(
        "opus-fec", meta: .note, ours: .note, "Opus' useinbandfec is not 1: nobody repairs lost packets.",
        remedy: "Write useinbandfec=1, as Meta does.", .heard("gaps where packets are lost"))
    static let opusStereo = SDPRule(
        "opus-stereo", meta: .note, ours: .note, pbx: .note,
        "Opus' stereo is 1; calls are mono.", remedy: "Leave stereo and sprop-stereo out.")
    static let payloadTypeMalformed = SDPRule(
        "payload-type-malformed", meta: .error, ours: .error, pbx: .warning, "A format of the audio's m= line is no number from 0 to 127.",
        remedy: "Write payload types.", .refused)
    static let payloadTypeTwice = SDPRule(
        "payload-type-twice", meta: .warning, ours: .error, pbx: .warning, "A payload type stands twice in the m= line.",
        remedy: "Give each codec its own.", .refused)
    static let payloadTypeRTCP = SDPRule(
        "payload-type-rtcp", meta: .error, ours: .error, pbx: .warning,
        "A payload type is from 64 to 95, which multiplexed RTCP is told from RTP by (RFC 5761 section 4).",
        remedy: "Use 96 to 127.", .noMedia)
    static let payloadTypeStatic = SDPRule(
        "payload-type-static", meta: .error, ours: .error, pbx: .warning, "A static payload type (RFC 3551) is given to another codec.",
        remedy: "Use 96 to 127 for what has no number.", .refused)
    static let payloadTypeUnlisted = SDPRule(
        "payload-type-unlisted", meta: .note, ours: .warning, pbx: .note,
        "a=rtpmap, a=fmtp or a=rtcp-fb is about a payload type that m= does not list.",
        remedy: "Take the line out with the codec.", .refused)
    static let rtpmapMissing = SDPRule(
        "rtpmap-missing", meta: .warning, ours: .error, pbx: .warning, "A dynamic payload type has no a=rtpmap.",
        remedy: "Write it, or take the number out of m=.", .refused)
    static let rtpmapMalformed = SDPRule(
        "rtpmap-malformed", meta: .warning, ours: .error, pbx: .warning,
        "An a=rtpmap is not number, name and clock rate (RFC 8866 section 6.6).",
        remedy: "Write 111 opus/48000/2.", .refused)
    static let rtpmapTwice = SDPRule(
        "rtpmap-twice", meta: .warning, ours: .error, pbx: .warning, "A payload type has two a=rtpmap.",
        remedy: "Give each codec its own.", .refused)
    static let codecUnused = SDPRule(
        "codec-unused", ours: .note, pbx: .note, "A codec that is not used on these calls: Meta has Opus, PCMU and PCMA.",
        remedy: "Leave it out; codec-strip does.")
    static let g711 = SDPRule(
        "g711", meta: .note, "The number has G.711: with a PBX that has it too nothing need be converted.",
        remedy: "Ask for prefer-g711 where bandwidth is no matter: 84 kbit/s instead of 60.")
    static let transcoding = SDPRule(
        "transcoding", pbx: .note, "Meta's leg and the PBX have no codec in common: each frame of 20 ms is decoded and encoded each way.",
        remedy: "Turn G.711 on for the number, or Opus on the PBX; it saves a jitter buffer's delay and the processor's time.")

    static let ptimeMissing = SDPRule(
        "ptime-missing", ours: .note,
        "There is no a=ptime or a=maxptime.", remedy: "Write 20 for both, as Meta does; it sends 20 ms anyway.")
    static let ptime20 = SDPRule(
        "ptime-20", meta: .warning, ours: .warning, pbx: .note, "a=ptime is not 20 ms, the only length of Meta's packets.",
        remedy: "Set 20 ms on the trunk; other lengths are cut or joined by the relay, which adds delay.",
        .heard("more delay; gaps where a peer keeps to the other length"))
    static let maxptime20 = SDPRule(
        "maxptime-20", meta: .warning, ours: .warning, "a=maxptime is not 20 ms: longer packets are not what Meta takes.",
        remedy: "Write a=maxptime:20; an Asterisk's 60 or 140 must not reach Meta.", .heard("gaps, where longer packets are dropped"))
    static let ptimeMalformed = SDPRule(
        "ptime-malformed", meta: .warning, ours: .error, pbx: .warning, "a=ptime or a=maxptime is no number from 1 to 1000 ms.",
        remedy: "Write milliseconds.", .refused)

    static let dtmfMissing = SDPRule(
        "dtmf-missing", meta: .note, ours: .warning, "There is no telephone-event toward Meta: its user's key presses do not come.",
        remedy: "Offer telephone-event/8000.", .heard("menus that do not react to the keypad"))
    static let noDTMF = SDPRule(
        "no-dtmf", pbx: .warning, "The PBX has no telephone-event: in-band tones do not survive Opus and are not looked for.",
        remedy: "In Asterisk dtmf_mode=rfc4733.", .heard("menus that do not react to the keypad"))
    static let dtmf8000 = SDPRule(
        "dtmf-8000", meta: .warning, ours: .warning,
        "telephone-event is there, but not at 8000; Meta counts durations in units of 8000 Hz and does not have 48000.",
        remedy: "Offer telephone-event/8000.", .heard("digits six times as long, or none"))
    static let dtmfPayloadType = SDPRule(
        "dtmf-payload-type", meta: .warning, ours: .warning, pbx: .warning, "telephone-event has a payload type below 96.",
        remedy: "Use 96 to 127; Meta has 126.", .refused)
    static let dtmfEvents = SDPRule(
        "dtmf-events", meta: .warning, ours: .warning, pbx: .warning, "telephone-event's a=fmtp leaves out some of the events 0 to 15.",
        remedy: "Write 0-15, 0-16 or nothing.", .heard("some keys do nothing"))

    static let oneSSRC = SDPRule(
        "one-ssrc", meta: .warning, ours: .error, pbx: .note,
        "More than one SSRC is announced; Meta's relay carries one for the whole call.",
        remedy: "Announce one. All sources behind the relay leave it under one SSRC.",
        .heard("garbled audio, or silence from the second SSRC on"))
    static let ssrcMissing = SDPRule(
        "ssrc-missing", ours: .warning, "No a=ssrc announces our source (RFC 5576).",
        remedy: "Announce the one SSRC with its cname.", .heard("silence on receivers that drop what was not announced"))
    static let ssrcCNAME = SDPRule(
        "ssrc-cname", meta: .note, ours: .warning,
        "An a=ssrc has no cname (RFC 5576 section 6.1).", remedy: "Write a=ssrc:NUMBER cname:NAME.",
        .refused)
    static let ssrcMalformed = SDPRule(
        "ssrc-malformed", meta: .warning, ours: .error, pbx: .note,
        "An a=ssrc is no number of 32 bits.", remedy: "Write it in decimal.", .refused)
    static let ssrcGroup = SDPRule(
        "ssrc-group", meta: .warning, ours: .error, pbx: .note, "a=ssrc-group announces repair streams, which are second SSRCs.",
        remedy: "Turn retransmission and simulcast off.", .heard("garbled audio, or silence from the second SSRC on"))
    static let extmap = SDPRule(
        "extmap", ours: .warning, "We offer RTP header extensions, which a relay's own packets do not carry.",
        remedy: "Strip a=extmap; the flag whatsapp does.")
    static let transportCC = SDPRule(
        "transport-cc", ours: .warning, "We offer transport-wide congestion control without sending its sequence numbers.",
        remedy: "Strip it from a=rtcp-fb and a=extmap; the flag whatsapp does.",
        .heard("lower quality, where Meta takes missing numbers for loss"))
    static let feedback = SDPRule(
        "feedback", ours: .note,
        "We offer feedback (nack, remb and the like) that does nothing for this audio.", remedy: "Strip a=rtcp-fb.")
}
