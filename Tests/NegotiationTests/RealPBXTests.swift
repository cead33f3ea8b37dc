import MediaCore
import Negotiation
import SDP
import SRTP
import Testing

/// One flag and descriptions as PBXs write them: SDES with feedback and ICE, long packets, suites that we do not have.
@Suite struct RealPBXTests {
    private static let asterisk = lines("""
        v=0
        o=- 1424337420 1424337420 IN IP4 198.51.100.10
        s=Asterisk
        c=IN IP4 198.51.100.10
        t=0 0
        m=audio 15306 RTP/SAVPF 107 0 8 101
        a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz
        a=ice-ufrag:2b5c4b9f3c7a6d3d1b0a9f0b1f3f3d3a
        a=ice-pwd:70bcd4d54f6d0ea017b40a4532a3a4cd
        a=candidate:Hac1f050a 1 UDP 2130706431 198.51.100.10 15306 typ host
        a=rtpmap:107 opus/48000/2
        a=fmtp:107 useinbandfec=1
        a=rtpmap:0 PCMU/8000
        a=rtpmap:8 PCMA/8000
        a=rtpmap:101 telephone-event/8000
        a=fmtp:101 0-16
        a=ptime:20
        a=maxptime:150
        a=sendrecv
        a=rtcp-mux

        """)
    private static let freeSWITCH = lines("""
        v=0
        o=FreeSWITCH 1700000000 1700000001 IN IP4 198.51.100.20
        s=FreeSWITCH
        c=IN IP4 198.51.100.20
        t=0 0
        m=audio 24058 RTP/SAVP 116 0 8 101 13
        a=rtpmap:116 opus/48000/2
        a=fmtp:116 useinbandfec=1; maxaveragebitrate=30000; maxplaybackrate=48000; ptime=20; minptime=10; maxptime=40
        a=rtpmap:0 PCMU/8000
        a=rtpmap:8 PCMA/8000
        a=rtpmap:101 telephone-event/8000
        a=fmtp:101 0-15
        a=rtpmap:13 CN/8000
        a=rtcp-mux
        a=rtcp:24058 IN IP4 198.51.100.20
        a=crypto:1 AEAD_AES_256_GCM_8 inline:MTtNhRMXGiOUPwH/sVXLKWTO0pRHtfbxOAqWM7LYBbBTzCQbWnxtLxYBnLg=
        a=crypto:2 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz
        a=ptime:20

        """)

    private static func lines(_ text: String) -> String { text.replacing("\n", with: "\r\n") }

    @Test(arguments: [asterisk, freeSWITCH], ["", "ICE=remove rtcp-mux-demux replace-origin replace-session-connection ptime=30 SDES-off"])
    func theBusinessCalls(_ pbx: String, _ words: String) throws {
        for (flag, answer) in [("whatsapp", Samples.metaAnswerDTLS), ("whatsapp RTP/SAVP", Samples.metaAnswerSDES)] {
            var conversation = try Conversation()
            let offer = try conversation.offer(pbx, flag + " " + words)
            try expectMetas(offer.sdp, isDTLS: answer == Samples.metaAnswerDTLS)
            expectNothing(offer, of: [.pbx, .ours])
            let result = try conversation.answer(answer, words)
            let asked = try #require(try SessionDescription(parsing: pbx).media.first)
            #expect(result.audio.transport == asked.transport && result.audio.attributes("crypto").count == 1)
            #expect(result.audio.formats == [asked.formats[0], "101"] && result.codecs(0) == [.opus, .telephoneEvent])
            #expect(result.audio.packetTime == 20 && result.audio.maximumPacketTime == 20)
        }
    }

    @Test(arguments: [asterisk, freeSWITCH]) func theUserCalls(_ pbx: String) throws {
        for meta in [Samples.metaDTLS, Samples.metaSDES] {
            var conversation = try Conversation()
            let flags = "whatsapp RTP/SAVPF ICE=remove DTLS=off SDES-off rtcp-mux-demux codec-mask-opus codec-transcode-PCMA"
            let offer = try conversation.offer(meta, flags)
            #expect(offer.audio.transport == "RTP/SAVPF" && !offer.audio.offersRTCPMux && offer.audio.candidates.isEmpty)
            expectNothing(offer, of: [.meta])
            let suite = offer.audio.attribute("crypto")?.prefix(1) ?? ""
            let answer = pbx.replacing("m=audio 15306 RTP/SAVPF 107 0 8", with: "m=audio 15306 RTP/SAVPF 8")
                .replacing("crypto:2", with: "crypto:\(suite)")
            let result = try conversation.answer(answer, "transport-protocol=UDP/TLS/RTP/SAVPF ICE=force rtcp-mux-offer ptime-reverse=60")
            try expectMetas(result.sdp, isDTLS: meta == Samples.metaDTLS)
            expectNothing(result, of: [.ours])
            #expect(result.plan.media[0].packetTime == 20)
        }
    }

    private func expectMetas(_ text: String, isDTLS: Bool) throws {
        let description = try SessionDescription(parsing: text)
        let audio = try #require(description.media.first)
        #expect(description.media.count == 1 && audio.transport == (isDTLS ? "UDP/TLS/RTP/SAVPF" : "RTP/SAVP"))
        #expect(audio.candidates.isEmpty != isDTLS && audio.attributes("crypto").count == (isDTLS ? 0 : 1))
        #expect(audio.formats == ["111", "126"] && audio.packetTime == 20 && audio.maximumPacketTime == 20 && audio.offersRTCPMux)
        #expect(audio.attributes("ssrc").count == 1 && description.bundledMIDs == [audio.mid ?? ""])
        #expect(text.split(separator: "\r\n").allSatisfy { !$0.contains("\n") && !$0.contains("extmap") && !$0.contains("transport-cc") })
    }

    /// Nothing above a note.
    private func expectNothing(_ result: NegotiationResult, of origins: Set<SDPFinding.Origin>) {
        let findings = result.findings.filter { origins.contains($0.origin) && $0.severity > .note }
        #expect(findings.isEmpty, "\(findings)")
    }
}
