import MediaCore
import Negotiation
import SDP
import SRTP
import Testing
import Wire

/// Whatever comes in whatever order after a pre-accept: Meta's answer is one text and its leg one leg.
@Suite struct MetaLegTests {
    private static let opus = "rtpmap:111 opus/48000/2"
    private static let key = "crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz"
    private static let webRTC = ["ice-ufrag:abcd", "ice-pwd:abcdefghijklmnopqrstuv"]

    /// Descriptions of a PBX, of which any may come at any time.
    static let descriptions = [
        sdp("0 101", "rtpmap:101 telephone-event/8000"), sdp("8", port: 7000), sdp("8 0", "sendonly"), sdp("0", "inactive"),
        sdp("0", address: "0.0.0.0"), sdp("111 110", opus, "rtpmap:110 telephone-event/48000", "ptime:60"),
        sdp("96 0", "rtpmap:96 opus/48000/2", "maxptime:150"), sdp("0", key, transport: "RTP/SAVP"),
        sdp("8", key, "rtcp-mux", transport: "RTP/SAVPF", session: webRTC), sdp("0", port: 0),
        sdp("0", KeyingTests.fingerprint, "setup:actpass", "rtcp-mux", transport: "UDP/TLS/RTP/SAVPF", session: webRTC),
        sdp("0", session: ["sendonly"]), sdp("0") + "m=image 7002 udptl t38\r\n", sdp("9 8 0"),
        "v=0\r\no=- 1 1 IN IP4 192.0.2.7\r\ns=-\r\nc=IN IP4 192.0.2.7\r\nt=0 0\r\nm=video 7000 RTP/AVP 97\r\nm=audio 7004 RTP/AVP 8\r\n",
    ]
    private static let words = [
        "", "whatsapp", "RTP/AVP ICE=remove", "RTP/SAVPF rtcp-mux-demux", "replace-origin replace-session-connection", "ptime=40",
        "codec-mask-all transcode-PCMA", "codec-strip-opus codec-transcode-PCMU", "SDES-off DTLS=passive", "media-address=192.0.2.200",
        "codec-mask-all transcode-opus", "trust-address asymmetric", "address-family=IP4", "codec-set-opus/48000/2/16000",
        "rtcp-mux-reject BUNDLE-reject", "symmetric-codecs always-transcode", "reset", "prefer-g711", "no-prefer-g711", "ICE=force",
        "WebRTC",
    ]

    /// What a business call's request says of the answerer, which is Meta.
    private static let aboutMeta: Set = ["reset", "trust-address asymmetric", "media-address=192.0.2.200", "WebRTC"]

    /// What the validator says of our own; the passive end was asked for.
    private static func wrong(_ result: NegotiationResult) -> [SDPFinding] {
        result.findings.filter { $0.origin == .ours && $0.severity > .note && $0.rule != "setup-passive" }
    }

    /// Repeated offers, answers of all branches and `local` offers; an error changes nothing either.
    @Test(arguments: [Samples.metaDTLS, Samples.metaSDES, Samples.metaG711], 0..<12)
    func nothingChangesIt(_ offer: String, _ seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        var conversation = try Conversation()
        let flags = "whatsapp early-answer " + (Self.words.randomElement(using: &random) ?? "")
        let first = try conversation.offer(offer, flags, from: "meta")
        let early = try #require(first.answer)
        #expect(Self.wrong(first).isEmpty)
        let leg = first.plan.media[0]
        var pbx: String?
        var trail = [flags]
        for step in 0..<14 {
            let words = Self.words.randomElement(using: &random) ?? ""
            let index = Int.random(in: 0..<Self.descriptions.count, using: &random)
            let text = Self.descriptions[index]
            let kind = Int.random(in: 0..<4, using: &random)
            trail.append("\(kind) \(index) \(words)")
            let result: NegotiationResult?
            switch (kind, pbx) {
            case (0, _):
                result = try? conversation.offer(offer, "early-answer " + words, from: "meta", to: pbx)
                if let result { #expect(result.answer.map { $0 == early } == true, "\(trail)\n\(early)\n\(result.answer ?? "")") }
            case (1, let tag?), (2, let tag?):
                result = try? conversation.offer(text, "local " + words, from: Bool.random(using: &random) ? tag : "pbx\(step)", to: "meta")
                pbx = result?.dialogue.participants[1].tag ?? pbx
            default:
                result = try? conversation.answer(text, words, from: "meta", to: "pbx\(step % 3)")
                pbx = result?.dialogue.participants[1].tag ?? pbx
                if let result { #expect(result.sdp == early, "\(trail)") }
            }
            guard let result else { continue }
            let wrong = Self.wrong(result)
            #expect(wrong.isEmpty, "\(trail)\n\(wrong)")
            let now = result.plan.media[0]
            #expect(now == leg, "\(trail)\n\(now)\n\(leg)")
            if now != leg { return }
        }
    }

    /// The business calls: repeated offers, further answers, `local` offers, and re-offers that are told to Meta all the same.
    @Test(arguments: [Samples.metaAnswerDTLS, Samples.metaAnswerSDES], 0..<12)
    func norTheOneOfABusinessCall(_ answer: String, _ seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        var conversation = try Conversation()
        let isSDES = answer == Samples.metaAnswerSDES
        let flags = "whatsapp" + (isSDES ? " transport-protocol=RTP/SAVP" : "")
        var trail: [String] = []
        let first = try conversation.offer(Self.descriptions[0], flags, from: "pbx")
        try conversation.answer(answer, from: "pbx", to: "meta")
        let leg = try #require(conversation.last?.plan.media[1])
        for _ in 0..<14 {
            let words = Self.words.filter { !Self.aboutMeta.contains($0) }.randomElement(using: &random) ?? ""
            let index = Int.random(in: 0..<Self.descriptions.count, using: &random)
            let kind = Int.random(in: 0..<3, using: &random)
            trail.append("\(kind) \(index) \(words)")
            let result: NegotiationResult?
            switch kind {
            case 0:
                result = try? conversation.offer(Self.descriptions[index], words, from: "pbx", to: "meta")
                if let result, result.plan.media[1].isActive { #expect(result.session.media == first.session.media, "\(trail)") }
                if result == nil { trail.append("refused") }
                _ = try? conversation.answer(answer, words, from: "pbx", to: "meta")
            case 1: result = try? conversation.offer(Self.descriptions[index], "local " + words, from: "pbx", to: "meta")
            default: result = try? conversation.answer(answer, words, from: "pbx", to: "meta")
            }
            guard let result, result.plan.media[1].isActive else { continue }
            let wrong = Self.wrong(result)
            #expect(wrong.isEmpty, "\(trail)\n\(wrong)")
            let now = result.plan.media[1]
            #expect(now == leg, "\(trail)\n\(now)\n\(leg)")
            if now != leg { return }
        }
    }
}
