import Negotiation

/// A rule, and an edit of a good description that breaks it.
struct ValidationCase: Sendable {
    var rule: String
    var sample: ValidationSample
    var old: String
    var new: String
    /// Rules that cannot but be broken with it.
    var also: Set<String> = []
    /// Where it is found; `nil` for the line of the edit.
    var line: Int?
    /// The edit is one of the offer that is answered.
    var isOfOffer = false

    init(
        _ rule: String, _ sample: ValidationSample, _ old: String, _ new: String, also: Set<String> = [], at line: Int? = nil
    ) {
        self.rule = rule
        self.sample = sample
        self.old = old
        self.new = new
        self.also = also
        self.line = line
    }

    /// The answer stays, and the offer is changed under it.
    static func offer(_ rule: String, _ sample: ValidationSample, _ old: String, _ new: String, at line: Int) -> ValidationCase {
        var result = ValidationCase(rule, sample, old, new, at: line)
        result.isOfOffer = true
        return result
    }

    var edited: ValidationSample {
        var edited = sample
        if isOfOffer {
            edited.counterpart = sample.counterpart?.replacing(old, with: new)
            return edited
        }
        edited.text = sample.text.replacing(old, with: new, maxReplacements: 1)
        return edited
    }

    /// Behind the lines of the edit that stay as they are.
    var editedLine: Int {
        let same = zip(sample.text.utf8, edited.text.utf8).prefix { $0 == $1 }.map(\.0)
        return same.count { $0 == UInt8(ascii: "\n") } + 1
    }

    static let all = text + transport + ice + keys + codecs + audio + answers
    private typealias Case = ValidationCase

    private static let text = [
        Case("size", .pbxOffer, "a=sendrecv", String(repeating: "a=x\r\n", count: 1000) + "a=sendrecv", at: 1001),
        Case("crlf", .ourOffer, "s=-\r\n", "s=-\n", at: 3),
        Case("final-line-end", .ourOffer, "EDc1JutBl8rwHQc2\r\n", "EDc1JutBl8rwHQc2", at: 23),
        Case("empty-line", .ourOffer, "t=0 0\r\n", "t=0 0\r\n\r\n", at: 6),
        Case("malformed-line", .metaOffer, "a=sendrecv", "asendrecv"),
        Case("unknown-line-type", .ourOffer, "a=sendrecv", "q=1\r\na=sendrecv"),
        Case("long-line", .ourOffer, "a=sendrecv", "a=x-" + String(repeating: "y", count: 1021) + "\r\na=sendrecv"),
        Case("stray-space", .ourOffer, "a=sendrecv", "a=x-note \r\na=sendrecv"),
        Case("version-line", .ourOffer, "v=0", "v=1"),
        Case("origin-line", .ourOffer, "o=- 1795221225 1", "o=- x 1"),
        Case("session-name", .pbxOffer, "s=call\r\n", "", at: 0),
        Case("timing", .ourOffer, "t=0 0", "t=0"),
        Case("line-order", .ourOffer, "t=0 0\r\na=group:BUNDLE 0\r\n", "a=group:BUNDLE 0\r\nt=0 0\r\n", at: 6),
        Case("duplicate-line", .ourOffer, "s=-\r\n", "s=-\r\ns=-\r\n", at: 4),
        Case("attribute-level", .ourOffer, "m=audio", "a=ptime:20\r\nm=audio"),
        Case("connection-line", .pbxOffer, "c=IN IP4 192.168.1.20", "c=IN IP4 pbx.example"),
    ]

