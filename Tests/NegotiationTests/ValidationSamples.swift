import Foundation
import Negotiation

/// Descriptions that are as they should be; each test of a rule makes one edit.
struct ValidationSample: Sendable {
    var text: String
    var origin: SDPFinding.Origin
    var isOffer: Bool
    var counterpart: String?

    func check() -> [SDPFinding] { SDPValidator.check(text, origin: origin, isOffer: isOffer, counterpart: counterpart) }

    private static let folder = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Fixtures/sdp")

    /// One of Meta's own.
    static func file(_ name: String) -> String {
        (try? String(contentsOf: folder.appendingPathComponent(name + ".sdp"), encoding: .utf8)) ?? ""
    }

    static let metaOffer = ValidationSample(text: file("sip-webrtc-user-initiated-offer"), origin: .meta, isOffer: true)
    static let metaSDES = ValidationSample(text: file("sip-sdes-user-initiated-offer"), origin: .meta, isOffer: true)
    static let ourOffer = ValidationSample(text: crlf(offerLines), origin: .ours, isOffer: true)
    static let ourAnswer = ValidationSample(
        text: crlf(offerLines).replacing("a=setup:actpass", with: "a=setup:active").replacing("BUNDLE 0", with: "BUNDLE audio")
            .replacing("a=mid:0", with: "a=mid:audio"),
        origin: .ours, isOffer: false, counterpart: metaOffer.text)
    static let ourSDES = ValidationSample(text: crlf(sdesLines), origin: .ours, isOffer: true)
    static let ourSDESAnswer = ValidationSample(text: crlf(sdesLines), origin: .ours, isOffer: false, counterpart: metaSDES.text)
    static let pbxOffer = ValidationSample(text: crlf(pbxLines), origin: .pbx, isOffer: true)
    static let pbxSDES = ValidationSample(
        text: pbxOffer.text.replacing("RTP/AVP", with: "RTP/SAVP").replacing(
            "a=ptime:20\r\n", with: "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:\(key)\r\na=ptime:20\r\n"),
        origin: .pbx, isOffer: true)

    static let good = [metaOffer, metaSDES, ourOffer, ourAnswer, ourSDES, ourSDESAnswer, pbxOffer, pbxSDES]

    static let key = "rWVTSQbFW/a14wHKvfb/VJC/Fwa5sbXVKKZ6FRkM"
    static let opusLine =
        "a=fmtp:111 maxaveragebitrate=20000;maxplaybackrate=16000;minptime=20;sprop-maxcapturerate=16000;useinbandfec=1"

    static func crlf(_ text: String) -> String { text.replacing("\n", with: "\r\n") }

    private static let offerLines = """
        v=0
        o=- 1795221225 1 IN IP4 203.0.113.9
        s=-
        c=IN IP4 203.0.113.9
        t=0 0
        a=group:BUNDLE 0
        m=audio 30002 UDP/TLS/RTP/SAVPF 111 126
        a=mid:0
        a=rtpmap:111 opus/48000/2
        \(opusLine)
        a=rtpmap:126 telephone-event/8000
        a=fmtp:126 0-16
        a=ptime:20
        a=maxptime:20
        a=sendrecv
        a=rtcp:30002
        a=rtcp-mux
        a=fingerprint:sha-256 35:47:24:24:9F:93:C4:3E:DB:37:7F:BB:ED:F8:20:B5:AD:AC:DC:35:C2:7D:67:EE:6C:35:54:DF:A6:00:5C:4A
        a=setup:actpass
        a=ice-ufrag:4g1cAbcd
        a=ice-pwd:qY/Bb+jQzg5ICn6X4fhJQetk
        a=candidate:1 1 udp 2130706175 203.0.113.9 30002 typ host
        a=ssrc:330833028 cname:EDc1JutBl8rwHQc2

        """
    private static let sdesLines = """
        v=0
        o=- 1795221225 1 IN IP4 203.0.113.9
        s=-
        t=0 0
        a=group:BUNDLE audio
        m=audio 30000 RTP/SAVP 111 126
        c=IN IP4 203.0.113.9
        a=mid:audio
        a=rtpmap:111 opus/48000/2
        \(opusLine)
        a=rtpmap:126 telephone-event/8000
        a=ptime:20
        a=maxptime:20
        a=sendrecv
        a=rtcp:30000
        a=rtcp-mux
        a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:\(key)
        a=ssrc:330833028 cname:EDc1JutBl8rwHQc2

        """
    private static let pbxLines = """
        v=0
        o=pbx 1795221225 1 IN IP4 192.168.1.20
        s=call
        c=IN IP4 192.168.1.20
        t=0 0
        m=audio 24058 RTP/AVP 0 8 101
        a=rtpmap:0 PCMU/8000
        a=rtpmap:8 PCMA/8000
        a=rtpmap:101 telephone-event/8000
        a=fmtp:101 0-16
        a=ptime:20
        a=sendrecv

        """
}
