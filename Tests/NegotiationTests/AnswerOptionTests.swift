import MediaCore
import NGProtocol
import Negotiation
import SDP
import Testing
import Wire

/// What the options of an answer change toward the offerer.
@Suite struct AnswerOptionTests {
    /// The second name of `direction` is where the offerer is; the same one changes nothing.
    @Test func directionMovesTheOfferersPorts() throws {
        var conversation = try Conversation()
        let offered = try conversation.offer(sdp("0"))
        let former = try #require(offered.plan.media[0].transport.rtpSockets.first?.slot)
        let answer = try conversation.answer(sdp("0"), "direction=external direction=internal")
        #expect(answer.removedSlots.contains(former))
        #expect(answer.plan.media[0].transport.rtpSockets.first.map { $0.slot != former } == true)
        #expect(answer.audio.port == answer.plan.media[0].transport.rtpSockets.first?.advertised.port)
        let again = try conversation.answer(sdp("0"), "direction=external direction=internal")
        #expect(again.removedSlots.isEmpty && again.audio.port == answer.audio.port)
    }

    @Test(arguments: [
        ("transport-protocol=RTP/AVPF", "RTP/AVP", "RTP/AVPF"), ("transport-protocol=accept", "RTP/AVPF", "RTP/AVPF"),
        ("", "RTP/AVPF", "RTP/AVP"),
        // Keys are what the offer made them.
        ("transport-protocol=RTP/SAVP", "RTP/AVP", "RTP/AVP"), ("transport-protocol=UDP/TLS/RTP/SAVPF", "RTP/AVP", "RTP/AVP"),
    ])
    func theProfileIsTold(_ flags: String, _ answered: String, _ wanted: String) throws {
        var conversation = try Conversation()
        try conversation.offer(sdp("0"))
        #expect(try conversation.answer(sdp("0", transport: answered), flags).audio.transport == wanted)
    }

    @Test func aSourceThatIsNotNamedIsAnError() throws {
        var conversation = try Conversation()
        #expect(throws: NegotiationError.self) { try conversation.offer(sdp("0"), "SIP-source-address") }
        try conversation.offer(sdp("0"), "SIP-source-address received-from=198.51.100.9")
        #expect(throws: NegotiationError.self) { try conversation.answer(sdp("0"), "SIP-source-address") }
    }

    /// A refusal has the answer's formats; what `strip` takes, it takes of events too.
    @Test func formatsAreThoseOfTheAnswer() throws {
        var conversation = try Conversation()
        try conversation.offer(CodecOfferTests.phone)
        #expect(try conversation.answer(sdp("8 101", port: 0)).audio.formats == ["8", "101"])
        let events = sdp("101 8 0", "rtpmap:101 telephone-event/8000")
        #expect(try conversation.answer(events).audio.formats == ["101", "8", "0"])
        #expect(try conversation.answer(events, "codec-strip-all codec-except-PCMA").audio.formats == ["8"])
    }

    /// Beside audio that passes, events at the answerer's clock; beside audio that is converted, at the clock of the offerer's.
    @Test func eventsFollowTheAudio() throws {
        let wide = sdp(
            "96 101 100", "rtpmap:96 opus/48000/2", "rtpmap:101 telephone-event/48000", "rtpmap:100 telephone-event/8000")
        var conversation = try Conversation()
        #expect(try conversation.offer(wide).audio.formats == ["96", "101", "100"])
        let same = sdp("96 100", "rtpmap:96 opus/48000/2", "rtpmap:100 telephone-event/8000")
        #expect(try conversation.answer(same).audio.formats == ["96", "100"])
        var other = try Conversation()
        #expect(try other.offer(wide, "codec-mask-opus transcode-PCMU").audio.formats == ["0", "100"])
        #expect(try other.answer(sdp("0 100", "rtpmap:100 telephone-event/8000")).audio.formats == ["96", "101"])
    }
}
