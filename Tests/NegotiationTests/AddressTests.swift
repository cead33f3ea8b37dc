import MediaCore
import Negotiation
import SDP
import Testing
import Wire

/// Where packets go and what addresses we write.
@Suite struct AddressTests {
    @Test func theSIPSourceReplacesTheAddressAndNotThePorts() throws {
        var conversation = try Conversation()
        let trusted = try conversation.offer(sdp("0"), "received-from=198.51.100.9")
        #expect(trusted.plan.media[0].transport.remoteRTP?.description == "192.0.2.20:5000")
        let source = try conversation.offer(sdp("0"), "SIP-source-address received-from=198.51.100.9")
        #expect(source.plan.media[0].transport.remoteRTP?.description == "198.51.100.9:5000")
        #expect(source.plan.media[0].transport.remoteRTCP?.description == "198.51.100.9:5001")
    }

    @Test func theDaemonsDefaultIsOverruledByTrustAddress() throws {
        var conversation = try Conversation()
        conversation.defaults.usesSIPSource = true
        #expect(try conversation.offer(sdp("0"),
            "received-from=198.51.100.9").plan.media[0].transport.remoteRTP?.description == "198.51.100.9:5000")
        let trusted = try conversation.offer(sdp("0"), "trust-address received-from=198.51.100.9")
        #expect(trusted.plan.media[0].transport.remoteRTP?.description == "192.0.2.20:5000")
    }

    @Test func mediaAddressIsWrittenEverywhere() throws {
        var conversation = try Conversation()
        let result = try conversation.offer(sdp("0"), "media-address=198.51.100.1 replace-origin full-rtcp-attribute ICE=force")
        #expect(result.session.connection?.text == "198.51.100.1" && result.session.origin?.address.text == "198.51.100.1")
        #expect(result.audio.rtcp?.address?.text == "198.51.100.1")
        #expect(result.audio.candidates.first?.address.ip.description == "198.51.100.1")
        #expect(try conversation.answer(sdp("0")).session.connection?.text == "203.0.113.9")
    }

    @Test func theOriginStaysUnlessItShallBeReplaced() throws {
        var conversation = try Conversation()
        #expect(try conversation.offer(sdp("0")).session.origin?.address.text == "192.0.2.20")
    }

    @Test func theFamilyIsTheOfferersUnlessNamed() throws {
        var conversation = try Conversation()
        #expect(try conversation.offer(sdp("0", address: "2001:db8::20")).session.connection?.description == "IN IP6 2001:db8::5")
        var named = try Conversation()
        #expect(try named.offer(sdp("0", address: "2001:db8::20"),
            "address-family=IP4").session.connection?.description == "IN IP4 203.0.113.9")
        #expect(named.last?.plan.media[0].transport.rtpSockets.first?.local.ip.family == .v6)
        #expect(try named.answer(sdp("0"), "address-family=IP4").session.connection?.description == "IN IP4 203.0.113.9")
    }

    @Test func anInterfaceWithoutTheFamilyGivesWhatItHas() throws {
        var conversation = try Conversation()
        let result = try conversation.offer(sdp("0"), "direction=v4 direction=v6")
        #expect(result.session.connection?.description == "IN IP6 ::1")
        #expect(result.plan.media[0].transport.rtpSockets.map(\.local.ip.description) == ["127.0.0.1"])
    }

    @Test func learningFollowsTheFlagsOfTheOneWhoSpeaks() throws {
        var conversation = try Conversation()
        let offer = try conversation.offer(sdp("0"), "asymmetric media-handover")
        #expect(offer.plan.media[0].transport.learning == .off && offer.plan.media[0].transport.allowsHandover)
        let answer = try conversation.answer(sdp("0"), "endpoint-learning-immediate")
        #expect(answer.plan.media[0].transport.learning == .off)
        #expect(answer.plan.media[1].transport.learning == .immediate && !answer.plan.media[1].transport.allowsHandover)
    }

    /// A peer that sends from elsewhere than it listens would not be heard otherwise.
    @Test(arguments: [("", true), ("strict-source", true), ("asymmetric", false), ("asymmetric strict-source", true)])
    func onlyAnAsymmetricPeerMaySendFromAnywhere(_ flags: String, _ isStrict: Bool) throws {
        var conversation = try Conversation()
        #expect(try conversation.offer(sdp("0"), flags).plan.media[0].transport.strictSource == isStrict)
        let answer = try conversation.answer(sdp("0"))
        #expect(answer.plan.media[0].transport.strictSource == isStrict && answer.plan.media[1].transport.strictSource)
    }

    @Test func theConnectionLineStaysAtItsLevel() throws {
        var conversation = try Conversation()
        let atMedia = "v=0\r\no=- 1 1 IN IP4 192.0.2.20\r\ns=-\r\nt=0 0\r\nm=audio 5000 RTP/AVP 0\r\nc=IN IP4 192.0.2.20\r\n"
        let result = try conversation.offer(atMedia)
        #expect(result.session.connection == nil && result.audio.connection?.text == "203.0.113.9")
    }

    @Test func aPeerWithoutAnAddressIsRefused() throws {
        var conversation = try Conversation()
        #expect(throws: NegotiationError.self) { try conversation.offer(sdp("0", address: "pbx.example.com")) }
    }
}
