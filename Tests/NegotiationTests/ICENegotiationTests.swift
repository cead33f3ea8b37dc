import ICE
import MediaCore
import Negotiation
import SDP
import Testing
import Wire

/// Who speaks ICE, in which role, with what credentials.
@Suite struct ICENegotiationTests {
    private func peer(lite: Bool = false, ufrag: String = "abcd") -> String {
        sdp("0", "rtcp-mux", "candidate:1 1 udp 2130706431 192.0.2.20 5000 typ host",
            session: ["ice-ufrag:\(ufrag)", "ice-pwd:abcdefghijklmnopqrstuv"] + (lite ? ["ice-lite"] : []))
    }

    @Test(arguments: [
        ("", false, false), ("", true, true), ("ICE=remove", true, false), ("ICE=force", false, true), ("ICE=default", false, false),
        ("ICE=default", true, true), ("ICE=optional", true, true), ("ICE=optional", false, true), ("ICE=force-relay", false, true),
        ("ICE-reject", true, false),
    ])
    func theModeDecidesTowardTheAnswerer(_ flags: String, _ offererHasICE: Bool, _ wanted: Bool) throws {
        var conversation = try Conversation()
        let offer = try conversation.offer(offererHasICE ? peer() : sdp("0"), flags)
        #expect(offer.audio.hasAttribute("ice-ufrag") == wanted && !offer.session.hasAttribute("ice-ufrag"))
        #expect((offer.plan.media[1].transport.ice != nil) == wanted)
    }

    @Test func anOffererWithoutICEGetsNone() throws {
        var conversation = try Conversation()
        try conversation.offer(sdp("0"), "ICE=force")
        let answer = try conversation.answer(peer(), "ICE=force")
        #expect(!answer.audio.hasAttribute("candidate") && answer.plan.media[0].transport.ice == nil)
    }

    @Test func rolesFollowWhoOfferedAndWhoIsLite() throws {
        var conversation = try Conversation()
        let full = try conversation.offer(peer(), "ICE=force")
        #expect(full.plan.media.map { $0.transport.ice?.isControlling } == [false, true])
        var other = try Conversation()
        let lite = try other.offer(peer(lite: true), "ICE=force")
        #expect(lite.plan.media[0].transport.ice?.isControlling == true && lite.plan.media[0].transport.ice?.remoteIsLite == true)
        #expect(!lite.session.hasAttribute("ice-lite") && !lite.audio.hasAttribute("ice-lite"))
    }

    @Test func thePlanLivesAfterTheOfferAlone() throws {
        var conversation = try Conversation()
        let ice = try #require(try conversation.offer(peer(lite: true), "ICE=force").plan.media[1].transport.ice)
        #expect(ice.remoteCredentials == nil && ice.localCredentials.password.utf8.count >= 22)
        let answered = try #require(try conversation.answer(peer(ufrag: "wxyz")).plan.media[1].transport.ice)
        #expect(answered.remoteCredentials?.ufrag == "wxyz" && answered.remoteCandidates.count == 1)
        #expect(answered.localCredentials == ice.localCredentials && answered.tieBreaker == ice.tieBreaker)
    }

    @Test func credentialsChangeWithThePeersAndOnlyThen() throws {
        var conversation = try Conversation()
        let first = try conversation.offer(peer(), "ICE=remove").plan.media[0].transport
        try conversation.answer(sdp("0"))
        let same = try conversation.offer(peer(), "ICE=remove", to: "bob").plan.media[0].transport
        #expect(same == first)
        let restarted = try conversation.offer(peer(ufrag: "efgh"), "ICE=remove", to: "bob").plan.media[0].transport
        #expect(restarted.ice?.localCredentials != first.ice?.localCredentials && restarted.rtpSockets == first.rtpSockets)
    }

    @Test func anAnswererWithoutICEKeepsOneSocket() throws {
        var conversation = try Conversation()
        let offer = try conversation.offer(sdp("0"), "ICE=force")
        #expect(offer.plan.media[1].transport.rtpSockets.count == 2 && offer.audio.candidates.count == 2)
        let answer = try conversation.answer(sdp("0"))
        #expect(answer.plan.media[1].transport.ice == nil && answer.plan.media[1].transport.rtpSockets.count == 1)
        #expect(answer.removedSlots == [offer.plan.media[1].transport.rtpSockets[1].slot])
    }

    @Test func shortCredentialsAreNone() throws {
        var conversation = try Conversation()
        let offer = try conversation.offer(sdp("0", "ice-ufrag:abc", "ice-pwd:tooshort"))
        #expect(offer.plan.media.allSatisfy { $0.transport.ice == nil })
    }
}
