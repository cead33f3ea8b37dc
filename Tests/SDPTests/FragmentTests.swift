import Fuzzing
import SDP
import Testing

/// RFC 8840: candidates that come after the description.
@Suite struct FragmentTests {
    static let text = """
        a=ice-options:trickle
        a=ice-ufrag:abcd
        a=ice-pwd:0123456789012345678901
        m=audio 9 RTP/AVP 0
        a=mid:1
        a=candidate:1 1 UDP 2130706431 198.51.100.1 5000 typ host
        a=candidate:2 1 TCP 1518280447 198.51.100.1 9 typ host tcptype active
        m=video 9 RTP/AVP 96
        a=mid:2
        a=ice-ufrag:other
        a=end-of-candidates

        """

    @Test func eachMLineHasItsCandidates() throws {
        let fragment = try SDPFragment(parsing: Self.text)
        #expect(fragment.sections.map(\.mid) == ["1", "2"])
        #expect(fragment.sections.map(\.ufrag) == ["abcd", "other"])
        #expect(fragment.sections.map(\.candidates.count) == [2, 0] && fragment.sections.map(\.isLast) == [false, true])
        #expect(fragment.sections[0].password == "0123456789012345678901")
        #expect(try SDPFragment(parsing: Self.text.replacing("\n", with: "\r\n")) == fragment)
    }

    @Test func aWholeDescriptionAndAttributesAloneWillDo() throws {
        #expect(try SDPFragment(parsing: "v=0\r\ns=-\r\n" + Self.text).sections.count == 2)
        let alone = try SDPFragment(parsing: "a=mid:x\r\na=candidate:1 1 UDP 1 192.0.2.1 5000 typ host\r\n")
        #expect(alone.sections.map(\.mid) == ["x"] && alone.sections[0].candidates.count == 1)
    }

    @Test func whatIsNoFragmentIsRefusedWithItsOwnLine() {
        #expect(throws: SDPError.self) { try SDPFragment(parsing: "") }
        #expect(throws: SDPError.self) { try SDPFragment(parsing: "s=-\r\n") }
        #expect(throws: SDPError.malformed(line: 2, reason: "not of the form letter=value")) { try SDPFragment(parsing: "a=x\ngarbage\n") }
        #expect(throws: SDPError.malformed(line: 1, reason: "m= line")) { try SDPFragment(parsing: "m=audio\n") }
    }

    @Test func mutatedFragmentsNeverTrap() {
        var mutator = Mutator(
            seed: 0x8840, corpus: [Array(Self.text.utf8), Array("a=mid:0".utf8)], alphabet: Array("0123456789:/=\r\n amvc-.".utf8))
        var accepted = 0
        for _ in 0..<3000 {
            guard let fragment = try? SDPFragment(parsing: String(decoding: mutator.next(), as: UTF8.self)) else { continue }
            accepted += 1
            #expect(!fragment.sections.isEmpty && fragment.sections.count <= SDPLimits.mediaSections)
        }
        #expect(accepted > 200)
    }
}
