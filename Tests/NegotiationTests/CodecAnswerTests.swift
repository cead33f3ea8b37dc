import MediaCore
import Negotiation
import SDP
import Testing

/// Which codecs the offerer is told, and what may be sent to either side.
@Suite struct CodecAnswerTests {
    private func call(_ offer: String, _ flags: String, _ answer: String, _ back: String = "") throws -> NegotiationResult {
        var conversation = try Conversation()
        try conversation.offer(offer, flags)
        return try conversation.answer(answer, back)
    }

    static let opus = sdp("111 126", "rtpmap:111 opus/48000/2", "rtpmap:126 telephone-event/8000")

    @Test func whatBothSidesHavePassesInTheAnswerersOrder() throws {
        let result = try call(CodecOfferTests.phone, "", sdp("8 0 101", "rtpmap:101 telephone-event/8000"))
        #expect(result.audio.formats == ["8", "0", "101"])
        #expect(result.plan.media.map(\.packetTime) == [nil, nil])
        #expect(result.plan.media[1].sendPayloads.map(\.format) == [.pcma, .pcmu, .telephoneEvent])
    }

    @Test func aConvertedCallGivesTheOffererItsFirstCodecThatWeConvert() throws {
        let offer = sdp("18 8 0 101", "rtpmap:101 telephone-event/8000")
        let result = try call(offer, "codec-strip-all transcode-opus transcode-telephone-event", sdp("111 101",
            "rtpmap:111 opus/48000/2", "rtpmap:101 telephone-event/8000"))
        #expect(result.audio.formats == ["8", "101"])
        #expect(result.plan.media.map(\.packetTime) == [20, 20])
    }

    @Test func theAnswererMayUseNumbersOfItsOwn() throws {
        let result = try call(Self.opus, "", sdp("98 99", "rtpmap:98 opus/48000/2", "rtpmap:99 telephone-event/8000"))
        #expect(result.audio.formats == ["111", "126"])
        let leg = result.plan.media[1]
        #expect(leg.sendPayloads.map(\.payloadType) == [98, 99])
        // By our offer it sends 111 and 126; some peers send by their own answer.
        #expect(leg.receivePayloads.map(\.payloadType) == [111, 126, 98, 99])
    }

    @Test func withoutTelephoneEventOnTheFarSideNoneIsPromised() throws {
        let result = try call(Self.opus, "codec-mask-opus transcode-PCMU", sdp("0"))
        #expect(result.audio.formats == ["111"])
        #expect(!result.plan.media[0].sendPayloads.contains { $0.format == .telephoneEvent })
    }

    @Test func telephoneEventMatchesAtAnyRate() throws {
        let chrome = sdp("111 110 126", "rtpmap:111 opus/48000/2", "rtpmap:110 telephone-event/48000", "rtpmap:126 telephone-event/8000")
        let answer = sdp("111 110", "rtpmap:111 opus/48000/2", "rtpmap:110 telephone-event/48000")
        #expect(try call(chrome, "", answer).audio.formats == ["111", "110"])
    }

    @Test func aPeerLikeMetaGetsOneAudioCodec() throws {
        let offer = sdp("111 0 8 126", "rtpmap:111 opus/48000/2", "rtpmap:126 telephone-event/8000", "maxptime:20")
        #expect(try call(offer, "", sdp("0 111 126", "rtpmap:111 opus/48000/2",
            "rtpmap:126 telephone-event/8000")).audio.formats == ["0", "126"])
    }

    @Test func singleCodecKeepsOne() throws {
        #expect(try call(CodecOfferTests.phone, "single-codec", sdp("8 0")).audio.formats == ["8"])
        #expect(try call(CodecOfferTests.phone, "", sdp("8 0"), "single-codec").audio.formats == ["8"])
    }

    @Test func acceptKeepsTheOfferersCodecThoughItWasRefused() throws {
        let offer = sdp("0 8", "rtpmap:0 PCMU/8000")
        let result = try call(offer, "codec-accept-PCMU", sdp("8"))
        #expect(result.audio.formats == ["0"])
        #expect(result.plan.media[0].sendPayloads.first?.format == .pcmu && result.plan.media[1].sendPayloads.first?.format == .pcma)
        #expect(try call(offer, "always-transcode", sdp("8")).audio.formats == ["0"])
    }

    @Test func stripInTheAnswerNeverTakesTheLastCodec() throws {
        #expect(try call(CodecOfferTests.phone, "", sdp("8 0"), "codec-strip-PCMA").audio.formats == ["0"])
        #expect(try call(CodecOfferTests.phone, "", sdp("8 0"), "codec-strip-all").audio.formats == ["8", "0"])
    }

    @Test func anAnswerWithoutACommonCodecIsRefused() throws {
        #expect(throws: NegotiationError.self) { try call(CodecOfferTests.phone, "", sdp("18")) }
        #expect(throws: NegotiationError.self) { try call(sdp("18"), "transcode-PCMU", sdp("0")) }
    }

    /// The sender of Opus heeds what its receiver wrote, each direction for itself.
    @Test func opusParametersAreThePeersOwn() throws {
        let offer = sdp("111", "rtpmap:111 opus/48000/2", "fmtp:111 maxplaybackrate=16000;maxaveragebitrate=1000000;cbr=1")
        let answer = sdp("111", "rtpmap:111 opus/48000/2",
            "fmtp:111 maxplaybackrate=4000;maxaveragebitrate=1;usedtx=1;useinbandfec=1")
        let plan = try call(offer, "", answer).plan
        #expect(plan.media[0].sendPayloads[0].opus == OpusParameters(maxPlaybackRate: 16000, maxAverageBitrate: 510_000,
            constantBitrate: true))
        #expect(plan.media[1].sendPayloads[0].opus == OpusParameters(maxPlaybackRate: 8000, maxAverageBitrate: 6000,
            useInbandFEC: true, useDTX: true))
    }

    @Test func convertedOpusCarriesOurOwnWishes() throws {
        let offer = sdp("111", "rtpmap:111 opus/48000/2", "fmtp:111 stereo=1")
        let plain = try call(offer, "codec-mask-opus transcode-PCMU", sdp("0"))
        #expect(plain.audio.formatParameters(of: 111)?.hasPrefix("maxaveragebitrate=20000;maxplaybackrate=16000") == true)
        let set = try call(offer, "codec-mask-opus transcode-PCMU codec-set=opus/48000/2/32000", sdp("0"))
        #expect(set.audio.formatParameters(of: 111)?.hasPrefix("maxaveragebitrate=32000;") == true)
    }

    @Test func packetTimesFollowThePeerWithinItsLimit() throws {
        let result = try call(
            sdp("111", "rtpmap:111 opus/48000/2", "ptime:40", "maxptime:30"), "codec-mask-opus transcode-PCMU", sdp("0", "ptime:30"))
        #expect(result.plan.media.map(\.packetTime) == [30, 30])
    }
}
