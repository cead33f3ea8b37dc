import Fuzzing
import NGProtocol
import Testing
import Wire

@Suite struct JSONTextDecoderTests {
    private func decode(_ text: String) throws(NGError) -> NGDictionary { try JSONTextDecoder.decode(Array(text.utf8)) }

    @Test func readsTheSameValuesAsBencode() throws {
        let message = try decode(#"""
             { "command" : "offer", "flags": ["fatal", "fast", null], "ptime":20, "yes":true, "no":false, "none":null,
               "codec":{"strip":["opus"], "empty":[], "deep":[{}]}, "half":-2.9, "big":1e3, "huge":1e400, "long":99999999999999999999 }
            """#)
        #expect(message == [
            "command": "offer", "flags": ["fatal", "fast"], "ptime": 20, "yes": 1, "no": 0,
            "codec": ["strip": ["opus"], "empty": [], "deep": [[:]]], "half": -2, "big": 1000,
            "huge": .integer(.max), "long": .integer(.max),
        ])
    }

    @Test func strings() throws {
        let message = try decode(#"{"a":"\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00","b":"\ud83dx","c":"é"}"#)
        #expect(message["a"] == "\"\\/\u{8}\u{c}\n\r\té😀")
        #expect(message["b"] == "\u{fffd}x" && message["c"] == "é")
        #expect(try decode("{\"sdp\":\"v=0\r\no=-\"}")["sdp"] == "v=0\r\no=-")
        #expect(try JSONTextDecoder.decode(Array("{\"blob\":\"".utf8) + [0xff] + Array("\"}".utf8))["blob"] == .bytes([0xff]))
    }

    /// Order decides which of two keys counts.
    @Test func keysKeepTheirOrder() throws {
        let message = try decode(#"{"z":1,"a":2,"z":3}"#)
        #expect(message.entries.map(\.key) == ["z", "a", "z"] && message["z"] == 3)
    }

    @Test(arguments: [
        "{", "", "{]", #"{"a":}"#, #"{"a" 1}"#, #"{"a":1,}"#, "{1:2}", #"{"a":tru}"#, #"{"a":"}"#, #"{"a":"\x"}"#, #"{"a":"\u12"}"#,
        #"{"a":"\u+123"}"#, "{} x", #"{"a":-}"#, #"{"a":.e}"#, #"{"a":nan}"#, #"{"a":[1 2]}"#, #"{"a":1"b":2}"#,
    ])
    func noJSON(_ text: String) { #expect(throws: NGError.notJSON) { try decode(text) } }

    @Test(arguments: ["[1]", "1", "null", "\"a\""]) func noDictionary(_ text: String) {
        #expect(throws: NGError.notJSONDictionary) { try decode(text) }
    }

    @Test func sizeDepthAndNumberAreBounded() throws {
        func nested(_ depth: Int) -> String {
            #"{"a":"# + String(repeating: "[", count: depth) + String(repeating: "]", count: depth) + "}"
        }
        #expect(throws: NGError.notJSON) { try decode(nested(BencodeDecoder.maximumDepth)) }
        #expect(try decode(nested(BencodeDecoder.maximumDepth - 1)).entries.count == 1)
        #expect(throws: NGError.notJSON) { try decode("{}" + String(repeating: " ", count: BencodeDecoder.maximumLength)) }
        let many = #"{"a":["# + String(repeating: "1,", count: BencodeDecoder.maximumValues) + "1]}"
        #expect(throws: NGError.notJSON) { try decode(many) }
        #expect(try JSONTextDecoder.decode(Array(("{}" + String(repeating: " ", count: 100_000)).utf8), maximumLength: 1 << 20) == [:])
    }

    /// Whatever the bytes, decoding returns, and requests may be made of the outcome.
    @Test func mutatedMessages() {
        let corpus = [
            #"{"command":"offer","call-id":"c","from-tag":"a","sdp":"v=0\r\n","flags":["fatal"],"n":-12.5e3,"u":"\ud83d\ude00"}"#,
            #"{"command":"play DTMF","call-id":"c","code":"5","codec":{"strip":["opus"]},"x":[[[{"y":null}]]]}"#,
            #"{"sdp-attr":{"audio":{"substitute":[["a","b"]]}},"medias":[{"type":"audio","codecs":["opus"]}],"blob64":"UklGRg=="}"#,
        ].map { Array($0.utf8) }
        var mutator = Mutator(seed: 0x6a73, corpus: corpus, alphabet: Array("0123456789:{}[],\"\\utfne- .".utf8))
        var decoded = 0
        for _ in 0..<10_000 {
            guard let dictionary = try? JSONTextDecoder.decode(mutator.next()) else { continue }
            decoded += 1
            #expect(BencodeEncoder.encode(dictionary).withBytes { try? BencodeDecoder.decode($0).value } == .dictionary(dictionary))
            _ = try? NGRequest(dictionary)
        }
        #expect(decoded > 500)
    }
}
