import NGProtocol
import Negotiation
import SDP
import Testing

/// What proxies really send, beside what rtpengine replied to it: the same shape, but for what it gets wrong.
@Suite struct RecordedCallTests {
    @Test func theRecordingsAreThere() { #expect(RecordedCall.all.count == 12) }

    @Test(arguments: RecordedCall.all) func theOfferHasRtpenginesShape(_ call: RecordedCall) throws {
        var conversation = try Conversation()
        let ours = try conversation.send(call.offer)
        let media = try #require(call.offered.media.first)
        #expect(ours.session.media.count == call.offered.media.count && ours.audio.transport == media.transport)
        #expect(ours.audio.direction == media.direction && ours.audio.offersRTCPMux == media.offersRTCPMux)
        #expect((ours.audio.rtcp?.port == ours.audio.port) == (media.rtcp?.port == media.port))
        #expect((ours.session.connection != nil) == (call.offered.connection != nil))
        #expect(ours.audio.hasAttribute("ice-ufrag") == media.hasAttribute("ice-ufrag"))
        // Under plain RTP too, where the options ask for it (OSRTP).
        #expect(ours.audio.hasAttribute("crypto") == media.hasAttribute("crypto"))
        // Events at 8000 beside those at the clock of Opus: Meta knows no others.
        #expect(Set(names(ours.audio)) == Set(names(media)))
        // rtpengine passes these of the other side on.
        #expect(!ours.audio.hasAttribute("msid") && ours.audio.attributes("ssrc").count <= 1)
    }

    @Test(arguments: RecordedCall.all) func theAnswerHasRtpenginesShape(_ call: RecordedCall) throws {
        var conversation = try Conversation()
        try conversation.send(call.offer)
        // The recorded far end answers DTLS with plain RTP; rtpengine lets that pass.
        if call.name.hasSuffix("to-wa") {
            #expect(throws: NegotiationError.self) { try conversation.send(call.answer) }
            return
        }
        let ours = try conversation.send(call.answer)
        let media = try #require(call.answered.media.first)
        #expect(ours.audio.transport == media.transport && ours.audio.offersRTCPMux == media.offersRTCPMux)
        // rtpengine gives ICE to an offerer that has none, because a proxy says ICE=force in answers.
        let offer = try #require(try SessionDescription(parsing: call.offer["sdp"]?.text ?? "").media.first)
        #expect(ours.audio.hasAttribute("ice-ufrag") == offer.hasAttribute("ice-ufrag"))
        #expect(ours.audio.attribute("setup") == media.attribute("setup"))
        // It also loses telephone-event/8000 beside Opus.
        #expect(names(ours.audio).filter { !$0.hasPrefix("telephone-event") } == names(media).filter { !$0.hasPrefix("telephone-event") })
        #expect(names(ours.audio).contains("telephone-event/8000"))
    }

    /// Encodings in order. rtpengine writes Opus without its two channels where the option does, and makes an event rate of it.
    private func names(_ media: MediaDescription) -> [String] {
        media.rtpMaps.map { map in
            switch map.encodingName {
            case "opus": "opus"
            case "telephone-event": "telephone-event/8000"
            default: "\(map.encodingName)/\(map.clockRate)"
            }
        }
    }
}
