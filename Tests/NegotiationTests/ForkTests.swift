import MediaCore
import NGProtocol
import Negotiation
import SDP
import Testing
import Wire

/// Calls that ring in several places: branches with ports of their own, and several who answer one offer.
@Suite struct ForkTests {
    /// Offers and answers with `via-branch`, as proxies send them.
    private struct Call {
        var conversation: Conversation

        init() throws { conversation = try Conversation() }

        @discardableResult
        mutating func offer(
            _ port: Int, from: String = "a", to: String? = nil, branch: String? = nil, isNewBranch: Bool = false
        ) throws -> NegotiationResult {
            var request = request(sdp("0", port: port), from, to, branch)
            request.options.forking.isNewBranch = isNewBranch
            return try take(Negotiator.offer(request, dialogue: last?.dialogue, resources: conversation.resources))
        }

        @discardableResult
        mutating func answer(_ port: Int, from: String = "a", to: String, branch: String? = nil) throws -> NegotiationResult {
            guard let dialogue = last?.dialogue else { throw NegotiationError.invalidDialogue }
            let request = request(sdp("0", port: port), from, to, branch)
            return try take(Negotiator.answer(request, dialogue: dialogue, resources: conversation.resources))
        }

        var last: NegotiationResult?

        private mutating func take(_ result: NegotiationResult) -> NegotiationResult {
            last = result
            return result
        }

        private func request(_ sdp: String, _ from: String, _ to: String?, _ branch: String?) -> NegotiationRequest {
            NegotiationRequest(sdp: sdp, fromTag: from, toTag: to, viaBranch: branch)
        }

        var tags: [String?] { last?.dialogue.participants.map(\.tag) ?? [] }
        /// Whom each participant's first m-line hears.
        var sources: [Int?] { last?.plan.media.map(\.source) ?? [] }
        var remotes: [UInt16?] { last?.plan.media.map { $0.transport.remoteRTP?.port } ?? [] }
    }

    private func ringing() throws -> Call {
        var call = try Call()
        try call.offer(5000, branch: "B1")
        try call.offer(5000, branch: "B2")
        return call
    }

    // MARK: - Branches with ports of their own

    @Test func eachBranchHasPortsOfItsOwn() throws {
        var call = try Call()
        let first = try call.offer(5000, branch: "B1").audio.port
        let second = try call.offer(5000, branch: "B2").audio.port
        #expect(first != second && call.last?.plan.media.count == 3 && call.tags == ["a", nil, nil])
        #expect(try call.offer(5000, branch: "B1").audio.port == first)
        #expect(call.last?.dialogue.participants.map(\.viaBranch) == [nil, "B1", "B2"])
        // The offerer has one end for all of them.
        #expect(call.last?.plan.media.filter { $0.participant == 0 }.count == 1)
    }

    @Test func anAnswerFindsItsBranch() throws {
        var call = try ringing()
        try call.answer(6200, to: "y", branch: "B2")
        #expect(call.tags == ["a", nil, "y"] && call.remotes == [5000, nil, 6200] && call.sources == [2, nil, 0])
        try call.answer(6100, to: "x", branch: "B1")
        #expect(call.tags == ["a", "x", "y"] && call.remotes == [5000, 6100, 6200] && call.sources == [1, 0, nil])
        // And back, by the tag alone.
        try call.answer(6201, to: "y")
        #expect(call.remotes == [5000, 6100, 6201] && call.sources == [2, nil, 0])
        #expect(call.last?.plan.media.allSatisfy { $0.isActive } == true)
    }

    @Test func withoutABranchTheNewestThatHasNotAnsweredDoes() throws {
        var call = try ringing()
        try call.answer(6200, to: "y")
        #expect(call.tags == ["a", nil, "y"])
        try call.answer(6100, to: "x")
        #expect(call.tags == ["a", "x", "y"])
    }

    @Test func reoffersStayInTheirBranch() throws {
        var call = try ringing()
        try call.answer(6100, to: "x", branch: "B1")
        try call.answer(6200, to: "y", branch: "B2")
        let ports = call.last?.plan.media.map(\.transport.rtpSockets)
        #expect(try call.offer(5100, to: "x", branch: "B7").audio.port == ports?[1].first?.advertised.port)
        #expect(call.sources == [1, 0, nil])
        try call.answer(6101, to: "x", branch: "B7")
        #expect(call.remotes == [5100, 6101, 6200])
        // The callee of the other branch offers itself.
        try call.offer(6201, from: "y", to: "a", branch: "B9")
        try call.answer(5200, from: "y", to: "a", branch: "B9")
        #expect(call.remotes == [5200, 6101, 6201] && call.sources == [2, nil, 0])
        #expect(call.last?.plan.media.map(\.transport.rtpSockets) == ports && call.last?.plan.media.count == 3)
    }

