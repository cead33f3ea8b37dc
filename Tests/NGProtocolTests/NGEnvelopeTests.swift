import NGProtocol
import Testing
import Wire

@Suite struct NGEnvelopeTests {
    private func cookie(_ datagram: String) -> String? {
        Array(datagram.utf8).withBytes { NGEnvelope($0).map { String(decoding: $0.cookie, as: UTF8.self) } }
    }

    private func encoding(_ datagram: String) throws(NGError) -> NGEnvelope.Encoding? {
        try Array(datagram.utf8).withBytes { bytes throws(NGError) in try NGEnvelope(bytes)?.encoding() }
    }

    @Test func splitsAtTheFirstSpace() {
        #expect(cookie("0_18850_3 d7:command4:pinge") == "0_18850_3")
        #expect(cookie("a  d") == "a")
        #expect(cookie("Cookie ") == "Cookie")
    }

    @Test(arguments: ["", " ", " d7:command4:pinge", "nospace"])
    func getsNoReply(_ datagram: String) { #expect(cookie(datagram) == nil) }

    @Test func tellsTheEncodingByTheFirstByte() throws {
        #expect(try encoding("c d7:command4:pinge") == .bencode)
        #expect(try encoding("c {\"command\":\"ping\"}") == .json)
        #expect(throws: NGError.noPayload) { try encoding("c ") }
        #expect(throws: NGError.invalidFormat) { try encoding("c  d") }
        #expect(throws: NGError.invalidFormat) { try encoding("c l1:ae") }
    }

    @Test func replyCarriesTheCookie() {
        let reply = NGEnvelope.wrap(cookie: Array("0_1".utf8), payload: BencodeEncoder.encode(NGReply.pong.dictionary))
        #expect(String(decoding: reply, as: UTF8.self) == "0_1 d6:result4:ponge")
    }

    /// In one piece or put together, a reply is the same bytes.
    @Test func aReplyInOneGo() {
        let numbers: [Int64] = [0, 7, 10, 99, 100, -1, -10, .max, .min, 1_234_567_890]
        let dictionary: NGDictionary = [
            "calls": .list(numbers.map(NGValue.integer)), "": "", "sdp": .string(String(repeating: "é\r\n", count: 400)),
            "tags": ["a": ["medias": [[:]]]],
        ]
        let cookie = Array("17_3".utf8)
        let reply = BencodeEncoder.reply(cookie: cookie, dictionary)
        #expect(reply == NGEnvelope.wrap(cookie: cookie, payload: BencodeEncoder.encode(dictionary)))
        let text = String(decoding: reply, as: UTF8.self)
        #expect(text.hasPrefix("17_3 d5:callsli0ei7ei10ei99ei100ei-1ei-10ei9223372036854775807ei-9223372036854775808ei1234567890ee0:0:"))
    }
}
