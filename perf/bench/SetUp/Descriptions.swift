/// Descriptions of the kinds that calls begin with.
enum Descriptions {
    static func text(_ lines: [String]) -> String { lines.map { $0 + "\r\n" }.joined() }

    /// What a PBX or a phone sends.
    static let plainOffer = text([
        "v=0", "o=- 1741113186 1741113186 IN IP4 192.0.2.20", "s=call", "c=IN IP4 192.0.2.20", "t=0 0",
        "m=audio 12000 RTP/AVP 0 8 101", "a=rtpmap:0 PCMU/8000", "a=rtpmap:8 PCMA/8000", "a=rtpmap:101 telephone-event/8000",
        "a=fmtp:101 0-16", "a=ptime:20", "a=maxptime:150", "a=sendrecv",
    ])

    static let plainAnswer = text([
        "v=0", "o=- 99 1 IN IP4 192.0.2.30", "s=-", "c=IN IP4 192.0.2.30", "t=0 0", "m=audio 14000 RTP/AVP 0 101",
        "a=rtpmap:0 PCMU/8000", "a=rtpmap:101 telephone-event/8000", "a=fmtp:101 0-16", "a=ptime:20", "a=sendrecv",
    ])

    /// What Meta sends for a call of a user: ICE, DTLS, Opus.
    static let metaOffer = text([
        "v=0", "o=- 1741113186367 2 IN IP4 127.0.0.1", "s=-", "t=0 0", "a=group:BUNDLE audio",
        "a=msid-semantic: WMS 632a909f-1060-4369-96a4-7bd03e291ee7", "a=ice-lite",
        "m=audio 3480 UDP/TLS/RTP/SAVPF 111 126", "c=IN IP4 198.51.100.35", "a=rtcp:9 IN IP4 0.0.0.0",
        "a=candidate:1775469887 1 udp 2122260223 198.51.100.35 3480 typ host generation 0 network-cost 50",
        "a=candidate:3355715111 1 udp 2122262783 2001:db8:f343:131:face:b00c:0:699c 3480 typ host generation 0 network-cost 50",
        "a=ice-ufrag:RmDDkfzkwbexPfbC", "a=ice-pwd:oRWenfNnDVSdBFJFMmKfVHfOt97sm0Xk",
        "a=fingerprint:sha-256 5A:EF:96:24:0B:CA:55:82:E6:FD:04:68:87:9A:26:86:3D:81:D1:C1:FB:60:2D:EF:55:92:6E:F3:3E:C8:BB:1F",
        "a=setup:actpass", "a=mid:audio", "a=sendrecv", "a=msid:632a909f-1060-4369-96a4-7bd03e291ee7 WhatsAppTrack1", "a=rtcp-mux",
        "a=rtpmap:111 opus/48000/2", "a=rtcp-fb:111 transport-cc",
        "a=fmtp:111 maxaveragebitrate=20000;maxplaybackrate=16000;minptime=20;sprop-maxcapturerate=16000;useinbandfec=1",
        "a=rtpmap:126 telephone-event/8000", "a=maxptime:20", "a=ptime:20", "a=ssrc:849255537 cname:WhatsAppAudioStream1",
    ])
}
