import ICE
import MediaCore
import Negotiation
import SDP
import Testing
import Wire

/// The parts of a WhatsApp leg, each by its own flag; who may send; whose ports are shared.
@Suite struct LegPartsTests {
    private let pbx = sdp("0")

    @Test func theFlagTurnsThemOn() throws {
        var conversation = try Conversation()
        let media = try conversation.offer(Samples.metaDTLS, "whatsapp").plan.media
        #expect(media[0].presence == PresencePlan(sendsFirst: true, maximumGap: .milliseconds(400)))
        #expect(media[0].keepsEarlyMedia && !media[0].isGated && media[1].presence == PresencePlan())
    }

    @Test func eachCanBeTurnedOff() throws {
        var conversation = try Conversation()
        let off = try conversation.offer(Samples.metaDTLS, "whatsapp no-first-packet no-keep-alive no-early-media-buffer no-sdp-report")
        #expect(off.plan.media[0].presence == PresencePlan() && !off.plan.media[0].keepsEarlyMedia && off.findings.isEmpty)
        #expect(off.plan.media[1].keepsEarlyMedia)
        // And it stays off, and on again.
        #expect(try conversation.answer(pbx).plan.media[0].presence == PresencePlan())
        #expect(try conversation.answer(pbx, "keep-alive").plan.media[0].presence.maximumGap == .milliseconds(400))
    }

    /// Without Meta they are for the party that the offer goes to.
    @Test func eachWorksByItself() throws {
        var conversation = try Conversation()
        let media = try conversation.offer(pbx, "first-packet keep-alive hold-until-accept").plan.media
        #expect(media[0].presence == PresencePlan() && media[1].presence.sendsFirst && media[1].presence.maximumGap != nil)
        #expect(media.map(\.isGated) == [false, true])
        #expect(try conversation.answer(pbx).plan.media.map(\.isGated) == [false, false])
    }

    /// What an offerer with SDES is sent before it has our key is lost on it; the early answer gives it the key.
    @Test func nothingIsSentBeforeOurKeyIsThere() throws {
        for (flags, waits) in [("whatsapp", true), ("whatsapp early-answer", false)] {
            var conversation = try Conversation()
            let offered = try conversation.offer(Samples.metaSDES, flags).plan.media[0]
            #expect(offered.isGated == waits && offered.presence.sendsFirst != waits)
            let answered = try conversation.answer(pbx).plan.media[0]
            #expect(!answered.isGated && answered.presence.sendsFirst)
        }
    }

    @Test func theReportSaysWhoseDescriptionItIs() throws {
        var conversation = try Conversation()
        let broken = Samples.metaDTLS.replacing("a=fingerprint:sha-256 5A", with: "a=fingerprint:sha-256 ZZ")
        #expect(throws: NegotiationError.self) { try conversation.offer(broken, "whatsapp") }
        let early = try conversation.offer(Samples.metaDTLS, "whatsapp early-answer")
        #expect(!early.findings.contains { $0.origin == .ours && $0.severity > .note }, "\(early.findings)")
        let answered = try conversation.answer(sdp("0", "maxptime:10"))
        #expect(answered.findings.allSatisfy { $0.origin == .pbx })
        var plain = try Conversation()
        #expect(try plain.offer(pbx).findings.isEmpty)
        #expect(!(try plain.offer(sdp("9"), "sdp-report").findings.isEmpty))
    }

    // MARK: - allowed-sources

    @Test func sourcesAreThoseOfTheSpeaker() throws {
        let meta = try #require(IPNetwork("157.240.0.0/16"))
        var conversation = try Conversation()
        conversation.defaults.sourceSets = ["meta": [meta]]
        let offer = try conversation.offer(Samples.metaDTLS, "whatsapp allowed-sources=[meta 192.0.2.0/24 moon]")
        #expect(offer.plan.media[0].transport.allowedSources == [meta, try #require(IPNetwork("192.0.2.0/24"))])
        #expect(offer.plan.media[1].transport.allowedSources.isEmpty && offer.remarks.contains { $0.contains("moon") })
        let answer = try conversation.answer(pbx, "allowed-sources=10.1.2.3")
        #expect(answer.plan.media.map { $0.transport.allowedSources.count } == [2, 1])
        // What says nothing changes nothing, and an empty list is nothing.
        #expect(try conversation.answer(pbx, "allowed-sources=").plan.media.map { $0.transport.allowedSources.count } == [2, 1])
    }

    @Test func aListOfUnknownNamesIsNoList() throws {
        var conversation = try Conversation()
        #expect(throws: NegotiationError.incompleteSDP(detail: "allowed-sources names no network that is known")) {
            try conversation.offer(pbx, "allowed-sources=[moon 10.0.0.0/33]")
        }
        #expect(conversation.dialogue == nil)
    }

    // MARK: - Shared ports

    @Test func thePoolIsToldOfTheICE() throws {
        var conversation = try Conversation()
        let offer = try conversation.offer(Samples.metaDTLS, "whatsapp")
        let uses = conversation.resources.leasedUses
        let ufrag = try #require(offer.plan.media[0].transport.ice?.localCredentials.ufrag)
        #expect(uses.count == 2 && uses[0]?.localUfrag == ufrag && uses[0]?.remotes.count == 2 && uses[1] == nil)
        try conversation.offer(Samples.metaDTLS, "whatsapp")
        #expect(conversation.resources.settled.isEmpty, "nothing new")
        try conversation.offer(Samples.metaDTLS.replacing("a=ice-ufrag:RmDDkfzkwbexPfbC", with: "a=ice-ufrag:Restarted"), "whatsapp")
        #expect(conversation.resources.settled.count == 1 && conversation.resources.settled[0].localUfrag != ufrag)
    }

    @Test(arguments: [false, true]) func theAnswersCandidatesSettleThePorts(_ moves: Bool) throws {
        var conversation = try Conversation()
        let offer = try conversation.offer(pbx, "whatsapp")
        #expect(conversation.resources.leasedUses.last??.remotes == [])
        conversation.resources.movesSharedSockets = moves
        let answer = try conversation.answer(Samples.metaAnswerDTLS)
        #expect(conversation.resources.settled.map(\.remotes.count) == [2])
        let before = offer.plan.media[1].transport.rtpSockets
        #expect((answer.plan.media[1].transport.rtpSockets == before) == !moves)
        #expect(Set(answer.removedSlots).isSuperset(of: moves ? before.map(\.slot) : []))
        #expect(Set(answer.removedSlots).isDisjoint(with: answer.plan.media.flatMap { $0.transport.rtpSockets.map(\.slot) }))
    }

    @Test func aLegWithAPortForRTCPSharesNone() throws {
        var conversation = try Conversation()
        try conversation.offer(pbx, "ICE=force rtcp-mux-demux")
        #expect(conversation.resources.leasedUses.allSatisfy { $0 == nil })
    }
}
