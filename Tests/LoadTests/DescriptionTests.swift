import SRTP
import Testing
import Wire
@testable import rtpbridge_load

@Suite struct DescriptionTests {
    private let key = SRTPKey(suite: .aesCM128HMACSHA1_80, keyAndSalt: (0..<30).map { UInt8($0) })

    private func text(_ lines: [String]) -> String {
        (["v=0", "o=- 1 1 IN IP4 192.0.2.1", "s=-", "c=IN IP4 192.0.2.1", "t=0 0"] + lines).joined(separator: "\r\n") + "\r\n"
    }

    @Test func aPlainDescriptionIsRead() throws {
        let remote = try #require(RemoteDescription(text(["m=audio 30000 RTP/AVP 0", "a=rtcp:30007"]), codec: .pcmu))
        #expect(remote.address == 0xc000_0201)
        #expect(remote.port == 30000)
        #expect(remote.rtcpPort == 30007)
        #expect(remote.payloadType == 0)
        #expect(remote.eventPayloadType == nil)
    }

    @Test func withMultiplexingThereIsOnePort() throws {
        let lines = ["m=audio 30000 RTP/AVP 96", "a=rtpmap:96 opus/48000/2", "a=rtcp-mux"]
        let remote = try #require(RemoteDescription(text(lines), codec: .opus))
        #expect(remote.rtcpPort == 30000)
        #expect(remote.payloadType == 96)
    }

    @Test func aKeyThatWasPassedOnIsAvoided() throws {
        let key = try #require(key)
        let other = SRTPKey(suite: .aesCM128HMACSHA1_32, keyAndSalt: (1..<31).map { UInt8($0) })
        let lines = [
            "m=audio 30000 RTP/SAVP 0", "a=crypto:1 \(SDESAttribute.format(tag: 1, key: key).dropFirst(2))",
            "a=crypto:2 \(SDESAttribute.format(tag: 2, key: try #require(other)).dropFirst(2))",
        ]
        #expect(RemoteDescription(text(lines), codec: .pcmu)?.crypto?.tag == 1)
        #expect(RemoteDescription(text(lines), codec: .pcmu, avoiding: key)?.crypto?.tag == 2)
    }

    @Test(arguments: ["m=audio 0 RTP/AVP 0", "m=video 30000 RTP/AVP 0", "m=audio 30000 RTP/AVP 8"])
    func withoutAudioInTheCodecThereIsNothing(line: String) {
        #expect(RemoteDescription(text([line]), codec: .pcmu) == nil)
    }
}

@Suite struct JSONTextTests {
    @Test func textIsQuotedAndNumbersAreFinite() {
        let json: JSONText = .object([
            ("a", .text("line\r\n\"quoted\" \\ \u{1}")), ("b", .list([.number(.nan), .number(0.1 + 0.2), .whole(-3)])),
            ("c", .null), ("d", .truth(true)),
        ])
        #expect(json.description == #"{"a":"line\r\n\"quoted\" \\  ","b":[null,0.3,-3],"c":null,"d":true}"#)
    }
}
