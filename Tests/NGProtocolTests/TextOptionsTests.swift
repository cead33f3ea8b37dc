import NGProtocol
import Testing

@Suite struct TextOptionsTests {
    @Test func attributesAsADictionary() {
        let message = NGMessage(["sdp-attr": [
            "audio": ["add": ["ptime:20", "x"], "remove": "sendrecv,rtcp", "substitute": [["fmtp:101 0-15", "fmtp:101 0-16"], "a>b"]],
            "none": ["remove": ["tool"]],
        ]])
        #expect(message.warnings.isEmpty)
        var audio = TextOptions.AttributeRules(.media("audio"))
        audio.add = ["ptime:20", "x"]
        audio.remove = ["sendrecv", "rtcp"]
        audio.substitute = [.init(from: "fmtp:101 0-15", to: "fmtp:101 0-16"), .init(from: "a", to: "b")]
        var session = TextOptions.AttributeRules(.session)
        session.remove = ["tool"]
        #expect(message.media.text.attributes == [audio, session])
    }

    @Test func attributesAsFlags() {
        let message = message(
            flags: "sdp-attr-add-audio-fmtp:96..minptime--20", "SDP-attr-remove-global-tool", "sdp-attr-remove-global-tool",
            "sdp-attr-substitute-audio-sendrecv>send-only", "sdp-attr-add-soup-x", "sdp-attr-substitute-audio-nothing")
        #expect(message.media.text.attributes.map(\.section) == [.media("audio"), .session])
        let audio = message.media.text.attributes[0]
        #expect(audio.add == ["fmtp:96 minptime=20"] && audio.substitute == [.init(from: "sendrecv", to: "send-only")])
        #expect(message.media.text.attributes[1].remove == ["tool"])
        #expect(message.warnings == [
            "flag 'SDP-attr-remove-global-tool' is unknown", "value 'soup-x' of 'sdp-attr-add-' is not understood",
            "value 'audio-nothing' of 'sdp-attr-substitute-' is not understood",
        ])
    }

    @Test func attributesInOneString() {
        let text = "sdp-attr=[audio=[add=[a b] substitute=[[sendrecv..x sendonly] [c d]]] video=[remove=[e]]] generate-mid"
        let message = NGMessage(["rtpp-flags": .string(text)])
        #expect(message.warnings.isEmpty && message.media.generateMID)
        let rules = message.media.text.attributes
        #expect(rules.map(\.section) == [.media("audio"), .media("video")])
        #expect(rules[0].add == ["a", "b"] && rules[1].remove == ["e"])
        #expect(rules[0].substitute == [.init(from: "sendrecv x", to: "sendonly"), .init(from: "c", to: "d")])
    }

    @Test func whatIsNoRuleIsWarnedOf() {
        let video: NGValue = ["paint": ["x"], "substitute": [["one"], ["a", "b", "c"]]]
        let message = NGMessage(["sdp attr": ["audio": "add", "soup": [:], "video": video]])
        #expect(message.media == MediaOptions())
        #expect(message.warnings.count == 5)
        #expect(NGMessage(["sdp-attr": "audio"]).warnings == ["value '(not a dictionary)' of 'sdp-attr' is not understood"])
    }

    @Test func rulesAreBounded() {
        let add = (0..<1000).map { NGValue.string("x\($0)") }
        let text = NGMessage(["sdp-attr": ["audio": ["add": .list(add), "remove": .list(add)]]]).media.text
        #expect(text.attributes[0].add.count == 256 && text.attributes[0].remove.isEmpty)
    }

    @Test func removedMediaComeAsAListOnly() {
        #expect(NGMessage(["SDP media_remove": ["video", "other", "video"]]).media.text.removedMedia == ["video", "other"])
        #expect(NGMessage(["sdp-media-remove": "video"]).media.text.removedMedia.isEmpty)
        #expect(NGMessage(["sdp-media-remove": ["soup"]]).warnings == ["value 'soup' of 'sdp-media-remove' is not understood"])
    }

    @Test func headerExtensions() {
        let text = NGMessage(["extmap": ["strip": ["urn:a", "urn:b"], "mask": "all"], "flags": ["strip extmap"]]).media.text
        #expect(text.strippedExtensions == ["urn:a", "urn:b", "all"] && text.maskedExtensions == ["all"])
        #expect(message(flags: "loop protect").media.text.protectsFromLoops)
    }
}
