import MediaCore
import Negotiation
import SDP
import Testing
import Wire

/// Tags, later offers and answers, and what stays.
@Suite struct DialogueTests {
    private func talking() throws -> Conversation {
        var conversation = try Conversation()
        try conversation.offer(sdp("0"))
        try conversation.answer(sdp("0", port: 6000))
        return conversation
    }

    @Test func bothPartiesMayOfferLater() throws {
        var conversation = try talking()
        let first = try #require(conversation.last?.plan)
        let again = try conversation.offer(sdp("0", port: 5100), from: "alice", to: "bob").plan
        #expect(again.media[0].transport.remoteRTP?.port == 5100)
        let reverse = try conversation.offer(sdp("0", port: 6100), from: "bob", to: "alice").plan
        #expect(reverse.media[1].transport.remoteRTP?.port == 6100)
        for index in 0...1 {
            #expect(reverse.media[index].ssrc == first.media[index].ssrc && reverse.media[index].cname == first.media[index].cname)
            #expect(reverse.media[index].transport.rtpSockets == first.media[index].transport.rtpSockets)
        }
        #expect(conversation.resources.leasedSlots.count == 4)
    }

    @Test func aCalleeMayOfferBeforeItsTagIsKnown() throws {
        var conversation = try Conversation()
        try conversation.offer(sdp("0"))
        let reverse = try conversation.offer(sdp("0", port: 6100), from: "bob", to: "alice")
        #expect(reverse.plan.media[1].transport.remoteRTP?.port == 6100)
        #expect(reverse.dialogue.participants.map(\.tag) == ["alice", "bob"])
    }

    @Test func strangersAreRefused() throws {
        var conversation = try talking()
        #expect(throws: NegotiationError.invalidDialogue) { try conversation.offer(sdp("0"), from: "mallory") }
        #expect(throws: NegotiationError.invalidDialogue) { try conversation.offer(sdp("0"), from: "mallory", to: "eve") }
        #expect(throws: NegotiationError.invalidDialogue) { try conversation.answer(sdp("0"), from: "mallory", to: "bob") }
        #expect(throws: NegotiationError.invalidDialogue) { try conversation.answer(sdp("0"), from: "bob", to: "alice") }
        #expect(throws: NegotiationError.invalidDialogue) { try conversation.answer(sdp("0"), from: "alice", to: "alice") }
    }

    @Test func anotherBranchTakesTheAnswerersPlace() throws {
        var conversation = try talking()
        let forked = try conversation.answer(sdp("0", port: 7000), from: "alice", to: "carol")
        #expect(forked.dialogue.participants.map(\.tag) == ["alice", "carol"])
        #expect(forked.plan.media[1].transport.remoteRTP?.port == 7000)
    }

    @Test func aBranchThatAcceptsFollowsOneThatRefused() throws {
        var conversation = try Conversation()
        try conversation.offer(sdp("0"))
        #expect(try conversation.answer(sdp("0", port: 0), to: "bob").audio.port == 0)
        let accepted = try conversation.answer(sdp("0"), to: "carol")
        #expect(accepted.audio.port != 0 && accepted.plan.media.allSatisfy { $0.isActive })
    }

    @Test func eachAnswerDecidesAnewOfICEAndMultiplexing() throws {
        let plain = sdp("0")
        let capable = sdp("0", "rtcp-mux", session: ["ice-ufrag:abcd", "ice-pwd:abcdefghijklmnopqrstuv"])
        for order in [[plain, capable], [capable, plain]] {
            var conversation = try Conversation()
            try conversation.offer(sdp("0"), "ICE=force rtcp-mux-offer")
            for answer in order {
                let transport = try conversation.answer(answer).plan.media[1].transport
                #expect(transport.rtcpMux == (answer == capable) && (transport.ice != nil) == (answer == capable))
            }
        }
    }

    @Test func anotherProtocolOnOneSideStaysThere() throws {
        var conversation = try Conversation()
        try conversation.offer(sdp("0"), "RTP/SAVP")
        let key = "crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz"
        try conversation.answer(sdp("0", key, transport: "RTP/SAVP"))
        #expect(try conversation.offer(sdp("0", transport: "RTP/AVPF"), to: "bob").audio.transport == "RTP/SAVP")
        // Where both had the same one, they go on so.
        var same = try talking()
        #expect(try same.offer(sdp("0", transport: "RTP/AVPF"), to: "bob").audio.transport == "RTP/AVPF")
    }

    @Test func holdStopsOneDirectionAtOnce() throws {
        var conversation = try talking()
        let held = try conversation.offer(sdp("0", "sendonly"), to: "bob")
        #expect(held.audio.direction == .sendonly)
        #expect(held.plan.media[0].peerSends && !held.plan.media[0].peerReceives)
        let answered = try conversation.answer(sdp("0", "recvonly"))
        #expect(answered.audio.direction == .recvonly && !answered.plan.media[1].peerSends && answered.plan.media[1].peerReceives)
        let inactive = try conversation.offer(sdp("0", "inactive"), to: "bob")
        #expect(!inactive.plan.media[0].peerSends)
    }

