import Negotiation
import SDP
import Testing

/// The words of `replace` that concern `o=`, one by one.
@Suite struct OriginTests {
    /// An offer, and the same party's next one with another user name, version and length of packets.
    private func versions(_ flags: String, changed: Bool) throws -> [SDPOrigin] {
        let second = changed ? sdp("0", "ptime:30") : sdp("0")
        var conversation = try Conversation()
        return try [sdp("0"), second.replacing("o=peer 1 1 ", with: "o=other 1 7 ")].map { text in
            try #require(try conversation.offer(text, flags).session.origin)
        }
    }

    @Test func withoutAWordItIsTheSpeakers() throws {
        let origins = try versions("", changed: false)
        #expect(origins.map(\.username) == ["peer", "other"] && origins.map(\.sessionVersion) == ["1", "7"])
    }

    @Test func theUserNameStays() throws {
        #expect(try versions("replace-username", changed: false).map(\.username) == ["peer", "peer"])
    }

    @Test func theVersionGrowsWhenTheTextChanges() throws {
        #expect(try versions("replace-SDP-version replace-username", changed: false).map(\.sessionVersion) == ["1", "1"])
        #expect(try versions("replace-SDP-version replace-username", changed: true).map(\.sessionVersion) == ["1", "2"])
    }

    @Test func orEveryTime() throws {
        #expect(try versions("replace-force-increment-sdp-ver replace-username", changed: false).map(\.sessionVersion) == ["1", "2"])
    }
}
