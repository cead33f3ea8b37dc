import Fuzzing
import MediaCore
import NGProtocol
import Negotiation
import SDP
import Testing

/// What is done to the finished description beside the media.
@Suite struct TextOptionTests {
    private static let phone = sdp(
        "0 101", "rtpmap:101 telephone-event/8000", "foo:bar baz", "sendrecv", session: ["tool:x 1", "group:LS a"])

    private func offer(_ text: String, _ change: (inout TextOptions) -> Void) throws -> NegotiationResult {
        var options = MediaOptions()
        change(&options.text)
        let request = NegotiationRequest(sdp: text, fromTag: "alice", options: options)
        return try Negotiator.offer(request, dialogue: nil, resources: try FakeResources())
    }

    private func rules(_ section: TextOptions.AttributeRules.Section, add: [String] = [], remove: [String] = [],
                       substitute: [(String, String)] = []) -> TextOptions.AttributeRules {
        var rules = TextOptions.AttributeRules(section)
        rules.add = add
        rules.remove = remove
        rules.substitute = substitute.map { TextOptions.Substitution(from: $0.0, to: $0.1) }
        return rules
    }

    private func edited(_ rules: TextOptions.AttributeRules...) throws -> SessionDescription {
        try offer(Self.phone) { $0.attributes = rules }.session
    }

    @Test func attributesAreAddedOnceAndAtTheirLevel() throws {
        let session = try edited(rules(.session, add: ["one:1", "tool:x 1"]), rules(.media("audio"), add: ["two", "two"]),
                                 rules(.media("video"), add: ["three"]))
        #expect(session.attributes("one") == ["1"] && session.attributes("tool") == ["x 1"])
        #expect(session.media[0].attributes("two").count == 1 && !session.media[0].hasAttribute("one"))
        #expect(!session.description.contains("three"))
    }

    /// By the name, the name with the first word, or all of it; what has a payload type not by its name.
    @Test(arguments: ["foo", "foo:bar", "foo:bar baz", "FOO:BAR BAZ"]) func oneIsFoundByLessThanAllOfIt(pattern: String) throws {
        #expect(try !edited(rules(.media("audio"), remove: [pattern])).media[0].hasAttribute("foo"))
        let substituted = try edited(rules(.media("audio"), substitute: [(pattern, "foo:else")]))
        #expect(substituted.media[0].attributes("foo") == ["else"])
    }

    @Test func othersAreNotFound() throws {
        for pattern in ["fo", "foo:ba", "foo:bar ba", "rtpmap", "baz"] {
            let media = try edited(rules(.media("audio"), remove: [pattern])).media[0]
            #expect(media.hasAttribute("foo") && media.rtpMaps.count == 2, "\(pattern)")
        }
        #expect(try edited(rules(.media("audio"), remove: ["rtpmap:101"])).media[0].rtpMaps.count == 1)
        #expect(try edited(rules(.session, remove: ["foo"])).media[0].hasAttribute("foo"))
    }

    /// Only the text changes: what we send and take is what it was.
    @Test func theMediaKnowsNothingOfIt() throws {
        let rule = rules(.media("audio"), remove: ["sendrecv"], substitute: [("rtpmap:0", "rtpmap:0 PCMA/8000")])
        let result = try offer(Self.phone) { $0.attributes = [rule] }
        #expect(result.audio.rtpMaps.first?.encodingName == "PCMA" && result.audio.direction == nil)
        #expect(result.plan.media[1].receivePayloads.first?.format == .pcmu)
    }

    @Test func aValueIsOneLine() throws {
        let session = try edited(rules(.session, add: ["evil\r\nm=audio 1 RTP/AVP 0", "", "a\u{0}b"], substitute: [("tool", "x\ny")]))
        #expect(session.media.count == 1 && session.attributes("tool") == ["x 1"])
        #expect(!session.description.contains("evil"))
    }

    @Test func aRemovedKindIsLeftOutAndAnsweredWithPortZero() throws {
        let both = Self.phone + "m=video 6000 RTP/AVP 96\r\na=rtpmap:96 VP8/90000\r\nm=x-thing 7000 RTP/AVP 0\r\n"
        for (word, kinds) in [("video", ["audio", "x-thing"]), ("other", ["audio", "video"]), ("VIDEO", ["audio", "x-thing"])] {
            let resources = try FakeResources()
            var options = MediaOptions()
            options.text.removedMedia = [word]
            let request = NegotiationRequest(sdp: both, fromTag: "alice", options: options)
            let offer = try Negotiator.offer(request, dialogue: nil, resources: resources)
            #expect(offer.session.media.map(\.kind) == kinds)
            let reply = NegotiationRequest(sdp: offer.session.description, fromTag: "alice", toTag: "bob")
            let answer = try Negotiator.answer(reply, dialogue: offer.dialogue, resources: resources)
            #expect(answer.session.media.map(\.kind) == ["audio", "video", "x-thing"])
            #expect(answer.session.media.first { !kinds.contains($0.kind) }?.port == 0)
        }
    }