    @Test func aNewBranchAfterAnAnswer() throws {
        var call = try Call()
        try call.offer(5000, branch: "B1")
        try call.answer(6100, to: "x", branch: "B1")
        try call.offer(5000, branch: "B8")
        #expect(call.tags == ["a", "x", nil] && call.sources == [2, nil, 0])
        try call.answer(6800, to: "z")
        #expect(call.tags == ["a", "x", "z"])
        // No branch is named: the one that the caller talks with.
        try call.offer(5001)
        #expect(call.last?.plan.media.count == 3 && call.remotes[0] == 5001)
    }

    @Test func theFlagMakesABranchToo() throws {
        var call = try Call()
        try call.offer(5000)
        try call.offer(5000)
        #expect(call.last?.plan.media.count == 2)
        try call.offer(5000, isNewBranch: true)
        #expect(call.last?.plan.media.count == 3)
    }

    @Test func branchesAreBounded() throws {
        var call = try Call()
        for number in 0..<63 { try call.offer(5000, branch: "B\(number)") }
        #expect(throws: NegotiationError.self) { try call.offer(5000, branch: "B63") }
        try call.answer(6000, to: "x", branch: "B40")
        #expect(call.last?.plan.media[0].source == 41)
    }

    /// A user calls, and two agents' phones ring: Meta is told one thing, whoever takes the call.
    @Test func metaHasOneAnswerForAllBranches() throws {
        let resources = try FakeResources()
        func request(_ sdp: String, to: String? = nil, branch: String) -> NegotiationRequest {
            var request = NegotiationRequest(sdp: sdp, fromTag: "meta", toTag: to, viaBranch: branch)
            request.options.whatsApp.isOn = true
            request.options.whatsApp.answersEarly = true
            return request
        }
        let first = try Negotiator.offer(request(Samples.metaDTLS, branch: "B1"), dialogue: nil, resources: resources)
        let second = try Negotiator.offer(request(Samples.metaDTLS, branch: "B2"), dialogue: first.dialogue, resources: resources)
        #expect(first.answer != nil && second.answer == first.answer && second.audio.port != first.audio.port)
        let answer = try Negotiator.answer(request(sdp("8"), to: "agent", branch: "B1"), dialogue: second.dialogue, resources: resources)
        #expect(answer.sdp == first.answer && answer.plan.media.map(\.source) == [1, 0, nil])
        for media in [second.plan.media[0], answer.plan.media[0]] {
            #expect(media.transport == first.plan.media[0].transport && media.sendPayloads == first.plan.media[0].sendPayloads)
            #expect(media.isActive && media.presence.sendsFirst)
        }
        #expect(answer.dialogue.isMeta(0) && !answer.dialogue.isMeta(2))
    }

    // MARK: - Several who answer one offer

    @Test func theLastAnswerIsTheOneThatIsHeard() throws {
        var call = try Call()
        let port = try call.offer(5000).audio.port
        try call.answer(6100, to: "x")
        try call.answer(6200, to: "y")
        #expect(call.last?.plan.media.count == 2 && call.remotes == [5000, 6200] && call.sources == [1, 0])
        #expect(call.tags == ["a", "y"] && call.last?.dialogue.participants[1].formerTags == ["x"])
        try call.answer(6101, to: "x")
        #expect(call.remotes == [5000, 6101] && call.tags == ["a", "x"])
        // Each can be offered something again, and offer itself, on the port that both were told.
        #expect(try call.offer(5001, to: "y").audio.port == port)
        #expect(call.remotes == [5001, 6200] && call.tags == ["a", "y"])
        try call.offer(6102, from: "x", to: "a")
        #expect(call.remotes == [5001, 6102] && call.tags == ["a", "x"])
    }

    @Test func theFirstComesBackWithItsKeys() throws {
        var conversation = try Conversation()
        func key(_ letter: String) -> String { "crypto:1 AES_CM_128_HMAC_SHA1_80 inline:" + String(repeating: letter, count: 40) }
        try conversation.offer(sdp("0"), "RTP/SAVP")
        let first = try conversation.answer(sdp("0", key("a"), transport: "RTP/SAVP"), to: "x").plan.media[1].transport
        let second = try conversation.answer(
            sdp("0", key("b"), transport: "RTP/SAVP", port: 6200), to: "y").plan.media[1].transport
        #expect(first.security != second.security && first.rtpSockets == second.rtpSockets)
        let again = try conversation.offer(sdp("0"), to: "x").plan.media[1].transport
        #expect(again.security == first.security && again.remoteRTP == first.remoteRTP)
    }

    @Test func provisionalThenFinal() throws {
        for tag in ["x", "y"] {
            var conversation = try Conversation()
            try conversation.offer(sdp("0 8"))
            let early = try conversation.answer(sdp("8", port: 6100), "provisional", to: "x")
            #expect(early.audio.formats == ["8"] && early.plan.media.allSatisfy { $0.isActive })
            let final = try conversation.answer(sdp("0", port: 6101), to: tag)
            #expect(final.audio.formats == ["0"] && final.plan.media[1].transport.remoteRTP?.port == 6101)
            #expect(final.dialogue.participants[1].formerTags == (tag == "x" ? [] : ["x"]))
        }
    }

