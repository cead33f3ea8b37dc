import Fuzzing
import ICE
import MediaCore
import NGProtocol
import Negotiation
import SDP
import Testing
import Wire

/// `ICE`, `ICE-lite`, `trickle-ICE` and `fragment`.
@Suite struct ICEOptionTests {
    static let credentials = ["ice-ufrag:abcd", "ice-pwd:0123456789012345678901"]
    static let candidate = "candidate:1 1 UDP 2130706431 198.51.100.1 5000 typ host"

    private func ice(_ attributes: String..., session: [String] = []) -> String {
        sdp("0", session: session) + (Self.credentials + attributes).map { "a=\($0)\r\n" }.joined()
    }

    private func offer(_ conversation: inout Conversation, _ text: String, to: String? = nil,
                       _ change: (inout ICEOptions) -> Void) throws -> NegotiationResult {
        var request = NegotiationRequest(sdp: text, fromTag: "alice", toTag: to)
        change(&request.options.ice)
        return try conversation.send(request, isOffer: true)
    }

    @Test(arguments: [ICEOptions.Lite.forward, .backward, .both, .none]) func liteIsSaidAndDone(_ lite: ICEOptions.Lite) throws {
        var conversation = try Conversation()
        let offer = try offer(&conversation, ice(Self.candidate)) { $0.lite = lite }
        let (forward, backward) = (lite == .forward || lite == .both, lite == .backward || lite == .both)
        #expect(offer.session.hasAttribute("ice-lite") == forward)
        let answer = try conversation.answer(ice(Self.candidate))
        #expect(answer.session.hasAttribute("ice-lite") == backward)
        #expect(answer.plan.media.map { $0.transport.ice?.localIsLite } == [backward, forward])
        // A later offer that does not speak of it changes nothing.
        let again = try self.offer(&conversation, ice(Self.candidate), to: "bob") { _ in }
        #expect(again.session.hasAttribute("ice-lite") == forward)
        #expect(again.audio.attribute("ice-ufrag") == offer.audio.attribute("ice-ufrag"))
    }

    @Test func whoTurnsLiteRestarts() throws {
        var conversation = try Conversation()
        let first = try offer(&conversation, ice(Self.candidate)) { _ in }
        try conversation.answer(ice(Self.candidate))
        let second = try offer(&conversation, ice(Self.candidate), to: "bob") { $0.lite = .forward }
        #expect(second.session.hasAttribute("ice-lite") && second.audio.attribute("ice-ufrag") != first.audio.attribute("ice-ufrag"))
    }

    @Test func relayCandidatesComeLast() throws {
        var conversation = try Conversation()
        let result = try offer(&conversation, sdp("0")) { $0.mode = .forceRelay }
        let lines = result.audio.attributes("candidate")
        #expect(!lines.isEmpty && lines.allSatisfy { $0.contains(" typ relay raddr ") })
        #expect(result.audio.candidates.allSatisfy { $0.type == "relay" && $0.priority < 1 << 24 })
        var other = try Conversation()
        #expect(try offer(&other, sdp("0")) { $0.mode = .force }.audio.candidates.allSatisfy { $0.type == "host" })
    }

    @Test func modes() throws {
        for (mode, withICE, without) in [
            (ICEOptions.Mode.asOffered, true, false), (.remove, false, false), (.force, true, true), (.optional, true, true),
        ] {
            for (text, wanted) in [(ice(Self.candidate), withICE), (sdp("0"), without)] {
                var conversation = try Conversation()
                let result = try offer(&conversation, text) { $0.mode = mode }
                #expect(result.audio.hasAttribute("ice-ufrag") == wanted, "\(mode)")
                #expect(!result.sdp.contains("198.51.100.1 5000"))
            }
        }
    }

    @Test func optionsAreSaidAndEchoed() throws {
        var conversation = try Conversation()
        let offer = try offer(&conversation, ice(session: ["ice-options:ice2 trickle foo"])) { $0.trickles = true }
        #expect(offer.audio.attribute("ice-options") == "trickle" && offer.audio.hasAttribute("end-of-candidates"))
        let answer = try conversation.answer(ice(Self.candidate))
        #expect(answer.audio.attribute("ice-options") == "trickle ice2")
        var other = try Conversation()
        let plain = try self.offer(&other, ice()) { $0.saysICE2 = true }
        #expect(plain.audio.attribute("ice-options") == "ice2" && !plain.audio.hasAttribute("end-of-candidates"))
    }

    @Test func newCredentialsRestartBothWays() throws {
        var conversation = try Conversation()
        try conversation.offer(ice(Self.candidate))
        let first = try conversation.answer(ice(Self.candidate))
        let restarted = ice(Self.candidate).replacing("abcd", with: "wxyz")
        try conversation.offer(restarted, to: "bob")
        let second = try conversation.answer(ice(Self.candidate))
        #expect(second.audio.attribute("ice-ufrag") != first.audio.attribute("ice-ufrag"))
        try conversation.offer(ice(Self.candidate), from: "bob", to: "alice")
        let reverse = try conversation.answer(restarted, from: "bob", to: "alice")
        try conversation.offer(ice(Self.candidate).replacing("abcd", with: "efgh"), from: "bob", to: "alice")
        let after = try conversation.answer(restarted, from: "bob", to: "alice")
        #expect(after.audio.attribute("ice-ufrag") != reverse.audio.attribute("ice-ufrag"))
    }