    @Test func headerExtensionsEndAtAudioAndPassWithVideo() throws {
        let both = sdp("0", "extmap:1 urn:a") + "m=video 6000 RTP/AVP 96\r\na=rtpmap:96 VP8/90000\r\na=extmap:3 urn:a\r\n"
            + "a=extmap:4/sendonly urn:b\r\na=rtcp-fb:96 nack\r\na=ssrc:7 cname:x\r\na=rid:1 send\r\na=msid:s t\r\n"
        func extensions(_ change: (inout TextOptions) -> Void) throws -> [[String]] {
            try offer(both, change).session.media.map { $0.attributes("extmap") }
        }
        #expect(try extensions { _ in } == [[], ["3 urn:a", "4/sendonly urn:b"]])
        #expect(try extensions { $0.strippedExtensions = ["urn:a"] } == [[], ["4/sendonly urn:b"]])
        #expect(try extensions { $0.maskedExtensions = ["urn:b"] } == [[], ["3 urn:a"]])
        #expect(try extensions { $0.strippedExtensions = ["all"] } == [[], []])
        let video = try offer(both) { _ in }.session.media[1]
        for name in ["rtcp-fb", "ssrc", "rid", "msid"] { #expect(video.hasAttribute(name), "\(name)") }
    }

    @Test func aMarkedDescriptionIsLeftAlone() throws {
        let resources = try FakeResources()
        var options = MediaOptions()
        options.text.protectsFromLoops = true
        func offer(_ text: String, _ call: Dialogue?) throws -> NegotiationResult {
            try Negotiator.offer(NegotiationRequest(sdp: text, fromTag: "alice", options: options), dialogue: call, resources: resources)
        }
        let first = try offer(sdp("0", session: ["rtpengine:0123456789ab"]), nil)
        // Behind the mark of another one, 12 hexadecimal digits.
        let marks = first.session.attributes("rtpengine")
        #expect(marks.count == 2 && marks[0] == "0123456789ab" && marks[1].utf8.count == 12)
        let slots = resources.leasedSlots
        let again = try offer(first.sdp, first.dialogue)
        #expect(again.sdp == first.sdp && again.plan == first.plan && again.removedSlots.isEmpty)
        // Another call that it comes back in.
        let elsewhere = try offer(first.sdp, nil)
        #expect(elsewhere.sdp == first.sdp && resources.leasedSlots == slots)
        #expect(elsewhere.plan.media.allSatisfy { !$0.isActive })
        options.text.protectsFromLoops = false
        #expect(try offer(first.sdp, nil).audio.port != first.audio.port)
    }

    @Test func lineFeedsAloneWillDo() throws {
        let result = try offer(Self.phone.replacing("\r\n", with: "\n")) { _ in }
        let same = try offer(Self.phone) { _ in }
        #expect(result.sdp.contains("a=foo:bar baz\r\n") && result.sdp == same.sdp)
    }

    @Test func bandwidthPortCountAndConnectionLines() throws {
        let text = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nt=0 0\r\nm=audio 5000/2 RTP/AVP 0\r\n"
            + "c=IN IP4 192.0.2.1\r\nb=AS:64\r\nb=RR:0\r\n"
        let result = try offer(text) { _ in }
        #expect(result.audio.portCount == nil && result.audio.connection?.text == "203.0.113.9" && result.session.connection == nil)
        #expect(result.sdp.contains("b=AS:64\r\nb=RR:0\r\n"))
    }

    /// Any rules on any description: no trap, and the text is still one.
    @Test func editsOfAnythingGiveADescription() throws {
        var mutator = Mutator(
            seed: 0xa77, corpus: ["rtpmap:0 PCMU/8000", "sendrecv", "foo:bar baz", "", ":", "a=b", "candidate:1"].map { Array($0.utf8) },
            alphabet: Array(":= \r\n\u{0}acs0".utf8))
        for _ in 0..<300 {
            func word() -> String { String(decoding: mutator.next(), as: UTF8.self) }
            let sections: [TextOptions.AttributeRules.Section] = [.session, .media("audio"), .media(word())]
            let all = sections.map { rules($0, add: [word()], remove: [word()], substitute: [(word(), word())]) }
            let result = try offer(Self.phone) { $0.attributes = all }
            let read = try SessionDescription(parsing: result.sdp)
            #expect(read.media.count == 1 && read.media[0].port == result.audio.port)
        }
    }
}
