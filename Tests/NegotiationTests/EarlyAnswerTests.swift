import ICE
import MediaCore
import Negotiation
import SDP
import SRTP
import Testing
import Wire

/// `early-answer`: the offerer's answer is finished with its offer, and nothing changes it.
@Suite struct EarlyAnswerTests {
    private let answers = [
        sdp("0"), sdp("8", "ptime:40", "inactive"), sdp("0", "sendonly", port: 7000, address: "192.0.2.99"), sdp("0", port: 0),
        sdp("8 101", "rtpmap:101 telephone-event/8000", address: "0.0.0.0"),
    ]

    @Test(arguments: [Samples.metaDTLS, Samples.metaSDES, Samples.metaG711])
    func everyAnswerGivesTheVeryBytes(_ offer: String) throws {
        var conversation = try Conversation()
        let early = try #require(try conversation.offer(offer, "whatsapp early-answer").answer)
        for (index, answer) in answers.enumerated() {
            let result = try conversation.answer(answer, "replace-origin media-address=192.0.2.200 whatsapp", to: "branch\(index)")
            #expect(result.sdp.utf8.elementsEqual(early.utf8) && result.plan.media[0].isActive, "\(index)")
            #expect(result.plan.media[1].isActive == !answer.contains("m=audio 0"))
        }
    }

    /// Without the flag they are not the same.
    @Test func withoutItEachAnswerDecides() throws {
        var conversation = try Conversation()
        #expect(try conversation.offer(Samples.metaDTLS, "RTP/AVP codec-mask-opus transcode-PCMU transcode-PCMA").answer == nil)
        let texts = try answers.map { try conversation.answer($0).sdp }
        #expect(Set(texts).count > 2)
    }

