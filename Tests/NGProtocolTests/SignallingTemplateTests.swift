import Fuzzing
import NGProtocol
import Testing

@Suite struct SignallingTemplateTests {
    private let templates = SignallingTemplates([
        "default": "ICE=remove RTP/AVP replace-origin", "offer": "ICE=force transcode-PCMU", "subscribe-request": "siprec",
        "wide": "RTP/SAVP ptime=20", "again": "template=again fatal", "there": "template=back", "back": "template=there fast",
    ])

    private func message(_ keys: NGDictionary) -> NGMessage { NGMessage(keys, templates: templates) }

    @Test func fromTheGeneralToTheParticular() {
        let offer = message(["command": "offer"]).media
        #expect(offer.ice.mode == .force && offer.transport == .rtpAVP && offer.codecs.transcode == ["PCMU"] && offer.replace == [.origin])
        #expect(message(["command": "offer", "ICE": "optional"]).media.ice.mode == .optional)
        #expect(message(["command": "answer"]).media.ice.mode == .remove)
        #expect(message(["command": "subscribe request"]).fields.subscription.describesMedia)
        #expect(NGMessage(["command": "offer"]).media == MediaOptions())
    }

    /// A template in the middle overrides what stands before it, and no more.
    @Test func inTheOrderOfTheMessage() {
        let keys: [(String, NGValue)] = [("command", "answer"), ("transport-protocol", "RTP/AVPF"), ("template", "wide")]
        #expect(message(NGDictionary(keys)).media.transport == .rtpSAVP)
        #expect(message(NGDictionary(keys + [("transport protocol", "RTP/SAVPF")])).media.transport == .rtpSAVPF)
        #expect(message(["rtpp-flags": "RTP/AVPF template=wide"]).media.transport == .rtpAVPF)
        #expect(message(["rtpp-flags": "template=wide"]).media.transport == .rtpSAVP)
    }

    @Test func unknownOnesAreWarnedOf() {
        #expect(message(["template": "moon", "command": "ping"]).warnings == ["template 'moon' is unknown"])
    }

    @Test func circlesEnd() {
        #expect(message(["template": "again"]).fields.isFatal)
        #expect(message(["template": "there"]).fields.isFast)
        let many = (0..<500).map { _ in ("template", "again" as NGValue) }
        #expect(message(NGDictionary(many)).warnings.count <= 32)
    }

    @Test func requestsTakeThem() throws {
        let request = try NGRequest(["command": "offer", "sdp": "v=0", "call-id": "c", "from-tag": "f"], templates: templates)
        guard case .offer(let offer) = request.command else { throw NGError.noCommand }
        #expect(offer.media.ice.mode == .force)
    }

    @Test func mutatedTemplates() {
        let corpus = ["ICE=force template=b codec=[strip=[a b]]", "template=a rtpp-flags=fatal", "[[template=b]]"].map { Array($0.utf8) }
        var mutator = Mutator(seed: 5, corpus: corpus, alphabet: Array("ab =[]-template".utf8))
        for _ in 0..<2_000 {
            let templates = SignallingTemplates([
                "default": String(decoding: mutator.next(), as: UTF8.self), "a": String(decoding: mutator.next(), as: UTF8.self),
                "b": String(decoding: mutator.next(), as: UTF8.self),
            ])
            #expect(NGMessage(["command": "a", "template": "b"], templates: templates).warnings.count <= 32)
        }
    }
}
