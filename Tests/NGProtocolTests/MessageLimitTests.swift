@testable import NGProtocol
import Testing

/// However much a message says, what is made of it has an end: each of these lists is held against every line of a description.
@Suite struct MessageLimitTests {
    private func message(_ flags: [String]) -> NGMessage {
        // Longer lists than a value may have come as several.
        NGMessage(NGDictionary(stride(from: 0, to: flags.count, by: 1_000).map { start in
            ("flags", .list(flags[start..<min(start + 1_000, flags.count)].map(NGValue.string)))
        }))
    }

    @Test(arguments: ["strip", "except", "offer", "transcode", "mask", "accept", "consume", "set", "ignore"])
    func codecs(_ operation: String) {
        let options = message((0..<5_000).map { "codec-\(operation)-x\($0)" }).media.codecs
        let lists = [
            options.strip, options.except, options.offer, options.transcode, options.mask, options.accept, options.consume, options.set,
            options.ignore,
        ]
        #expect(lists.map(\.count).reduce(0, +) == CodecOptions.maximumEntries)
        #expect(lists.joined().first == "x0")
    }

    @Test func suites() {
        let names = (0..<1_000).map { "S\($0)" }.joined(separator: ";")
        let sdes = message((0..<100).flatMap { _ in ["only-", "no-", "order:", "offerer_pref:"].map { "SDES-\($0)\(names)" } }).media.sdes
        for list in [sdes.only, sdes.except, sdes.order, sdes.offererPreference] { #expect(list.count == 32 && list.first == "S0") }
    }

    @Test func headerExtensions() {
        var dictionary = NGDictionary()
        for round in 0..<20 {
            let words = NGValue.list((0..<1_000).map { .string("urn:\(round * 1_000 + $0)") })
            dictionary.append("extmap", ["strip": words, "mask": words])
        }
        let text = NGMessage(dictionary).media.text
        #expect(text.strippedExtensions.count == TextOptions.maximumRules && text.maskedExtensions.count == TextOptions.maximumRules)
        #expect(message(Array(repeating: "strip-extmap", count: 5_000)).media.text.strippedExtensions == ["all"])
    }

    @Test func mediaLines() {
        let medias = NGValue.list(Array(repeating: ["type": "audio"], count: 60))
        #expect(NGMessage(NGDictionary(Array(repeating: ("medias", medias), count: 50))).fields.medias.count == 64)
    }

    /// They are written into descriptions, a line each.
    @Test func textsOfSeveralLines() {
        let medias: NGValue = [["type": "audio\r\na=x", "id": "1 2", "codecs": ["opus", "x/8000\nm=y"]], ["type": "", "id": "m1"]]
        let message = NGMessage(["medias": medias, "codec": ["transcode": ["PCMU\r\na=x", "PCMA/8000/1///a b"], "strip": ["a\u{0}"]]])
        #expect(message.fields.medias.map(\.kind) == ["audio", "audio"])
        #expect(message.fields.medias.map(\.id) == [nil, "m1"])
        #expect(message.fields.medias[0].codecs == ["opus"])
        #expect(message.media.codecs.transcode == ["PCMA/8000/1///a b"] && message.media.codecs.strip.isEmpty)
    }

    @Test func rtppFlags() {
        let bomb = String(repeating: "[", count: 100_000) + String(repeating: " a=[b", count: 50_000)
        let message = NGMessage(["rtpp-flags": .string(bomb)])
        #expect(message.warnings.count <= NGMessage.maximumWarnings)
        let words = NGMessage(["rtpp-flags": .string(String(repeating: "codec-mask-a ", count: 50_000))])
        #expect(words.media.codecs.mask.count == CodecOptions.maximumEntries)
        let last = "trust-address"
        #expect(NGMessage(["rtpp-flags": .string(String(repeating: "a ", count: 4_095) + last)]).media.addressing.usesSIPSource == false)
        #expect(NGMessage(["rtpp-flags": .string(String(repeating: "a ", count: 4_096) + last)]).media.addressing.usesSIPSource == nil)
    }
}