    @Test func originalSendrecvLeavesTheLinesAlone() throws {
        var conversation = try Conversation()
        #expect(try conversation.offer(sdp("0", session: ["recvonly"]), "original-sendrecv").audio.direction == nil)
    }

    @Test func aNewCodecOnOneSideOfAConvertedCallStaysThere() throws {
        var conversation = try Conversation()
        let opus = sdp("111", "rtpmap:111 opus/48000/2")
        try conversation.offer(opus, "codec-mask-opus transcode-PCMU transcode-PCMA")
        try conversation.answer(sdp("0"))
        let changed = try conversation.offer(sdp("8"), from: "bob", to: "alice")
        #expect(changed.audio.rtpMaps.map(\.description) == ["111 opus/48000/2"])
        let answered = try conversation.answer(opus, from: "bob", to: "alice")
        #expect(answered.audio.formats == ["8"])
        #expect(answered.plan.media[1].sendPayloads.map(\.format) == [.pcma]
            && answered.plan.media[0].sendPayloads.map(\.format) == [.opus])
    }

    @Test func aNewCodecInAPassedThroughCallIsOfferedOn() throws {
        var conversation = try talking()
        #expect(try conversation.offer(sdp("8 0"), to: "bob").audio.formats == ["8", "0"])
    }

    @Test func payloadTypesKeepTheirMeaning() throws {
        var conversation = try Conversation()
        try conversation.offer(sdp("111 101", "rtpmap:111 opus/48000/2", "rtpmap:101 telephone-event/8000"))
        try conversation.answer(sdp("111 101", "rtpmap:111 opus/48000/2", "rtpmap:101 telephone-event/8000"))
        // The callee numbers the same codecs the other way round; toward the caller they stay what they were.
        let reverse = try conversation.offer(
            sdp("101 111", "rtpmap:101 opus/48000/2", "rtpmap:111 telephone-event/8000"), from: "bob", to: "alice")
        #expect(reverse.audio.rtpMaps.map(\.description) == ["111 opus/48000/2", "101 telephone-event/8000"])
    }

    @Test func switchedOffAndOnAgain() throws {
        var conversation = try talking()
        let off = try conversation.offer(sdp("0", port: 0), to: "bob")
        #expect(off.audio.port == 0 && off.plan.media.allSatisfy { !$0.isActive })
        #expect(try conversation.answer(sdp("0", port: 0)).audio.port == 0)
        let on = try conversation.offer(sdp("0"), to: "bob")
        #expect(on.audio.port == 30002 && on.plan.media.allSatisfy { $0.isActive })
    }

    @Test func resetForgetsWhatTheAnswererAgreedTo() throws {
        let ice = sdp("0", "rtcp-mux", session: ["ice-ufrag:abcd", "ice-pwd:abcdefghijklmnopqrstuv"])
        for (flags, keeps) in [("", true), ("reset", false)] {
            var conversation = try Conversation()
            try conversation.offer(sdp("0"), "ICE=force rtcp-mux-offer")
            try conversation.answer(ice)
            let again = try conversation.offer(sdp("0"), flags, to: "bob")
            #expect(again.audio.hasAttribute("ice-ufrag") == keeps && again.audio.offersRTCPMux == keeps, "\(flags)")
        }
    }

    @Test func theBranchIsKeptWithThePartyThatTheOfferWentTo() throws {
        let resources = try FakeResources()
        let offer = NegotiationRequest(sdp: sdp("0"), fromTag: "alice", viaBranch: "one")
        let first = try Negotiator.offer(offer, dialogue: nil, resources: resources)
        #expect(first.dialogue.participants.map(\.viaBranch) == [nil, "one"])
        let answer = NegotiationRequest(sdp: sdp("0"), fromTag: "alice", toTag: "bob", viaBranch: "two")
        let second = try Negotiator.answer(answer, dialogue: first.dialogue, resources: resources)
        #expect(second.dialogue.participants.map(\.viaBranch) == [nil, "one"])
    }

    @Test func eachFailureLeavesTheCallAsItWas() throws {
        var conversation = try talking()
        conversation.resources.leasesLeft = 0
        #expect(throws: NegotiationError.outOfPorts) { try conversation.offer(sdp("0"), "ICE=force address-family=IP6", to: "bob") }
        let unchanged = try conversation.offer(sdp("0"), to: "bob")
        #expect(unchanged.session.connection?.text == "203.0.113.9")
    }

    @Test func portsThatRunOutAreReported() throws {
        for leases in 0...1 {
            var conversation = try Conversation()
            conversation.resources.leasesLeft = leases
            #expect(throws: NegotiationError.outOfPorts) { try conversation.offer(sdp("0")) }
        }
    }

    @Test func theTextsAreThoseThatClientsKnow() {
        let errors: [NegotiationError] = [.malformedSDP(detail: ""), .incompleteSDP(detail: ""), .invalidDialogue,
            .cannotRewrite(detail: ""), .outOfPorts]
        #expect(errors.map(\.reason) == [
            "Failed to parse SDP", "Incomplete SDP specification", "Invalid dialogue association", "Error rewriting SDP",
                "Ran out of ports",
        ])
    }
}
