import Negotiation
import SDP
import Testing

/// `a=group:BUNDLE` (RFC 9143) by the options.
@Suite struct BundleTests {
    private static let bundled = sdp("0", "mid:voice", session: ["group:BUNDLE voice"])

    @Test(arguments: [
        ("", nil), ("generate-mid", nil), ("BUNDLE-offer", "BUNDLE 1"), ("bundle=[strict]", "BUNDLE 1"),
    ] as [(String, String?)])
    func thePlainAnswererIsOfferedOneIfAsked(_ flags: String, _ wanted: String?) throws {
        var conversation = try Conversation()
        let offer = try conversation.offer(sdp("0"), flags)
        #expect(offer.session.attribute("group") == wanted)
        #expect((offer.audio.mid != nil) == !flags.isEmpty)
    }

    @Test(arguments: [("", "BUNDLE voice"), ("bundle=[accept]", "BUNDLE voice"), ("bundle=[reject]", nil)] as [(String, String?)])
    func theOfferersIsAnsweredUnlessItIsRejected(_ flags: String, _ wanted: String?) throws {
        var conversation = try Conversation()
        try conversation.offer(Self.bundled, flags)
        let answer = try conversation.answer(sdp("0"))
        #expect(answer.session.attribute("group") == wanted && answer.audio.mid == "voice")
    }
}
