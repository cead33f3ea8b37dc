import MediaCore
import NGProtocol
import Negotiation
import SDP
import SRTP
import Testing
import Wire

/// `local`: the PBX's re-offers are answered here, and Meta's leg is what it was.
@Suite struct LocalOfferTests {
    private static let opus = ["rtpmap:111 opus/48000/2"]
    private static let key = "crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz"

    /// A call of either direction; the tags are those of PBX and Meta.
    private func talking(userCalls: Bool = true, flags: String = "whatsapp") throws -> (Conversation, pbx: String, meta: String) {
        var conversation = try Conversation()
        if userCalls {
            try conversation.offer(Samples.metaDTLS, flags, from: "meta")
            try conversation.answer(sdp("0 101", "rtpmap:101 telephone-event/8000"), from: "meta", to: "pbx")
        } else {
            try conversation.offer(sdp("0 101", "rtpmap:101 telephone-event/8000"), flags, from: "pbx")
            try conversation.answer(Samples.metaAnswerDTLS, from: "pbx", to: "meta")
        }
        return (conversation, "pbx", "meta")
    }

    private static let changes = [
        sdp("0", "sendonly"), sdp("0", "inactive"), sdp("0", "recvonly"), sdp("0", address: "0.0.0.0"), sdp("0 8", port: 7000),
        sdp("8", port: 7000, address: "198.51.100.7"), sdp("0", key, transport: "RTP/SAVP"), sdp("0", port: 0),
        sdp("111", "rtpmap:111 opus/48000/2"),
        sdp("0", KeyingTests.fingerprint, "setup:actpass", "rtcp-mux", transport: "UDP/TLS/RTP/SAVPF",
            session: ["ice-ufrag:abcd", "ice-pwd:abcdefghijklmnopqrstuv"]),
        sdp("0") + "m=video 7000 RTP/AVP 97\r\n",
    ]

    @Test(arguments: [true, false]) func metasLegIsWhatItWas(_ userCalls: Bool) throws {
        for (index, change) in Self.changes.enumerated() {
            var (conversation, pbx, meta) = try talking(userCalls: userCalls)
            let leg = userCalls ? 0 : 1
            let before = try #require(conversation.last?.plan.media[leg])
            let result = try conversation.offer(change, "local", from: pbx, to: meta)
            #expect(result.plan.media[leg] == before, "\(index)")
            let sections = try SessionDescription(parsing: change).media.map(\.kind)
            #expect(result.answer == result.sdp && result.session.media.map(\.kind) == sections)
            // Any number of times, and the same answer to the same offer.
            #expect(try conversation.offer(change, "local", from: pbx, to: meta).sdp == result.sdp, "\(index)")
            #expect(try conversation.offer(sdp("0"), "local", from: pbx, to: meta).plan.media[leg] == before)
        }
    }

    @Test(arguments: [
        (sdp("0", "sendonly"), MediaDirection.recvonly, true, false), (sdp("0", "inactive"), .inactive, false, false),
        (sdp("0", "recvonly"), .sendonly, false, true), (sdp("0", address: "0.0.0.0"), .recvonly, true, false),
        (sdp("0"), .sendrecv, true, true),
    ]) func holdIsAnswered(_ offer: String, _ answered: MediaDirection, _ sends: Bool, _ receives: Bool) throws {
        var (conversation, pbx, meta) = try talking()
        let result = try conversation.offer(offer, "local", from: pbx, to: meta)
        #expect(result.audio.direction == answered && result.audio.port != 0)
        #expect(result.session.connection == nil && result.audio.connection?.ip?.isUnspecified == false)
        #expect(result.plan.media[1].peerSends == sends && result.plan.media[1].peerReceives == receives)
    }

    @Test func theCodecInUseStays() throws {
        for (formats, codec) in [("8 0", PayloadFormat.pcmu), ("8", .pcma), ("111 8", .opus), ("18 8 111", .pcma), ("9 8 111", .g722)] {
            var (conversation, pbx, meta) = try talking()
            let result = try conversation.offer(sdp(formats, "rtpmap:111 opus/48000/2"), "local", from: pbx, to: meta)
            #expect(result.codecs(1) == [codec], "\(formats)")
            #expect(result.audio.formats.count == 1)
        }
        var (conversation, pbx, meta) = try talking()
        #expect(throws: NegotiationError.self) { try conversation.offer(sdp("18"), "local", from: pbx, to: meta) }
        #expect(try conversation.offer(sdp("0"), "local", from: pbx, to: meta).codecs(1) == [.pcmu])
    }

    @Test func newKeysAreAnsweredWithOurs() throws {
        var (conversation, pbx, meta) = try talking()
        let sdes = try conversation.offer(sdp("0", Self.key, transport: "RTP/SAVP"), "local", from: pbx, to: meta)
        #expect(sdes.audio.attributes("crypto").count == 1 && sdes.audio.transport == "RTP/SAVP")
        let fingerprint = "fingerprint:sha-256 " + Array(repeating: "0B", count: 32).joined(separator: ":")
        let dtls = sdp("0", fingerprint, "setup:actpass", "rtcp-mux", transport: "UDP/TLS/RTP/SAVPF", session: [
            "ice-ufrag:abcd", "ice-pwd:abcdefghijklmnopqrstuv",
        ])
        let secured = try conversation.offer(dtls, "local", from: pbx, to: meta)
        #expect(secured.audio.attribute("setup") == "active" && secured.audio.hasAttribute("ice-ufrag"))
        let restarted = try conversation.offer(dtls.replacing("ufrag:abcd", with: "ufrag:efgh"), "local", from: pbx, to: meta)
        #expect(restarted.audio.attribute("ice-ufrag") != secured.audio.attribute("ice-ufrag"))
        #expect(restarted.plan.media[1].transport.rtpSockets == secured.plan.media[1].transport.rtpSockets)
    }

