import SDP
import Testing

@Suite struct MalformedTests {
    static let start = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\n"

    @Test(arguments: [
        "", "\r\n\r\n", "hello", "o=- 1 1 IN IP4 192.0.2.1", "v=1\r\n", "v=0\r\nnonsense\r\n", "v=0\r\n=x\r\n", "v=0\r\nab\r\n",
            "v=0\r\nA=1\r\n",
        "v=0\r\nv=0\r\n", "v=0\r\ns=a\rb\r\n", "v=0\r\ns=a\u{0}b\r\n",
        "v=0\r\no=- 1 IN IP4 192.0.2.1\r\n", "v=0\r\no=- 1 1 IN IP5 192.0.2.1\r\n", "v=0\r\nc=IN IP4\r\n", "v=0\r\nc=ATM NSAP x\r\n",
        start + "o=- 1 1 IN IP4 192.0.2.1\r\n", start + "m=audio\r\n", start + "m=audio x RTP/AVP 0\r\n",
            start + "m=audio -1 RTP/AVP 0\r\n",
        start + "m=audio 65536 RTP/AVP 0\r\n", start + "m=audio 5000/0 RTP/AVP 0\r\n", start + "m=audio +5000 RTP/AVP 0\r\n",
    ])
    func isRefusedWithATypedError(_ text: String) {
        #expect { try SessionDescription(parsing: text) } throws: { error in
            if case .malformed? = error as? SDPError { true } else { false }
        }
    }

    @Test func theLineIsNamed() {
        #expect(throws: SDPError.malformed(line: 4, reason: "m= line")) {
            try SessionDescription(parsing: Self.start + "m=audio 70000 RTP/AVP 0\r\n")
        }
    }

    @Test func sizesAreBounded() throws {
        let section = "m=audio 9 RTP/AVP 0\r\n"
        #expect(try SessionDescription(parsing: Self.start + String(repeating: section, count: SDPLimits.mediaSections)).media.count == 64)
        #expect(throws: SDPError.tooLarge(.mediaSections)) {
            try SessionDescription(parsing: Self.start + String(repeating: section, count: SDPLimits.mediaSections + 1))
        }
        #expect(throws: SDPError.tooLarge(.lines)) {
            try SessionDescription(parsing: Self.start + String(repeating: "a=x\n", count: SDPLimits.lines))
        }
        #expect(throws: SDPError.tooLarge(.bytes)) {
            try SessionDescription(parsing: Self.start + "s=" + String(repeating: "x", count: SDPLimits.bytes))
        }
    }
}
