import MediaCore
import Negotiation
import SDP
import Testing

/// What identifies or secures one peer's media end never reaches the other peer.
@Suite struct NothingLeaksTests {
    private static let owned = [
        "candidate", "ice-ufrag", "ice-pwd", "ice-options", "fingerprint", "setup", "crypto", "ssrc", "msid", "rtcp", "rtcp-fb", "extmap",
    ]

    @Test(arguments: GoldenFile.names)
    func inAnyGoldenCall(_ name: String) throws {
        var conversation = try Conversation()
        for request in try GoldenFile(name).requests {
            let input = request.input.map { $0 + "\r\n" }.joined()
            guard let result = try? conversation.send(request.command, input, request.flags.joined(separator: " "),
                from: request.from, to: request.to)
            else { continue }
            for text in [result.sdp, result.answer].compactMap({ $0 }) { try check(text, heard: input) }
        }
    }

    private func check(_ text: String, heard input: String) throws {
        let heard = try SessionDescription(parsing: input)
        let written = try SessionDescription(parsing: text)
        for attribute in Self.owned {
            let before = Set(heard.attributes(attribute) + heard.media.flatMap { $0.attributes(attribute) }).subtracting(Self.harmless)
            let after = Set(written.attributes(attribute) + written.media.flatMap { $0.attributes(attribute) })
            #expect(before.isDisjoint(with: after), "a=\(attribute)")
        }
        #expect(!written.hasAttribute("ice-lite") && !written.hasAttribute("msid-semantic") && !written.hasAttribute("extmap-allow-mixed"))
        #expect(written.media.flatMap { $0.attributes("ssrc") }.count <= 1)
        #expect(text.hasSuffix("\r\n") && !text.replacing("\r\n", with: "").utf8.contains(10))
    }

    /// A text of our own has nothing in it that the other party wrote, wherever in its description that stood.
    @Test func nothingOfAPBXReachesMeta() throws {
        let strange = sdp(
            "0 8 101", "rtpmap:0 PCMU/8000/1", "rtpmap:101 telephone-event/8000", "fmtp:101 0-16,secret", "secret:line", "ptime:60",
            "mid:secret", "maxptime:140", session: ["secret", "group:BUNDLE secret"]
        ).replacing("o=peer", with: "o=secret").replacing("s=-", with: "s=secret\r\ni=secret\r\nu=http://secret\r\nb=AS:77")
        let clean = sdp("0 8 101", "rtpmap:101 telephone-event/8000")
        for flags in ["whatsapp", "whatsapp early-answer", "whatsapp local"] {
            var texts: [[String]] = []
            for pbx in [strange, clean] {
                var called = try Conversation()
                var text: [String?] = []
                text.append(try called.offer(Samples.metaDTLS, flags.replacing(" local", with: "")).answer)
                text.append(try called.answer(pbx).sdp)
                if flags.contains("local") {
                    let last = try #require(called.last?.plan.media[0])
                    #expect(try called.offer(pbx, flags, from: "bob", to: "alice").plan.media[0] == last)
                }
                var calling = try Conversation()
                text.append(try calling.offer(pbx, flags.replacing(" local", with: "")).sdp)
                texts.append(text.compactMap { $0 })
                #expect(!text.compactMap { $0 }.joined().contains("secret"))
            }
            #expect(texts[0] == texts[1])
        }
    }

    /// Values that say nothing of the peer.
    private static let harmless: Set<String> = ["active", "passive", "actpass"]
}