    @Test func aTransferBringsAnotherParty() throws {
        var (conversation, _, meta) = try talking()
        let result = try conversation.offer(sdp("8", port: 7000), "local", from: "agent", to: meta)
        #expect(result.dialogue.participants.map(\.tag) == ["meta", "agent"])
        #expect(result.plan.media[1].transport.remoteRTP?.port == 7000)
    }

    /// Who has left the call knows the key that it was sent with.
    @Test func andAKeyOfItsOwn() throws {
        var (conversation, pbx, meta) = try talking()
        let offer = sdp("0", Self.key, transport: "RTP/SAVP")
        let keys = try [pbx, pbx, "agent", "agent"].map { party in
            try conversation.offer(offer, "local", from: party, to: meta).audio.attribute("crypto")
        }
        #expect(keys[0] != nil && keys[0] == keys[1] && keys[2] == keys[3] && keys[0] != keys[2])
    }

    @Test func ordinaryRequestsStillWork() throws {
        var (conversation, pbx, meta) = try talking()
        try conversation.offer(sdp("0", "sendonly"), "local", from: pbx, to: meta)
        let first = try conversation.offer(sdp("0"), from: pbx, to: meta)
        #expect(first.audio.transport == "UDP/TLS/RTP/SAVPF" && first.audio.direction == .sendrecv && first.answer == nil)
        let second = try conversation.answer(Samples.metaAnswerDTLS, from: pbx, to: meta)
        #expect(second.codecs(1) == [.pcmu] && second.plan.media.allSatisfy { $0.isActive && $0.peerSends })
        #expect(try conversation.offer(sdp("8"), "local", from: pbx, to: meta).codecs(1) == [.pcma])
    }

    /// The PBX's session goes on: the same o= line, its version counted up.
    @Test func theVersionGrows() throws {
        var (conversation, pbx, meta) = try talking()
        let before = try #require(Samples.metaDTLS.split(separator: "\r\n").first { $0.hasPrefix("o=") }?.split(separator: " "))
        let origins = try [sdp("0", "sendonly"), sdp("0"), sdp("0")].map { text in
            try #require(try conversation.offer(text, "local", from: pbx, to: meta).session.origin)
        }
        #expect(Set(origins.map(\.sessionID)) == [String(before[1])])
        #expect(origins.map(\.sessionVersion) == ["3", "4", "4"])
    }

    // MARK: - Refusals

    @Test func whereItMakesNoSenseItIsRefused() throws {
        var fresh = try Conversation()
        #expect(throws: NegotiationError.invalidDialogue) { try fresh.offer(sdp("0"), "local") }
        #expect(fresh.dialogue == nil)
        var (conversation, pbx, meta) = try talking()
        #expect(throws: NegotiationError.invalidDialogue) { try conversation.offer(Samples.metaDTLS, "local", from: meta, to: pbx) }
        #expect(throws: NegotiationError.invalidDialogue) { try conversation.offer(sdp("0"), "local", from: pbx, to: "eve") }
        #expect(throws: NegotiationError.invalidDialogue) { try conversation.offer(sdp("0"), "local", from: "eve", to: "mallory") }
        var ringing = try Conversation()
        try ringing.offer(sdp("0"), "whatsapp", from: pbx)
        #expect(throws: NegotiationError.cannotRewrite(detail: "local: the call is not answered yet")) {
            try ringing.offer(sdp("0", "sendonly"), "local", from: pbx)
        }
        #expect(try ringing.answer(Samples.metaAnswerDTLS, from: pbx, to: meta).plan.media.allSatisfy { $0.peerSends })
    }

    // MARK: - Music

    @Test func theHoldFileIsHeardWhileThePBXHolds() throws {
        let audio = HoldAudio(
            narrowband: AudioClip(samples: [1], sampleRate: 8000), wideband: AudioClip(samples: [1, 2], sampleRate: 16000))
        for offer in [Samples.metaDTLS, Samples.metaG711] {
            let resources = try FakeResources()
            func request(_ sdp: String, _ from: String, _ to: String, local: Bool = false) -> NegotiationRequest {
                var request = NegotiationRequest(sdp: sdp, fromTag: from, toTag: to)
                request.options.whatsApp.isOn = true
                request.options.whatsApp.isLocal = local
                return request
            }
            var result = try Negotiator.offer(request(offer, "meta", "pbx"), dialogue: nil, resources: resources)
            result = try Negotiator.answer(request(sdp("0"), "meta", "pbx"), dialogue: result.dialogue, resources: resources)
            var hold = request(sdp("0", "sendonly"), "pbx", "meta", local: true)
            hold.holdAudio = audio
            result = try Negotiator.offer(hold, dialogue: result.dialogue, resources: resources)
            let clip = offer == Samples.metaG711 ? audio.narrowband : audio.wideband
            #expect(result.plan.media.map { $0.playback?.clip } == [clip, nil])
            let resume = request(sdp("0"), "pbx", "meta", local: true)
            result = try Negotiator.offer(resume, dialogue: result.dialogue, resources: resources)
            #expect(result.plan.media.allSatisfy { $0.playback == nil })
            // The recording is remembered.
            let again = request(sdp("0", "inactive"), "pbx", "meta", local: true)
            result = try Negotiator.offer(again, dialogue: result.dialogue, resources: resources)
            #expect(result.plan.media.map { $0.playback?.clip } == [clip, nil])
        }
    }
}
