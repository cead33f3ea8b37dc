import MediaCore
import Negotiation
import SDP
import Testing

/// G.722 and L16, and telephone-event at several clocks, through offer and answer.
@Suite struct WidebandCodecTests {
    private func offered(_ text: String, _ flags: String) throws -> [String] {
        var conversation = try Conversation()
        let maps = try conversation.offer(text, flags).audio.rtpMaps.map(\.description)
        return maps.compactMap { $0.split(separator: " ").last.map(String.init) }
    }

    @Test func theyAreConvertedTo() throws {
        #expect(try offered(CodecOfferTests.phone, "codec-mask-all transcode-G722").contains("G722/8000"))
        #expect(try offered(sdp("0"), "codec-mask-all codec-transcode=L16/16000") == ["L16/16000"])
        #expect(try offered(sdp("0"), "codec-mask-all codec-transcode=L16/48000/2") == ["L16/48000/2"])
        var conversation = try Conversation()
        #expect(try conversation.offer(sdp("0"), "codec-transcode=L16/44100").remarks == ["cannot convert to codec L16"])
    }

    @Test(arguments: [("transcode-G722", "9", PayloadFormat.g722, 8000), ("codec-transcode=L16/16000", "118", .l16, 16000)])
    func bothSidesHaveTheirOwn(_ flags: String, _ number: String, _ format: PayloadFormat, _ clockRate: Int) throws {
        var conversation = try Conversation()
        try conversation.offer(CodecAnswerTests.opus, "codec-mask-opus " + flags)
        let answer = try conversation.answer(sdp(number, "rtpmap:118 L16/16000"))
        #expect(answer.codecs(0).first == .opus && answer.codecs(1) == [format])
        #expect(answer.plan.media[1].sendPayloads[0].clockRate == clockRate)
    }

    @Test func theOfferersG722IsWorthConvertingTo() throws {
        var conversation = try Conversation()
        try conversation.offer(sdp("9"), "transcode-opus")
        let answer = try conversation.answer(sdp("111", "rtpmap:111 opus/48000/2"))
        #expect(answer.codecs(0) == [.g722] && answer.codecs(1) == [.opus] && answer.audio.formats == ["9"])
    }

    /// RFC 4733 section 2.1: each event has the clock of audio that it is pressed beside.
    @Test(arguments: [
        ("111 110", ["111", "110"]), ("0 101", ["0", "101"]), ("111 0 110 101", ["111", "0", "110", "101"]), ("111", ["111"]),
    ])
    func theAnswerHasThoseOfItsAudio(_ answered: String, _ expected: [String]) throws {
        var conversation = try Conversation()
        let attributes = ["rtpmap:111 opus/48000/2", "rtpmap:110 telephone-event/48000", "rtpmap:101 telephone-event/8000"]
        try conversation.offer(sdp("111 0 110 101", attributes[0], attributes[1], attributes[2]))
        let used = attributes.filter { line in answered.split(separator: " ").contains { line.hasPrefix("rtpmap:\($0) ") } }
        let lines = used + Array(repeating: "ptime:20", count: 3 - used.count)
        let answer = try conversation.answer(sdp(answered, lines[0], lines[1], lines[2]))
        #expect(answer.audio.formats == expected)
    }

    /// Numbers stay with their clocks in a later offer, in whatever order that names them.
    @Test func theirNumbersStay() throws {
        var conversation = try Conversation()
        let lines = ("rtpmap:110 telephone-event/48000", "rtpmap:101 telephone-event/8000", "rtpmap:111 opus/48000/2")
        try conversation.offer(sdp("111 0 110 101", lines.0, lines.1, lines.2))
        try conversation.answer(sdp("111 0 110 101", lines.0, lines.1, lines.2))
        let again = try conversation.offer(sdp("111 0 101 110", lines.0, lines.1, lines.2))
        #expect(again.audio.rtpMaps.map(\.description).suffix(2) == ["101 telephone-event/8000", "110 telephone-event/48000"])
    }
}
