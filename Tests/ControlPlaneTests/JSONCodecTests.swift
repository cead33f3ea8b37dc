@testable import ControlPlane
import NGProtocol
import Testing
import Wire

@Suite struct JSONCodecTests {
    private func decode(_ text: String) throws(NGError) -> NGDictionary { try JSONCodec.decode(Array(text.utf8)) }

    @Test func readsTheSameValuesAsBencode() throws {
        let message = try decode(
            #"{"command":"offer","flags":["fatal","fast"],"ptime":20,"all":true,"none":null,"codec":{"strip":["opus"]},"half":2.5}"#)
        #expect(message["command"] == "offer")
        #expect(message["flags"] == ["fatal", "fast"])
        #expect(message["ptime"] == 20)
        #expect(message["all"] == 1)
        #expect(message["none"] == nil)
        #expect(message["codec"] == ["strip": ["opus"]])
        #expect(message["half"] == 2)
    }

    @Test func tellsWhatIsWrong() {
        #expect(throws: NGError.notJSON) { try decode("{") }
        #expect(throws: NGError.notJSON) { try decode(#"{"a":}"#) }
        #expect(throws: NGError.notJSON) { try decode(String(repeating: " ", count: 70_000)) }
        #expect(throws: NGError.notJSONDictionary) { try decode("[1]") }
    }

    @Test func writesOrderedAndEscaped() {
        let text = String(decoding: JSONCodec.encode(["b": "a\"\\\r\n\t\u{1}\u{1f}é", "a": [1, -2], "c": ["d": []]]), as: UTF8.self)
        #expect(text == #"{"b":"a\"\\\r\n\t\u0001\u001fé","a":[1,-2],"c":{"d":[]}}"#)
    }

    @Test func whatIsWrittenReadsBack() throws {
        let message: NGDictionary = [
            "a": ["x", 1, ["k": "v"]], "sdp": "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\n", "z": -9_223_372_036_854_775_808,
        ]
        #expect(try JSONCodec.decode(JSONCodec.encode(message)) == message)
    }

    @Test func mutatedTextNeverTraps() {
        let samples = [
            #"{"command":"offer","flags":["fatal"],"n":-12.5e3,"u":"\ud83d\ude00","x":{"y":[[[1]]]}}"#,
            #"{"a":99999999999999999999999,"b":1e400,"c":"\u0000"}"#, String(repeating: "[", count: 600),
        ].map { Array($0.utf8) }
        var random = SplitMix64(seed: 5)
        for _ in 0..<5_000 {
            guard var text = samples.randomElement(using: &random) else { continue }
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let place = Int.random(in: 0..<text.count, using: &random)
                text[place] = UInt8.random(in: 0...255, using: &random)
            }
            guard let message = try? JSONCodec.decode(text) else { continue }
            #expect((try? JSONCodec.decode(JSONCodec.encode(message))) != nil)
        }
    }
}
