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
            let heard = try SessionDescription(parsing: input)
            let written = try SessionDescription(parsing: result.sdp)
            for attribute in Self.owned {
                let before = Set(heard.attributes(attribute) + heard.media.flatMap { $0.attributes(attribute) }).subtracting(Self.harmless)
                let after = Set(written.attributes(attribute) + written.media.flatMap { $0.attributes(attribute) })
                #expect(before.isDisjoint(with: after), "a=\(attribute)")
            }
            #expect(!written.hasAttribute("ice-lite") && !written.hasAttribute("msid-semantic")
                && !written.hasAttribute("extmap-allow-mixed"))
            #expect(written.media.flatMap { $0.attributes("ssrc") }.count <= 1)
            #expect(result.sdp.hasSuffix("\r\n") && !result.sdp.replacing("\r\n", with: "").utf8.contains(10))
        }
    }

    /// Values that say nothing of the peer.
    private static let harmless: Set<String> = ["active", "passive", "actpass"]
}