    private static let transport = [
        Case("audio-section", .pbxOffer, "m=audio", "m=image", at: 0),
        Case("media-line", .pbxOffer, "m=audio 24058", "m=audio 240580", also: ["audio-section"]),
        Case("one-audio-section", .ourOffer, "EDc1JutBl8rwHQc2\r\n", "EDc1JutBl8rwHQc2\r\nm=audio 30004 RTP/SAVP 0\r\n", at: 24),
        Case("audio-only", .ourOffer, "EDc1JutBl8rwHQc2\r\n", "EDc1JutBl8rwHQc2\r\nm=video 30004 RTP/SAVP 96\r\n", at: 24),
        Case("rejected-section", .ourOffer, "EDc1JutBl8rwHQc2\r\n", "EDc1JutBl8rwHQc2\r\nm=video 0 RTP/SAVP 96\r\n", at: 24),
        Case("audio-rejected", .metaOffer, "m=audio 3480", "m=audio 0"),
        Case("dtls-protocol", .ourOffer, "UDP/TLS/RTP/SAVPF", "RTP/SAVPF"),
        Case("sdes-protocol", .ourSDES, "RTP/SAVP", "RTP/SAVPF"),
        Case("plain-rtp", .ourSDES, "RTP/SAVP", "RTP/AVP"),
        Case("pbx-protocol", .pbxOffer, "RTP/AVP", "UDP/RTP/AVP"),
        Case("pbx-feedback", .pbxOffer, "RTP/AVP", "RTP/AVPF"),
        Case("port-count", .ourOffer, "m=audio 30002", "m=audio 30002/2"),
        Case("unreachable-address", .metaSDES, "c=IN IP4 157.240.19.130", "c=IN IP4 0.0.0.0"),
        Case("private-address", .ourSDES, "c=IN IP4 203.0.113.9", "c=IN IP4 172.31.0.1"),
        Case("held-by-address", .pbxOffer, "c=IN IP4 192.168.1.20", "c=IN IP4 0.0.0.0"),
        Case("rtcp-attribute", .ourAnswer, "a=rtcp:30002", "a=rtcp:30003"),
        Case("rtcp-mux", .ourOffer, "a=rtcp-mux\r\n", "", at: 0),
        Case("rtcp-mux-sdes", .ourSDES, "a=rtcp-mux\r\n", "", at: 0),
        Case("bundle", .ourOffer, "a=group:BUNDLE 0\r\n", "", at: 0),
        Case("bundle-several", .ourOffer, "a=group:BUNDLE 0\r\n", "a=group:BUNDLE 0\r\na=group:BUNDLE 0\r\n", at: 6),
        Case("bundle-mid", .ourOffer, "a=group:BUNDLE 0", "a=group:BUNDLE audio"),
        Case("mid", .ourOffer, "a=mid:0\r\n", "", at: 0),
        Case("not-sendrecv", .ourOffer, "a=sendrecv", "a=sendonly"),
        Case("pbx-hold", .pbxOffer, "a=sendrecv", "a=sendonly"),
        Case("several-directions", .ourOffer, "a=sendrecv", "a=inactive\r\na=sendrecv", at: 16),
        Case("bandwidth", .ourOffer, "t=0 0", "b=AS:40\r\nt=0 0"),
        Case("capability-negotiation", .pbxOffer, "a=sendrecv", "a=tcap:1 RTP/SAVP\r\na=sendrecv"),
    ]

    private static let ice = [
        Case("ice-missing", .ourOffer, "a=ice-ufrag:4g1cAbcd\r\na=ice-pwd:qY/Bb+jQzg5ICn6X4fhJQetk\r\n", "", at: 0),
        Case("ice-credentials", .ourOffer, "a=ice-ufrag:4g1cAbcd", "a=ice-ufrag:4g1"),
        Case("ice-lite", .ourOffer, "t=0 0", "t=0 0\r\na=ice-lite", at: 6),
        Case("ice-full", .metaOffer, "a=ice-lite\r\n", "", at: 0),
        Case("ice-with-sdes", .ourSDES, "a=ssrc", "a=ice-ufrag:4g1cAbcd\r\na=ice-pwd:qY/Bb+jQzg5ICn6X4fhJQetk\r\na=ssrc"),
        Case("ice-mismatch", .metaOffer, "a=sendrecv", "a=ice-mismatch\r\na=sendrecv"),
        Case("candidate-malformed", .ourOffer, "a=ssrc", "a=candidate:1 1 udp 2130706175 a7.local 30002 typ host\r\na=ssrc"),
        Case("candidate-usable", .metaOffer, metaCandidates, "", at: 0),
        Case("candidate-none", .ourOffer, "a=candidate:1 1 udp 2130706175 203.0.113.9 30002 typ host\r\n", "", at: 0),
        Case("candidate-unused", .ourOffer, "a=ssrc", "a=candidate:2 2 udp 2130706174 203.0.113.9 30003 typ host\r\na=ssrc"),
        Case("candidate-ufrag", .ourOffer, "30002 typ host", "30002 typ host generation 0 ufrag other"),
        Case("candidate-count", .ourOffer, "a=ssrc", candidates(32) + "a=ssrc", at: 54),
        Case("default-candidate", .ourOffer, "c=IN IP4 203.0.113.9", "c=IN IP4 203.0.113.10"),
        Case("private-candidate", .ourOffer, "a=ssrc", "a=candidate:2 1 udp 2130706174 192.168.3.4 30002 typ host\r\na=ssrc"),
        Case("trickle", .ourOffer, "a=ssrc", "a=ice-options:trickle\r\na=ssrc"),
    ]

    private static let metaCandidates = """
        a=candidate:1775469887 1 udp 2122260223 57.144.135.35 3480 typ host generation 0 network-cost 50\r
        a=candidate:3355715111 1 udp 2122262783 2a03:2880:f343:131:face:b00c:0:699c 3480 typ host generation 0 network-cost 50\r

        """

