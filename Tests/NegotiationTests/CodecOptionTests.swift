import MediaCore
import NGProtocol
import Negotiation
import SDP
import Testing

/// The finer points of the `codec` options; the common ones are in `CodecOfferTests` and `CodecAnswerTests`.
@Suite struct CodecOptionTests {
    private static let phone = CodecOfferTests.phone

    private func offered(_ text: String, _ change: (inout CodecOptions) -> Void) throws -> [String] {
        var conversation = try Conversation()
        return try offer(&conversation, text, change).audio.formats
    }

    private func offer(
        _ conversation: inout Conversation, _ text: String, to: String? = nil, _ change: (inout CodecOptions) -> Void
    ) throws -> NegotiationResult {
        var request = NegotiationRequest(sdp: text, fromTag: "alice", toTag: to)
        change(&request.options.codecs)
        return try conversation.send(request, isOffer: true)
    }

    @Test func strippingEverythingStripsNothing() throws {
        #expect(try offered(Self.phone) { $0.strip = ["all"] } == ["0", "8", "101"])
        #expect(try offered(Self.phone) { $0.strip = ["PCMU", "PCMA"] } == ["0", "8", "101"])
        #expect(try offered(Self.phone) { $0.mask = ["all"] } == ["0", "8", "101"])
        #expect(try offered(Self.phone) { $0.strip = ["all"]; $0.except = ["PCMA"] } == ["8"])
    }

    /// A codec of the offer that is named to be converted to is spared by `all`, and by `full` made anew.
    @Test func fullSparesNoCodecThatIsConvertedTo() throws {
        let text = sdp("98 0", "rtpmap:98 opus/48000/2", "fmtp:98 stereo=1")
        for (word, isOwn) in [("all", false), ("full", true)] {
            var conversation = try Conversation()
            let result = try offer(&conversation, text) { $0.mask = [word]; $0.transcode = ["opus"] }
            #expect(result.audio.rtpMaps.map(\.encodingName) == ["opus"])
            let type = try #require(result.audio.rtpMaps.first?.payloadType)
            #expect((type != 98) == isOwn && (result.audio.formatParameters(of: type) != "stereo=1") == isOwn)
        }
    }

    @Test func consumeAndAcceptAnswerWithTheirFirst() throws {
        for (list, answer, wanted) in [(["PCMA"], "0", "8"), (["PCMU"], "8", "0"), (["all"], "8", "0"), (["PCMA"], "8 0", "8")] {
            var conversation = try Conversation()
            _ = try offer(&conversation, Self.phone) { $0.accept = list }
            #expect(try conversation.answer(sdp(answer)).audio.formats == [wanted], "accept \(list), \(answer)")
        }
        var conversation = try Conversation()
        #expect(try offer(&conversation, Self.phone) { $0.consume = ["PCMA"] }.audio.formats == ["0", "101"])
        let answer = try conversation.answer(sdp("0"))
        #expect(answer.audio.formats == ["8"] && answer.plan.media.map { $0.sendPayloads.first?.format } == [.pcma, .pcmu])
    }

    @Test func packetLengthAndEffortOfAnEntryReachTheEncoder() throws {
        var conversation = try Conversation()
        let result = try offer(&conversation, Self.phone) {
            $0.mask = ["all"]
            $0.transcode = ["opus/48000/2/32000/40//complexity=5 vbr=0"]
        }
        #expect(result.remarks.isEmpty && result.audio.packetTime == 40)
        let answer = try conversation.answer(sdp("111", "rtpmap:111 opus/48000/2"))
        let leg = answer.plan.media[1]
        #expect(leg.packetTime == 40 && leg.sendPayloads[0].opus.complexity == 5 && leg.sendPayloads[0].opus.constantBitrate)
        #expect(answer.plan.media[0].packetTime == 20)
    }

