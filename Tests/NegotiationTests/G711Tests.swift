import MediaCore
import Negotiation
import Testing

/// G.711 from end to end, or what it costs that there is none.
@Suite struct G711Tests {
    @Test(arguments: [("", [PayloadFormat.pcmu]), ("no-prefer-g711", [.opus])])
    func aNumberThatHasItGetsIt(_ flags: String, _ expected: [PayloadFormat]) throws {
        var conversation = try Conversation()
        try conversation.offer(Samples.metaG711, "whatsapp " + flags)
        let answer = try conversation.answer(sdp("0"))
        #expect(answer.codecs(0).filter(\.isAudio) == expected && answer.codecs(1) == [.pcmu])
        #expect(answer.findings.contains { $0.rule == "transcoding" } == (expected == [.opus]))
    }

    @Test func thePBXsChoiceCounts() throws {
        var conversation = try Conversation()
        try conversation.offer(Samples.metaG711, "whatsapp")
        let answer = try conversation.answer(sdp("8"))
        #expect(answer.codecs(0).first == .pcma)
        // An answer needs no Opus where the offer has G.711.
        #expect(answer.findings.allSatisfy { $0.origin != .ours || $0.severity == .note })
    }

    /// Meta answers G.711 that was offered to it though the number does not have it, so it is not offered unasked.
    @Test(arguments: [
        ("", ["opus/48000", "telephone-event/8000"], PayloadFormat.opus),
        ("prefer-g711", ["opus/48000", "PCMU/8000", "PCMA/8000", "telephone-event/8000"], .pcmu),
        ("codec-offer-PCMA", ["opus/48000", "PCMA/8000", "telephone-event/8000"], .pcma),
    ])
    func aBusinessCallOffersItWhenTold(_ flags: String, _ offered: [String], _ sent: PayloadFormat) throws {
        var conversation = try Conversation()
        let offer = try conversation.offer(sdp("0 8"), "whatsapp " + flags)
        #expect(try offer.encodings(offer.sdp) == offered)
        let answer = try conversation.answer(Samples.metaAnswerDTLS)
        #expect(answer.codecs(1).first == sent)
        #expect(answer.codecs(0).first == (sent == .opus ? .pcmu : sent))
    }

    @Test func whatConversionCostsIsSaidOnce() throws {
        var conversation = try Conversation()
        #expect(!(try conversation.offer(Samples.metaDTLS, "whatsapp").findings.contains { $0.rule == "transcoding" }))
        let findings = try conversation.answer(sdp("0")).findings.filter { $0.rule == "transcoding" }
        #expect(findings.count == 1 && findings.allSatisfy { $0.severity == .note && $0.message.contains("27 us to encode") })
        // With Opus on the PBX there is nothing to say.
        var direct = try Conversation()
        try direct.offer(Samples.metaDTLS, "whatsapp codec-offer-opus")
        let opus = sdp("111", "rtpmap:111 opus/48000/2")
        #expect(!(try direct.answer(opus).findings.contains { $0.rule == "transcoding" }))
    }
}