    private static func candidates(_ count: Int) -> String {
        (0..<count).map { "a=candidate:1 1 udp \(2_130_706_000 - $0) 203.0.113.\($0 + 20) 30002 typ host\r\n" }.joined()
    }

    private static let keys = [
        Case("fingerprint-missing", .metaOffer, "a=fingerprint:", "a=x-fingerprint:", at: 0),
        Case("fingerprint-malformed", .ourOffer, "a=fingerprint:sha-256 35:47:", "a=fingerprint:sha-256 35:"),
        Case(
            "fingerprint-weak", .ourOffer,
            "sha-256 35:47:24:24:9F:93:C4:3E:DB:37:7F:BB:ED:F8:20:B5:AD:AC:DC:35:C2:7D:67:EE:6C:35:54:DF:A6:00:5C:4A",
            "sha-1 35:47:24:24:9F:93:C4:3E:DB:37:7F:BB:ED:F8:20:B5:AD:AC:DC:35"),
        Case("setup-missing", .ourOffer, "a=setup:actpass\r\n", "", at: 0),
        Case("setup-offer", .ourOffer, "a=setup:actpass", "a=setup:active"),
        Case("setup-answer", .ourAnswer, "a=setup:active", "a=setup:holdconn"),
        Case("setup-passive", .ourAnswer, "a=setup:active", "a=setup:passive"),
        Case("dtls-and-sdes", .ourOffer, "a=ssrc", "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:\(ValidationSample.key)\r\na=ssrc"),
        Case("crypto-missing", .pbxSDES, "a=crypto:", "a=x-crypto:", at: 0),
        Case("crypto-unusable", .pbxSDES, "AES_CM_128_HMAC_SHA1_80", "F8_128_HMAC_SHA1_80"),
        Case("crypto-suite", .ourSDES, "AES_CM_128_HMAC_SHA1_80", "AES_CM_128_HMAC_SHA1_32"),
        Case("crypto-malformed", .ourSDES, "a=ssrc", "a=crypto:2 AES_CM_128_HMAC_SHA1_80 \(ValidationSample.key)\r\na=ssrc"),
        Case("crypto-key-length", .ourSDES, "inline:rWVT", "inline:", also: ["crypto-unusable"]),
        Case("crypto-parameter", .ourSDES, "a=ssrc",
             "a=crypto:2 AES_CM_128_HMAC_SHA1_80 inline:\(ValidationSample.key)|2^20|1:4\r\na=ssrc"),
        Case("crypto-lifetime", .ourSDES, ValidationSample.key, ValidationSample.key + "|2^31"),
        Case("crypto-tag", .ourSDES, "a=ssrc", "a=crypto:1 AES_CM_128_HMAC_SHA1_32 inline:\(ValidationSample.key)\r\na=ssrc"),
        Case("crypto-one", .ourSDESAnswer, "a=ssrc", "a=crypto:2 AES_CM_128_HMAC_SHA1_80 inline:\(ValidationSample.key)\r\na=ssrc",
             also: ["answer-crypto"]),
        Case("crypto-on-plain", .pbxSDES, "RTP/SAVP", "RTP/AVP", at: 11),
    ]

    private static let codecs = [
        Case("codec-missing", .pbxOffer, "0 8 101\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000",
             "18 101\r\na=rtpmap:18 G729/8000", also: ["codec-unused"]),
        Case("opus-missing", .ourOffer, "111 126\r\na=mid:0\r\na=rtpmap:111 opus/48000/2\r\n\(ValidationSample.opusLine)",
             "0 126\r\na=mid:0"),
        Case("opus-48000-2", .ourOffer, "opus/48000/2", "opus/48000"),
        Case("opus-only-one", .ourAnswer, "111 126\r\n", "111 0 126\r\n", also: ["codec-unoffered"]),
        Case("opus-bitrate", .ourOffer, "maxaveragebitrate=20000", "maxaveragebitrate=20"),
        Case("opus-playback-rate", .ourOffer, "maxplaybackrate=16000", "maxplaybackrate=96000"),
        Case("opus-minptime", .ourOffer, "minptime=20", "minptime=40"),
        Case("opus-fec", .ourOffer, "useinbandfec=1", "useinbandfec=0"),
        Case("opus-stereo", .ourOffer, "useinbandfec=1", "useinbandfec=1;stereo=1"),
        Case("payload-type-malformed", .ourOffer, "111 126\r\n", "111 126 x\r\n"),
        Case("payload-type-twice", .ourOffer, "111 126\r\n", "111 126 111\r\n"),
        Case("payload-type-rtcp", .metaOffer, "111 126\r\n", "111 126 72\r\n", also: ["rtpmap-missing"]),
        Case("payload-type-static", .ourOffer, "111 126\r\n", "111 126 8\r\na=rtpmap:8 PCMU/8000\r\n", at: 8),
        Case("payload-type-unlisted", .ourOffer, "a=ptime:20", "a=fmtp:110 x=1\r\na=ptime:20"),
        Case("rtpmap-missing", .ourOffer, "111 126\r\n", "111 126 96\r\n"),
        Case("rtpmap-malformed", .ourOffer, "a=ptime:20", "a=rtpmap:126\r\na=ptime:20"),
        Case("rtpmap-twice", .ourOffer, "a=ptime:20", "a=rtpmap:126 telephone-event/8000\r\na=ptime:20"),
        Case("codec-unused", .pbxOffer, "0 8 101", "0 8 9 101"),
        Case("g711", .metaOffer, "111 126\r\n", "111 126 0\r\n"),
    ]