    @Test func aProvisionalAnswerKeepsTheGate() throws {
        var conversation = try Conversation()
        try conversation.offer(sdp("0"), "hold-until-accept")
        #expect(try conversation.answer(sdp("0"), "provisional").dialogue.isGated)
        #expect(!(try conversation.answer(sdp("0")).dialogue.isGated))
        var open = try Conversation()
        try open.offer(sdp("0"))
        #expect(!(try open.answer(sdp("0"), "provisional").dialogue.isGated))
    }

    // MARK: - Who leaves

    private func removing(_ tag: String, of call: Call) throws -> Dialogue.Removal? {
        let dialogue = try #require(call.last?.dialogue)
        return dialogue.removing(tag: tag, certificate: call.conversation.resources.certificate, defaults: NegotiationDefaults())
    }

    @Test func oneBranchLeaves() throws {
        var call = try ringing()
        try call.answer(6100, to: "x", branch: "B1")
        try call.answer(6200, to: "y", branch: "B2")
        let slots = try #require(call.last?.plan.media[2].transport).rtpSockets.map(\.slot)
        let removal = try #require(try removing("y", of: call))
        #expect(!removal.isEmpty && removal.tags == ["y"] && removal.removedSlots.count == 2)
        #expect(Set(removal.removedSlots).isSuperset(of: slots))
        #expect(removal.plan.media.map(\.isActive) == [true, true, false] && removal.plan.media.map(\.source) == [1, 0, nil])
        #expect(removal.plan.media[2].transport.rtpSockets.isEmpty)
        #expect(removal.dialogue.participant(tag: "y") == nil && removal.dialogue.participant(tag: "x") == 1)
        // The rest goes on.
        let offer = NegotiationRequest(sdp: sdp("0", port: 5005), fromTag: "a", toTag: "x")
        let result = try Negotiator.offer(offer, dialogue: removal.dialogue, resources: call.conversation.resources)
        #expect(result.plan.media.count == 3 && result.plan.media[0].transport.remoteRTP?.port == 5005)
        #expect(throws: NegotiationError.invalidDialogue) {
            let answer = NegotiationRequest(sdp: sdp("0"), fromTag: "y", toTag: "a")
            _ = try Negotiator.answer(answer, dialogue: removal.dialogue, resources: call.conversation.resources)
        }
    }

    @Test func withItsOnlyPartnerACallIsOver() throws {
        for tag in ["a", "x"] {
            var call = try Call()
            try call.offer(5000)
            try call.answer(6000, to: "x")
            let removal = try #require(try removing(tag, of: call))
            #expect(removal.isEmpty && removal.removedSlots.sorted() == [0, 1, 2, 3] && Set(removal.tags) == ["a", "x"])
        }
        var forked = try ringing()
        try forked.answer(6100, to: "x", branch: "B1")
        #expect(try #require(try removing("a", of: forked)).isEmpty)
        #expect(try removing("nobody", of: forked) == nil)
    }

    @Test func whoSharesAnEndLeavesItToTheOther() throws {
        var call = try Call()
        try call.offer(5000)
        try call.answer(6100, to: "x")
        try call.answer(6200, to: "y")
        let former = try #require(try removing("x", of: call))
        #expect(!former.isEmpty && former.removedSlots.isEmpty && former.plan.media[1].transport.remoteRTP?.port == 6200)
        #expect(former.dialogue.participant(tag: "x") == nil)
        let current = try #require(try removing("y", of: call))
        #expect(current.removedSlots.isEmpty && current.plan.media[1].transport.remoteRTP?.port == 6100)
        #expect(current.dialogue.participants[1].tag == "x" && current.dialogue.participant(tag: "y") == nil)
    }

    // MARK: - Who is who

    @Test func partiesAreFoundByTagLabelAndAddress() throws {
        let resources = try FakeResources()
        let offer = NegotiationRequest(sdp: sdp("0"), fromTag: "a", viaBranch: "B1", label: "caller")
        let first = try Negotiator.offer(offer, dialogue: nil, resources: resources)
        let answer = NegotiationRequest(sdp: sdp("0", address: "192.0.2.99"), fromTag: "a", toTag: "b", label: "callee")
        let dialogue = try Negotiator.answer(answer, dialogue: first.dialogue, resources: resources).dialogue
        #expect(["a", "b", "c"].map { dialogue.participant(tag: $0) } == [0, 1, nil])
        #expect(["caller", "callee", "other"].map { dialogue.participant(label: $0) } == [0, 1, nil])
        #expect(dialogue.participant(viaBranch: "B1") == 1)
        for (text, index) in [("192.0.2.20", 0), ("192.0.2.99", 1), ("192.0.2.1", nil)] as [(String, Int?)] {
            let address = try #require(IPAddress(text))
            #expect(dialogue.participant(address: address) == index)
        }
        #expect(dialogue.partner(of: 0) == 1 && dialogue.media(of: 1) == [1])
        let line = try #require(dialogue.line(ofMedia: 1))
        #expect((line.kind, line.place, line.transportProtocol, line.codecName) == ("audio", 0, "RTP/AVP", "PCMU"))
        #expect(dialogue.line(ofMedia: 2) == nil)
    }
}
