import MediaCore
import Negotiation
import SDP
import Testing

/// Which codecs the answerer is offered, by the `codec` options.
@Suite struct CodecOfferTests {
    static let chrome = sdp(
        "111 63 9 0 8 110 126", "rtpmap:111 opus/48000/2", "rtpmap:63 red/48000/2", "fmtp:63 111/111", "rtpmap:9 G722/8000",
        "rtpmap:110 telephone-event/48000", "rtpmap:126 telephone-event/8000")
    static let phone = sdp("0 8 101", "rtpmap:0 PCMU/8000", "rtpmap:8 PCMA/8000", "rtpmap:101 telephone-event/8000")

    private func offered(_ text: String, _ flags: String) throws -> [String] {
        var conversation = try Conversation()
        return try conversation.offer(text, flags).audio.rtpMaps.map(\.description)
    }

    @Test func withoutOptionsEverythingGoesOnInItsPlace() throws {
        let maps = try offered(Self.chrome, "")
        #expect(maps == ["111 opus/48000/2", "63 red/48000/2", "9 G722/8000", "0 PCMU/8000", "8 PCMA/8000",
            "110 telephone-event/48000", "126 telephone-event/8000"])
    }

    @Test func stripTakesByNameByNumberAndAll() throws {
        #expect(try offered(Self.phone, "codec-strip-PCMU") == ["8 PCMA/8000", "101 telephone-event/8000"])
        #expect(try offered(Self.phone, "codec-strip-8") == ["0 PCMU/8000", "101 telephone-event/8000"])
        #expect(try offered(Self.phone, "codec-strip-all codec-except-PCMA") == ["8 PCMA/8000"])
        #expect(try offered(Self.phone, "codec-strip-PCMU/16000").count == 3)
    }

    @Test func offerSetsTheOrder() throws {
        #expect(try offered(Self.phone, "codec-offer-PCMA") == ["8 PCMA/8000", "0 PCMU/8000", "101 telephone-event/8000"])
        #expect(try offered(Self.phone, "codec-strip-all codec=[offer=[PCMA PCMU telephone-event]]").first == "8 PCMA/8000")
    }

    @Test func maskHidesAndTranscodeAdds() throws {
        let added = ["96 opus/48000/2"]
        #expect(try offered(Self.phone, "codec-mask-all transcode-opus") == ["96 opus/48000/2", "101 telephone-event/8000"])
        #expect(try offered(Self.phone, "codec-mask-all transcode-opus transcode-telephone-event") == ["96 opus/48000/2",
            "101 telephone-event/8000"])
        #expect(try offered(Self.phone, "codec-mask-PCMA transcode-opus") == ["0 PCMU/8000"] + added + ["101 telephone-event/8000"])
        #expect(try offered(Self.phone, "codec-mask-PCMU codec-mask-telephone-event transcode-opus") == ["8 PCMA/8000", "96 opus/48000/2"])
        #expect(try offered(Self.phone, "codec-consume-PCMA transcode-opus") == ["0 PCMU/8000"] + added + ["101 telephone-event/8000"])
    }

    @Test func transcodeBringsBackWhatAllTookAway() throws {
        #expect(try offered(Self.phone, "codec-strip-all transcode-PCMA transcode-telephone-event") == ["8 PCMA/8000",
            "101 telephone-event/8000"])
        #expect(try offered(Self.phone, "codec-strip-all transcode-opus") == ["96 opus/48000/2"])
    }

    @Test func opusIsAlwaysTwoChannelsAndOneClock() throws {
        #expect(try offered(Self.phone, "codec-strip-all codec-transcode=opus/48000/1/32000") == ["96 opus/48000/2"])
        var conversation = try Conversation()
        let result = try conversation.offer(Self.phone, "codec-strip-all codec-transcode=opus/48000/1/32000")
        #expect(result.audio.formatParameters(of: 96)?.contains("maxaveragebitrate=32000") == true)
    }

    @Test func addedCodecsAvoidPayloadTypesInUse() throws {
        let busy = sdp("111 126", "rtpmap:111 AMR/8000", "rtpmap:126 telephone-event/8000")
        #expect(try offered(busy, "transcode-opus") == ["111 AMR/8000", "96 opus/48000/2", "126 telephone-event/8000"])
    }

    /// Those at 8000, which every peer understands and Meta alone; they are carried from clock to clock. One of ours is at 8000 too.
    @Test func telephoneEventsGoOnBesideAnyAudio() throws {
        let only48 = sdp("111 110", "rtpmap:111 opus/48000/2", "rtpmap:110 telephone-event/48000")
        #expect(try offered(only48, "codec-mask-opus transcode-PCMU") == ["0 PCMU/8000", "96 telephone-event/8000"])
        #expect(try offered(only48, "codec-mask-all transcode-PCMU") == ["0 PCMU/8000", "96 telephone-event/8000"])
        #expect(try offered(only48, "") == ["111 opus/48000/2", "110 telephone-event/48000"])
        #expect(try offered(sdp("0", "rtpmap:0 PCMU/8000"),
            "codec-mask-PCMU transcode-opus transcode-telephone-event") == ["96 opus/48000/2", "97 telephone-event/8000"])
    }

    @Test func comfortNoiseGoesOnOnlyBesideItsOwnCodec() throws {
        let noisy = sdp("0 13 101", "rtpmap:101 telephone-event/8000")
        #expect(try offered(noisy, "") == ["0 PCMU/8000", "13 CN/8000", "101 telephone-event/8000"])
        #expect(try offered(noisy, "codec-mask-PCMU transcode-opus") == ["96 opus/48000/2", "101 telephone-event/8000"])
    }

    @Test func whatWeCannotConvertToIsRemarkedAndLeftOut() throws {
        var conversation = try Conversation()
        let result = try conversation.offer(Self.phone, "transcode-G729")
        #expect(result.remarks == ["cannot convert to codec G729"])
        #expect(result.audio.formats == ["0", "8", "101"])
    }

    @Test func partsOfACodecThatNothingHeedsAreRemarked() throws {
        var conversation = try Conversation()
        #expect(try conversation.offer(Self.phone, "transcode-opus/48000/2/32000").remarks.isEmpty)
        let result = try conversation.offer(Self.phone, "transcode-opus/48000/2////complexity--5:application--audio codec-mask-PCMU/8000/1//40")
        #expect(result.remarks == ["not all encoder options of codec opus are supported"])
    }

    @Test func ignoredCodecsWereNeverOffered() throws {
        var conversation = try Conversation()
        let result = try conversation.offer(Self.phone, "codec=[ignore=[PCMU]]")
        #expect(result.audio.formats == ["8", "101"])
        #expect(result.plan.media[0].receivePayloads.map(\.payloadType) == [8, 101])
    }
}