    // MARK: Fragments

    private func trickle(_ conversation: Conversation, _ text: String, _ tag: String = "alice") throws -> Dialogue? {
        try Negotiator.fragment(
            text, of: tag, dialogue: try #require(conversation.dialogue), resources: conversation.resources)?.dialogue
    }

    /// The ports of the peer's candidates; `nil` where the fragment said nothing new.
    private func ports(_ conversation: Conversation, _ dialogue: Dialogue?, _ media: Int = 0) -> [UInt16]? {
        let plan = dialogue?.plan(certificate: conversation.resources.certificate, defaults: conversation.defaults)
        return plan?.media[media].transport.ice?.remoteCandidates.map(\.address.port)
    }

    @Test func candidatesOfAFragmentAreAdded() throws {
        var conversation = try Conversation()
        try conversation.offer(ice(Self.candidate, "mid:7"))
        let late = "m=audio 9 RTP/AVP 0\r\na=mid:7\r\na=\(Self.candidate)\r\na=candidate:2 1 UDP 1 198.51.100.1 5002 typ srflx\r\n"
        let whole = try trickle(conversation, Self.credentials.map { "a=\($0)\r\n" }.joined() + late)
        #expect(ports(conversation, whole) == [5000, 5002])
        #expect(ports(conversation, try trickle(conversation, late)) == [5000, 5002])
        #expect(try trickle(conversation, late.replacing("mid:7", with: "mid:8")) == nil)
    }

    @Test func thoseOfAnotherSessionAreNot() throws {
        var conversation = try Conversation()
        try conversation.offer(ice(Self.candidate))
        #expect(try trickle(conversation, "a=ice-ufrag:zzzz\r\na=candidate:2 1 UDP 1 198.51.100.1 5002 typ host\r\n") == nil)
    }

    @Test func aPartyThatHasNotSpokenHasToWait() throws {
        var conversation = try Conversation()
        try conversation.offer(ice(Self.candidate), "ICE=force", to: "bob")
        let text = "a=candidate:2 1 UDP 1 198.51.100.1 5002 typ host\r\n"
        #expect(try trickle(conversation, text, "bob") == nil && trickle(conversation, text, "carol") == nil)
        try conversation.answer(ice())
        #expect(ports(conversation, try trickle(conversation, text, "bob"), 1) == [5002])
        #expect(throws: NegotiationError.self) { try trickle(conversation, "garbage") }
    }

    @Test func mutatedFragmentsNeverTrap() throws {
        var conversation = try Conversation()
        try conversation.offer(ice(Self.candidate, "mid:7"))
        let text = "a=ice-ufrag:abcd\r\nm=audio 9 RTP/AVP 0\r\na=mid:7\r\n" + (1...40).map {
            "a=candidate:\($0) 1 UDP 1 198.51.100.1 \(6000 + $0) typ host\r\n"
        }.joined()
        var mutator = Mutator(seed: 0x7c, corpus: [Array(text.utf8)], alphabet: Array("0123456789:=\r\n amidcu.".utf8))
        var added = 0
        for _ in 0..<300 {
            guard let result = try? trickle(conversation, String(decoding: mutator.next(), as: UTF8.self)) else { continue }
            let count = ports(conversation, result)?.count ?? 0
            added = max(added, count)
            #expect((2...32).contains(count))
        }
        #expect(added == 32)
    }

    // MARK: RTCP multiplexing

    /// What an offer with and without it becomes, and what the offerer is told: as the answerer says, unless the options settle it.
    @Test func multiplexing() throws {
        typealias Row = (flags: String, offered: [Bool], answered: [Bool])
        for (flags, offered, answered) in [
            ("", [true, false], [true, false]), ("rtcp-mux-offer", [true, true], [true, false]),
            ("rtcp-mux-require", [true, true], [true, false]), ("rtcp-mux-demux", [false, false], [true, false]),
            ("rtcp-mux-accept", [true, false], [true, false]), ("rtcp-mux-reject", [true, false], [false, false]),
            ("rtcp-mux=[accept reject]", [true, false], [true, false]), ("rtcp-mux=[demux offer]", [true, true], [true, false]),
        ] as [Row] {
            let isSettled = flags.contains("demux") || flags.contains("accept")
            for (index, text) in [sdp("0", "rtcp-mux"), sdp("0")].enumerated() {
                for answer in [sdp("0", "rtcp-mux"), sdp("0")] {
                    var conversation = try Conversation()
                    #expect(try conversation.offer(text, flags).audio.hasAttribute("rtcp-mux") == offered[index], "\(flags)")
                    let result = try conversation.answer(answer)
                    #expect(result.audio.hasAttribute("rtcp-mux") == (answered[index] && (isSettled || answer.contains("rtcp-mux"))), "\(flags)")
                    #expect(result.plan.media.allSatisfy { $0.transport.rtcpMux != ($0.transport.rtcpSocket != nil) })
                }
            }
        }
    }
}