    @Test func theOptionPtimeStandsAboveThatOfAnEntry() throws {
        var conversation = try Conversation()
        var request = NegotiationRequest(sdp: Self.phone, fromTag: "alice")
        request.options.codecs.mask = ["all"]
        request.options.codecs.transcode = ["opus/48000/2//40"]
        request.options.packetTime = 60
        #expect(try conversation.send(request, isOffer: true).audio.packetTime == 60)
    }

    @Test func setIsForTheOfferersEncoder() throws {
        var conversation = try Conversation()
        _ = try offer(&conversation, CodecAnswerTests.opus) {
            $0.mask = ["opus"]
            $0.transcode = ["PCMU"]
            $0.set = ["opus/48000/2/16000/60//compression_level=3"]
        }
        let answer = try conversation.answer(sdp("0"))
        let leg = answer.plan.media[0]
        #expect(leg.packetTime == 60 && leg.sendPayloads[0].opus.complexity == 3 && answer.audio.packetTime == 60)
        #expect(leg.sendPayloads[0].opus.maxAverageBitrate == 16000)
    }

    @Test(arguments: [
        ("opus/48000/2////application=audio", 1), ("opus/48000/2////complexity=11", 1), ("opus/48000/2////packet_loss=5:vbr=x", 1),
        ("opus/48000/2////complexity=0,vbr=1", 0), ("opus/48000/2//5000//", 0), ("opus/48000/2////", 0),
    ]) func unknownEncoderOptionsAreRemarked(_ entry: String, _ count: Int) throws {
        var conversation = try Conversation()
        #expect(try offer(&conversation, Self.phone) { $0.transcode = [entry] }.remarks.count == count)
    }

    @Test func staticAndReusedCodecs() throws {
        for (change, first) in [
            ({ $0.areStatic = true }, ["8", "101"]), ({ $0.reuses = true }, ["8", "0", "101"]), ({ _ in }, ["0", "8", "101"]),
        ] as [((inout CodecOptions) -> Void, [String])] {
            var conversation = try Conversation()
            _ = try offer(&conversation, Self.phone) { $0.strip = ["PCMU"] }
            try conversation.answer(sdp("8 101", "rtpmap:101 telephone-event/8000"))
            let again = try offer(&conversation, Self.phone, to: "bob") { options in
                change(&options)
                options.except = ["none"]
            }
            #expect(again.audio.formats == first)
        }
    }

    /// G.722 and L16 are passed on as what they are; the clock of the first is 8000, whatever it samples at.
    @Test func otherCodecsPassUnderTheirNumbers() throws {
        let text = sdp("9 118 11", "rtpmap:118 L16/16000")
        var conversation = try Conversation()
        #expect(try conversation.offer(text).audio.rtpMaps.map(\.description) == ["9 G722/8000", "118 L16/16000", "11 L16/44100"])
        let answer = try conversation.answer(sdp("96", "rtpmap:96 L16/16000"))
        #expect(answer.audio.formats == ["118"] && answer.plan.media[1].sendPayloads.map(\.payloadType) == [96])
    }

    @Test func aPeerMayNumberTheFormatsAnew() throws {
        var conversation = try Conversation()
        try conversation.offer(CodecAnswerTests.opus)
        let answer = try conversation.answer(sdp("96 97", "rtpmap:96 telephone-event/8000", "rtpmap:97 opus/48000/2"))
        #expect(answer.audio.formats == ["126", "111"])
        let sent = answer.plan.media[1].sendPayloads
        #expect(sent.first { $0.format == .opus }?.payloadType == 97 && sent.first { $0.format == .telephoneEvent }?.payloadType == 96)
    }

    @Test(arguments: ["SHA-1", "SHA-224", "SHA-256", "SHA-384", "SHA-512"]) func theFingerprintsHashIsTheOptions(_ name: String) throws {
        var conversation = try Conversation()
        let result = try conversation.offer(sdp("0"), "transport-protocol=UDP/TLS/RTP/SAVP DTLS-fingerprint=\(name)")
        #expect(result.audio.attribute("fingerprint")?.hasPrefix(name.lowercased() + " ") == true && !result.audio.hasAttribute("tls-id"))
    }
}