    /// The finished answer is what the plan does, from the offer on.
    @Test func theHandshakeCanBegin() throws {
        var conversation = try Conversation()
        let result = try conversation.offer(Samples.metaDTLS, "whatsapp early-answer")
        let media = result.plan.media[0]
        let ice = try #require(media.transport.ice)
        #expect(ice.remoteCredentials != nil && ice.remoteCandidates.count == 2 && ice.isControlling)
        guard case .dtls(let dtls) = media.transport.security else { return #expect(Bool(false), "no DTLS") }
        #expect(dtls.role == .client && dtls.remoteFingerprint != nil)
        #expect(result.answer?.contains("a=ice-ufrag:\(ice.localCredentials.ufrag)\r\n") == true)
        #expect(media.isActive && media.peerReceives && media.sendPayloads.map(\.format) == [.opus, .telephoneEvent])
        let port = media.transport.rtpSockets[0].advertised.port
        #expect(result.answer?.contains("m=audio \(port) UDP/TLS/RTP/SAVPF 111 126\r\n") == true)
    }

    @Test(arguments: [
        (Samples.metaDTLS, "", "111 126"), (Samples.metaG711, "", "0 126"), (Samples.metaG711, "no-prefer-g711", "111 126"),
        (Samples.metaG711, "codec-mask-all transcode-opus transcode-PCMU", "111 126"),
        (Samples.metaG711, "codec-mask-all transcode-PCMA", "8 126"),
    ]) func theCodecIsDecidedWithoutTheAnswerer(_ offer: String, _ flags: String, _ formats: String) throws {
        var conversation = try Conversation()
        let answer = try #require(try conversation.offer(offer, "whatsapp early-answer " + flags).answer)
        #expect(answer.contains("SAVPF \(formats)\r\n"), "\(answer)")
    }

    /// Anybody may be answered early; the answerer then hears of no codec that could not be converted.
    @Test func aPBXIsAnsweredEarlyToo() throws {
        var conversation = try Conversation()
        let offer = try conversation.offer(
            sdp("4 0 18 101", "rtpmap:101 telephone-event/8000", "sendonly", session: ["group:BUNDLE 1"]), "early-answer")
        let answer = try SessionDescription(parsing: try #require(offer.answer))
        #expect(answer.media.first?.formats == ["0", "101"] && answer.media.first?.direction == .recvonly)
        #expect(offer.audio.formats == ["0", "101"])
    }

    @Test func onlyNothingToConvertFails() throws {
        var conversation = try Conversation()
        try conversation.offer(Samples.metaDTLS, "whatsapp early-answer")
        #expect(throws: NegotiationError.self) { try conversation.answer(sdp("4")) }
        #expect(try conversation.answer(sdp("4 8")).codecs(1) == [.pcma])
        var other = try Conversation()
        #expect(throws: NegotiationError.self) { try other.offer(sdp("4 18"), "early-answer") }
        #expect(other.dialogue == nil)
    }

    @Test func aFirstOfferAgainIsTheSameAnswer() throws {
        var conversation = try Conversation()
        let first = try conversation.offer(Samples.metaDTLS, "whatsapp early-answer").answer
        #expect(try conversation.offer(Samples.metaDTLS, "whatsapp early-answer").answer == first)
    }

    /// Retransmitted after the answer too, when the answerer's codecs are known, and with what a script has learnt to say since.
    @Test func aRepeatedOfferChangesNothing() throws {
        var conversation = try Conversation()
        let first = try conversation.offer(Samples.metaG711, "whatsapp early-answer")
        #expect(try conversation.answer(sdp("8")).sdp == first.answer)
        for flags in ["whatsapp early-answer", "early-answer codec-mask-all transcode-opus asymmetric", ""] {
            let again = try conversation.offer(Samples.metaG711, flags, to: "bob")
            #expect(again.answer == first.answer && again.plan.media[0] == first.plan.media[0], "\(flags)")
        }
        // Another offer is another matter.
        let other = Samples.metaG711.replacing("RmDDkfzkwbexPfbC", with: "RmDDkfzkwbexPfbD")
        #expect(try conversation.offer(other, "early-answer", to: "bob").answer != first.answer)
    }

    /// The first words again, after others that were answered, are no repetition.
    @Test func norDoesItUndoWhatCameBetween() throws {
        var conversation = try Conversation()
        let (talk, hold) = (sdp("0 8"), sdp("0 8", "sendonly"))
        try conversation.offer(talk, "whatsapp early-answer")
        try conversation.answer(Samples.metaAnswerDTLS)
        let held = try conversation.offer(hold, "local", to: "bob").answer
        #expect(try conversation.answer(Samples.metaAnswerDTLS).sdp == held)
        #expect(try conversation.offer(hold, "early-answer", to: "bob").answer == held)
        let resumed = try conversation.offer(talk, "early-answer", to: "bob")
        #expect(resumed.plan.media[0].peerReceives && resumed.answer?.contains("a=sendrecv\r\n") == true)
        // Nor are they from somebody else.
        #expect(try conversation.offer(talk, "early-answer", from: "agent", to: "bob").plan.media[0].transport.remoteRTP?.port == 5000)
    }

    @Test func everyMLineIsAnswered() throws {
        let video = "m=video 7000 RTP/AVP 97\r\na=mid:v\r\n"
        var conversation = try Conversation()
        let offer = Samples.metaDTLS.replacing("m=audio", with: video + "m=audio")
        let early = try conversation.offer(offer, "whatsapp early-answer").answer
        let media = try SessionDescription(parsing: try #require(early)).media
        #expect(media.map(\.kind) == ["video", "audio"] && media[0].port == 0 && media[0].mid == "v" && media[1].port != 0)
    }

    // MARK: - Gate

    @Test func theGateIsOpenedByTheAnswer() throws {
        var conversation = try Conversation()
        #expect(try gates(conversation.offer(Samples.metaDTLS, "whatsapp early-answer hold-until-accept")) == [true, false])
        #expect(try gates(conversation.answer(sdp("0", port: 0), to: "busy")) == [true, false])
        #expect(try gates(conversation.answer(sdp("0"), "hold-until-accept", to: "ringing")) == [true, false])
        #expect(try gates(conversation.answer(sdp("0"), to: "talking")) == [false, false])
        // A later offer with the same words does not cut the call in two.
        #expect(try gates(conversation.offer(sdp("0"), "hold-until-accept", from: "talking", to: "alice")) == [false, false])
    }

    @Test func orByTheControlSide() throws {
        var conversation = try Conversation()
        var dialogue = try conversation.offer(Samples.metaDTLS, "whatsapp hold-until-accept").dialogue
        #expect(dialogue.isGated)
        dialogue.openGate()
        let plan = dialogue.plan(certificate: conversation.resources.certificate, defaults: conversation.defaults)
        #expect(!dialogue.isGated && plan.media.allSatisfy { !$0.isGated })
    }

    /// Meta's answer to the business may come before its user accepts.
    @Test func aBusinessCallWaitsForTheUser() throws {
        var conversation = try Conversation()
        #expect(try gates(conversation.offer(sdp("0"), "whatsapp hold-until-accept")) == [false, true])
        #expect(try gates(conversation.answer(Samples.metaAnswerDTLS, "hold-until-accept")) == [false, true])
    }

    private func gates(_ result: NegotiationResult) throws -> [Bool] { result.plan.media.map(\.isGated) }
}