    private static let audio = [
        Case("ptime-missing", .ourOffer, "a=ptime:20\r\n", "", at: 0),
        Case("ptime-20", .pbxOffer, "a=ptime:20", "a=ptime:30"),
        Case("maxptime-20", .ourOffer, "a=maxptime:20", "a=maxptime:140"),
        Case("ptime-malformed", .ourOffer, "a=ptime:20", "a=ptime:x"),
        Case("dtmf-missing", .ourOffer, "111 126\r\n", "111\r\n", also: ["payload-type-unlisted"], at: 0),
        Case("no-dtmf", .pbxOffer, "0 8 101", "0 8", also: ["payload-type-unlisted"], at: 0),
        Case("dtmf-8000", .metaOffer, "telephone-event/8000", "telephone-event/48000"),
        Case("dtmf-payload-type", .pbxOffer, "0 8 101\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:101",
             "0 8 35\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:35", also: ["payload-type-unlisted"], at: 9),
        Case("dtmf-events", .pbxOffer, "a=fmtp:101 0-16", "a=fmtp:101 0-9"),
        Case("one-ssrc", .metaOffer, "a=ssrc:849255537", "a=ssrc:4 cname:a\r\na=ssrc:849255537", at: 28),
        Case("ssrc-missing", .ourOffer, "a=ssrc:", "a=x-ssrc:", at: 0),
        Case("ssrc-cname", .ourOffer, "cname:", "label:"),
        Case("ssrc-malformed", .ourOffer, "a=ssrc:330833028", "a=ssrc:4294967296"),
        Case("ssrc-group", .ourOffer, "a=ssrc:", "a=ssrc-group:FID 1 2\r\na=ssrc:"),
        Case("extmap", .ourOffer, "a=ssrc:", "a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level\r\na=ssrc:"),
        Case("transport-cc", .ourOffer, "a=ssrc:", "a=rtcp-fb:111 transport-cc\r\na=ssrc:"),
        Case("feedback", .ourOffer, "a=ssrc:", "a=rtcp-fb:111 nack\r\na=ssrc:"),
    ]

    private static let answers = [
        Case("section-count", .ourAnswer, "EDc1JutBl8rwHQc2\r\n", "EDc1JutBl8rwHQc2\r\nm=audio 0 RTP/SAVP 0\r\n",
             also: ["rejected-section"], at: 0),
        Case("section-kind", .ourAnswer, "m=audio", "m=video 0 RTP/SAVP 96\r\nm=audio", also: ["rejected-section", "section-count"]),
        Case("section-protocol", .ourSDESAnswer, "RTP/SAVP", "RTP/SAVPF", also: ["sdes-protocol"]),
        offer("answer-keying", .ourSDESAnswer, "RTP/SAVP", "UDP/TLS/RTP/SAVPF", at: 6),
        offer("answer-bundle", .ourAnswer, "BUNDLE audio", "BUNDLE 0", at: 6),
        offer("answer-mid", .ourAnswer, "a=mid:audio", "a=mid:0", at: 8),
        offer("answer-mux", .ourAnswer, "a=rtcp-mux", "a=x-mux", at: 17),
        offer("answer-direction", .ourAnswer, "a=sendrecv", "a=sendonly", at: 15),
        offer("answer-setup", .ourAnswer, "a=setup:actpass", "a=setup:active", at: 19),
        Case("answer-crypto", .ourSDESAnswer, "a=crypto:1", "a=crypto:2"),
        Case("codec-unoffered", .ourAnswer, "111 126\r\n", "111 126 13\r\n"),
        offer("payload-type-changed", .ourAnswer, "126", "96", at: 11),
        Case("secrets-copied", .ourSDESAnswer, ValidationSample.key, "IlrNP8tyhVVFwrOb2C+bn9fO79f28PQwYW35vDbn"),
        Case("ssrc-copied", .ourAnswer, "a=ssrc:330833028", "a=ssrc:849255537"),
    ]
}
