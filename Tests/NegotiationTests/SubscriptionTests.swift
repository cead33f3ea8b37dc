import ICE
import MediaCore
import NGProtocol
@testable import Negotiation
import SDP
import Testing
import Wire

/// `publish`, `subscribe request` and its answer, `unsubscribe`, `create` and its answer.
struct SubscriptionCall {
    let resources: FakeResources
    var dialogue: Dialogue?
    var last: NegotiationResult?

    init() throws { resources = try FakeResources() }

    /// `alice` talks with `bob`.
    init(_ offer: String, _ answer: String, _ flags: String = "") throws {
        var conversation = try Conversation()
        try conversation.offer(offer, flags)
        last = try conversation.answer(answer)
        (resources, dialogue) = (conversation.resources, conversation.dialogue)
    }

    private mutating func take(_ result: NegotiationResult) -> NegotiationResult {
        (dialogue, last) = (result.dialogue, result)
        return result
    }

    private func message(_ command: String, _ sdp: String?, _ flags: String) throws -> NGRequest {
        var message: NGDictionary = [
            "command": .string(command), "call-id": "call", "from-tag": "x", "to-tag": "y", "rtpp-flags": .string(flags),
        ]
        message["sdp"] = sdp.map(NGValue.string)
        return try NGRequest(message)
    }

    @discardableResult
    mutating func subscribe(_ sources: [String], _ tag: String = "recorder", _ flags: String = "") throws -> NegotiationResult {
        guard case .subscribe(let command) = try message("subscribe request", nil, flags).command, let dialogue else {
            throw NegotiationError.invalidDialogue
        }
        let request = SubscriptionRequest(
            sources: sources.compactMap { dialogue.participant(tag: $0) }, tag: tag, flags: command.options, options: command.media)
        return take(try Negotiator.subscribe(request, dialogue: dialogue, resources: resources))
    }

    @discardableResult
    mutating func answer(_ sdp: String, _ tag: String = "recorder", _ flags: String = "") throws -> NegotiationResult {
        guard case .subscribeAnswer(let command) = try message("subscribe answer", sdp, flags).command, let dialogue else {
            throw NegotiationError.invalidDialogue
        }
        let request = NegotiationRequest(sdp: sdp, fromTag: tag, options: command.media)
        return take(try Negotiator.answerToOurs(request, dialogue: dialogue, resources: resources))
    }

    @discardableResult
    mutating func publish(_ sdp: String, _ tag: String = "speaker", _ flags: String = "") throws -> NegotiationResult {
        guard case .publish(let command) = try message("publish", sdp, flags).command else { throw NegotiationError.invalidDialogue }
        let request = NegotiationRequest(sdp: sdp, fromTag: tag, options: command.media)
        return take(try Negotiator.publish(request, dialogue: dialogue, resources: resources))
    }

    @discardableResult
    mutating func create(_ medias: [RequestedMedia] = [], _ tag: String = "guest", _ flags: String = "") throws -> NegotiationResult {
        guard case .create(let command) = try message("create", nil, flags).command else { throw NegotiationError.invalidDialogue }
        let request = CreationRequest(medias: medias, tag: tag, options: command.media)
        return take(try Negotiator.create(request, dialogue: dialogue, resources: resources))
    }

    @discardableResult
    mutating func offer(_ sdp: String, _ flags: String = "", from: String = "alice", to: String? = nil) throws -> NegotiationResult {
        guard case .offer(let command) = try message("offer", sdp, flags).command else { throw NegotiationError.invalidDialogue }
        let request = NegotiationRequest(sdp: sdp, fromTag: from, toTag: to, options: command.media)
        return take(try Negotiator.offer(request, dialogue: dialogue, resources: resources))
    }

    @discardableResult
    mutating func reply(_ sdp: String, from: String = "alice", to: String = "bob") throws -> NegotiationResult {
        guard let dialogue else { throw NegotiationError.invalidDialogue }
        return take(try Negotiator.answer(NegotiationRequest(sdp: sdp, fromTag: from, toTag: to), dialogue: dialogue, resources: resources))
    }

    mutating func remove(_ tag: String) throws -> Dialogue.Removal {
        let removal = try #require(dialogue?.removing(tag: tag, certificate: resources.certificate, defaults: NegotiationDefaults()))
        dialogue = removal.dialogue
        return removal
    }

    /// The recorder's m-lines.
    func lines(_ tag: String = "recorder") throws -> [MediaPlan] {
        let dialogue = try #require(dialogue)
        let index = try #require(dialogue.participant(tag: tag))
        let plan = dialogue.plan(certificate: resources.certificate, defaults: NegotiationDefaults())
        return dialogue.media(of: index).map { plan.media[$0] }
    }

    func slots(_ tag: String = "recorder") throws -> [Int] {
        try lines(tag).flatMap { $0.transport.rtpSockets.map(\.slot) + ($0.transport.rtcpSocket.map { [$0.slot] } ?? []) }
    }
}

/// Two m-lines of a recorder.
func recorder(_ formats: String = "0 101", ports: [Int] = [7000, 7002], _ attributes: String..., transport: String = "RTP/AVP") -> String {
    let lines = ports.map { port in
        (["m=audio \(port) \(transport) \(formats)", "a=rtpmap:101 telephone-event/8000", "a=recvonly"] + attributes.map { "a=\($0)" })
            .map { $0 + "\r\n" }.joined()
    }
    return "v=0\r\no=- 1 1 IN IP4 192.0.2.70\r\ns=-\r\nc=IN IP4 192.0.2.70\r\nt=0 0\r\n" + lines.joined()
}

private let plain = sdp("0 8 101", "rtpmap:101 telephone-event/8000", "fmtp:101 0-15")
private let plainAnswer = sdp("0 101", "rtpmap:101 telephone-event/8000", "fmtp:101 0-15", port: 6000)

@Suite struct SubscriptionTests {
    @Test func aRecorderIsOfferedALineForEachParty() throws {
        var call = try SubscriptionCall(plain, plainAnswer)
        let media = try call.subscribe(["alice", "bob"], "recorder", "all siprec").session.media
        #expect(media.allSatisfy { $0.transport == "RTP/AVP" && $0.formats == ["0", "101"] } && media.count == 2)
        #expect(media.allSatisfy { $0.hasAttribute("sendonly") && $0.attributes("rtpmap").contains("0 PCMU/8000") })
        #expect(Set(media.map(\.port)).count == 2)
        let described = try #require(call.dialogue?.subscribedMedia(of: 2))
        #expect(described.map(\.label) == media.compactMap { $0.attributes("label").first })
        #expect(described.map(\.participant) == [0, 1])
        #expect(described.allSatisfy { $0.index == 1 && $0.kind == "audio" && $0.mode == "sendrecv" })
        let lines = try call.lines()
        #expect(lines.map(\.source) == [0, 1] && lines.allSatisfy { $0.isActive && !$0.peerSends && !$0.keepsEarlyMedia })
        // The parties hear each other as before.
        #expect(call.last?.plan.media.prefix(2).map(\.source) == [1, 0])
    }

    @Test func itHearsThemOnceItHasAnswered() throws {
        var call = try SubscriptionCall(plain, plainAnswer)
        try call.subscribe(["alice", "bob"])
        #expect(try call.lines().allSatisfy { $0.transport.remoteRTP == nil })
        let before = try #require(call.last?.plan.media.prefix(2))
        let removed = try call.answer(recorder()).removedSlots
        let lines = try call.lines()
        #expect(removed.isEmpty && lines.map { $0.transport.remoteRTP?.port } == [7000, 7002] && lines.allSatisfy(\.peerReceives))
        #expect(lines.allSatisfy { $0.sendPayloads.map(\.payloadType) == [0, 101] })
        #expect(call.last?.plan.media.prefix(2) == before)
        #expect(call.dialogue?.subscriptions(of: 2).map(\.participant) == [0, 1])
        #expect(call.dialogue?.subscribers(of: 0) == [
            .init(participant: 1, kind: .offerAnswer), .init(participant: 2, kind: .publishSubscribe),
        ])
    }

    /// The codecs of the source are demanded, but for those who allow us to convert.
    @Test func everyCodecIsToBeTaken() throws {
        var call = try SubscriptionCall(plain, plainAnswer)
        try call.subscribe(["alice", "bob"])
        #expect(throws: NegotiationError.self) { try call.answer(recorder("0")) }
        #expect(throws: NegotiationError.self) { try call.answer(recorder("8 101")) }
        try call.answer(recorder("8"), "recorder", "allow-transcoding")
        #expect(try call.lines().allSatisfy { $0.sendPayloads.map(\.format) == [.pcma] })
        #expect(throws: NegotiationError.self) { try call.answer(recorder("18"), "recorder", "allow-transcoding") }
    }

    @Test func codecsAreAddedAndLeftOut() throws {
        var call = try SubscriptionCall(plain, plainAnswer)
        let added = try call.subscribe(["alice"], "r1", "transcode=opus")
        #expect(added.audio.rtpMaps.map(\.encodingName).prefix(3) == ["PCMU", "opus", "telephone-event"])
        #expect(try call.subscribe(["alice"], "r2", "codec-strip=telephone-event").audio.rtpMaps.map(\.encodingName) == ["PCMU"])
        try call.answer(sdp("0"), "r2")
        #expect(try call.lines("r2").map { $0.sendPayloads.map(\.format) } == [[.pcmu]])
    }

    @Test func aLineIsRefused() throws {
        var call = try SubscriptionCall(plain, plainAnswer)
        try call.subscribe(["alice", "bob"])
        let slots = try call.slots()
        let removed = try call.answer(recorder(ports: [0, 7002])).removedSlots
        #expect(removed == Array(slots.prefix(2)))
        #expect(try call.lines().map(\.isActive) == [false, true])
        #expect(call.dialogue?.subscriptions(of: 2).map(\.participant) == [1])
        // It is offered again, on ports of its own.
        #expect(try call.subscribe(["alice", "bob"]).session.media.allSatisfy { $0.port != 0 })
        try call.answer(recorder())
        #expect(try call.lines().map(\.isActive) == [true, true])
    }

    @Test func whatIsMissingInTheAnswerIsRefused() throws {
        var call = try SubscriptionCall(plain, plainAnswer)
        try call.subscribe(["alice", "bob"])
        try call.answer(recorder(ports: [7000]))
        #expect(try call.lines().map(\.isActive) == [true, false])
    }

    @Test func itsNextOfferKeepsPortsAndPlaces() throws {
        var call = try SubscriptionCall(plain, plainAnswer)
        let first = try call.subscribe(["alice", "bob"]).session
        try call.answer(recorder())
        let again = try call.subscribe(["alice", "bob"]).session
        #expect(again.media == first.media && again.origin?.sessionVersion == first.origin?.sessionVersion)
        // One is left out: its line stays, with port 0.
        let fewer = try call.subscribe(["bob"])
        #expect(fewer.session.media.map { $0.port == 0 } == [true, false] && fewer.removedSlots.count == 2)
        #expect(fewer.session.media[1] == first.media[1] && fewer.session.origin?.sessionVersion != first.origin?.sessionVersion)
        #expect(try call.lines().map(\.isActive) == [false, true])
        #expect(call.dialogue?.participants.count == 3)
    }

    @Test func itIsPaused() throws {
        var call = try SubscriptionCall(plain, plainAnswer)
        try call.subscribe(["alice", "bob"])
        try call.answer(recorder())
        #expect(try call.subscribe(["alice", "bob"], "recorder", "inactive").session.media.allSatisfy { $0.hasAttribute("inactive") })
        try call.answer(recorder().replacing("recvonly", with: "inactive"))
        #expect(try call.lines().allSatisfy { !$0.peerReceives })
        try call.subscribe(["alice", "bob"])
        try call.answer(recorder())
        #expect(try call.lines().allSatisfy(\.peerReceives))
    }

    @Test func whatAPartyHears() throws {
        var call = try SubscriptionCall(plain, sdp("8", "rtpmap:8 PCMA/8000", port: 6000))
        try call.offer(sdp("0", port: 5000), "transcode=PCMA")
        try call.reply(sdp("8", port: 6000))
        #expect(try call.subscribe(["alice"], "recorder", "egress").audio.rtpMaps.map(\.encodingName) == ["PCMA"])
        try call.answer(sdp("8", port: 7000))
        #expect(try call.lines().map(\.source) == [1])
        #expect(call.dialogue?.subscriptions(of: 2).map(\.participant) == [0])
    }

    @Test func unsubscribing() throws {
        var call = try SubscriptionCall(plain, plainAnswer)
        try call.subscribe(["alice", "bob"])
        try call.answer(recorder())
        let slots = try call.slots()
        let removal = try #require(call.dialogue?.unsubscribing(
            tag: "recorder", certificate: call.resources.certificate, defaults: NegotiationDefaults()))
        #expect(removal.removedSlots == slots && !removal.isEmpty && removal.tags == ["recorder"])
        #expect(removal.plan.media.map(\.isActive) == [true, true, false, false])
        #expect(removal.dialogue.participant(tag: "recorder") == nil && removal.dialogue.subscribers(of: 0).count == 1)
        #expect(removal.dialogue.unsubscribing(
            tag: "alice", certificate: call.resources.certificate, defaults: NegotiationDefaults()) == nil)
    }

    @Test func aPartyThatLeavesIsNotHeardAnyMore() throws {
        var call = try SubscriptionCall(plain, plainAnswer)
        try call.subscribe(["alice", "bob"])
        try call.answer(recorder())
        let removal = try call.remove("alice")
        // Nobody is left to talk with: the recorder holds no call up.
        #expect(removal.isEmpty)
        #expect(try call.lines().map(\.isActive) == [false, false])
    }

    @Test func aSourceThatRestsIsHeardAgain() throws {
        var call = try SubscriptionCall(plain, plainAnswer)
        try call.subscribe(["alice", "bob"])
        try call.answer(recorder())
        try call.offer(plain.replacing("m=audio 5000", with: "m=audio 0"))
        #expect(try call.lines().map(\.isActive) == [false, false])
        try call.offer(plain)
        try call.reply(plainAnswer)
        #expect(try call.lines().map(\.isActive) == [true, true])
    }

    @Test func theSourceChangesItsCodec() throws {
        var call = try SubscriptionCall(plain, plainAnswer)
        try call.subscribe(["alice", "bob"])
        try call.answer(recorder())
        try call.offer(sdp("8", port: 5000))
        try call.reply(sdp("8", port: 6000))
        let media = try #require(call.last?.plan.media)
        #expect(media[0].receivePayloads.first?.format == .pcma && media[2].sendPayloads.first?.format == .pcmu && media[2].source == 0)
        #expect(try call.subscribe(["alice", "bob"]).audio.rtpMaps.first?.encodingName == "PCMA")
    }

    @Test func severalRecorders() throws {
        var call = try SubscriptionCall(plain, plainAnswer)
        try call.subscribe(["alice", "bob"], "r1")
        try call.subscribe(["bob"], "r2")
        try call.answer(sdp("0 101", "rtpmap:101 telephone-event/8000", port: 7100), "r2")
        #expect(try call.lines("r1").map(\.source) == [0, 1])
        #expect(try call.lines("r2").map(\.source) == [1] && call.lines("r2").first?.transport.remoteRTP?.port == 7100)
        #expect(call.dialogue?.subscribers(of: 1).map(\.participant) == [0, 2, 3])
    }

    @Test func tagsThatAreTaken() throws {
        var call = try SubscriptionCall(plain, plainAnswer)
        #expect(throws: NegotiationError.invalidDialogue) { try call.subscribe(["alice"], "bob") }
        #expect(throws: NegotiationError.self) { try call.subscribe([]) }
        #expect(throws: NegotiationError.invalidDialogue) { try call.answer(recorder(), "alice") }
        #expect(throws: NegotiationError.invalidDialogue) { try call.answer(recorder(), "nobody") }
        try call.subscribe(["alice"])
        #expect(throws: NegotiationError.self) { try call.subscribe(["recorder"], "other") }
        #expect(throws: NegotiationError.invalidDialogue) { try call.publish(plain, "alice") }
        #expect(throws: NegotiationError.invalidDialogue) { try call.create([], "bob") }
    }

    @Test func aRingingPhoneIsNotHeard() throws {
        var conversation = try Conversation()
        try conversation.offer(plain)
        #expect(conversation.dialogue?.subscribable == [0])
    }

    // MARK: - Keys, ICE

    @Test func aRecorderWithSDES() throws {
        var call = try SubscriptionCall(plain, plainAnswer)
        let media = try call.subscribe(["alice", "bob"], "recorder", "RTP/SAVP SDES=[only-AES_CM_128_HMAC_SHA1_80]").session.media
        #expect(media.allSatisfy { $0.transport == "RTP/SAVP" && $0.attributes("crypto").count == 1 })
        #expect(Set(media.flatMap { $0.attributes("crypto") }).count == 2)
        let key = "crypto:1 AES_CM_128_HMAC_SHA1_80 inline:JpeU4nwAA5sb/K1hZJNubkTRuTnZsQWAulRjby2u"
        #expect(throws: NegotiationError.self) { try call.answer(recorder()) }
        try call.answer(recorder("0 101", key, transport: "RTP/SAVP"))
        for line in try call.lines() {
            guard case .sdes(_, let remote) = line.transport.security else { Issue.record("no SDES"); continue }
            #expect(remote != nil && line.transport.remoteRTP != nil)
        }
    }

    @Test func aRecorderWithWebRTC() throws {
        var call = try SubscriptionCall(plain, plainAnswer)
        let media = try #require(try call.subscribe(["alice"], "recorder", "WebRTC transcode=opus").session.media.first)
        #expect(media.transport == "UDP/TLS/RTP/SAVPF" && media.hasAttribute("rtcp-mux") && media.attributes("setup") == ["actpass"])
        #expect(!media.candidates.isEmpty && media.mid != nil)
        let before = try call.slots()
        try call.answer(
            sdp("0 126 111", "rtpmap:126 telephone-event/8000", "rtpmap:111 opus/48000/2", "ice-ufrag:abcd",
                "ice-pwd:0123456789012345678901",
                "fingerprint:sha-256 " + Array(repeating: "AB", count: 32).joined(separator: ":"), "setup:active", "rtcp-mux", "recvonly",
                transport: "UDP/TLS/RTP/SAVPF"))
        let line = try #require(try call.lines().first)
        guard case .dtls(let dtls) = line.transport.security else {
            Issue.record("no DTLS")
            return
        }
        #expect(dtls.role == .server && line.transport.ice?.remoteCredentials?.ufrag == "abcd")
        #expect(try call.slots() == before)
    }

    /// Both lines are plain unless something else is asked for: nobody records Meta's DTLS.
    @Test func aRecorderOfMeta() throws {
        var call = try SubscriptionCall(Samples.metaDTLS, sdp("0 101", "rtpmap:101 telephone-event/8000"), "whatsapp")
        let media = try call.subscribe(["alice", "bob"]).session.media
        #expect(media.map(\.transport) == ["RTP/AVP", "RTP/AVP"] && media.allSatisfy { $0.candidates.isEmpty })
        #expect(media.map { $0.rtpMaps.first?.encodingName } == ["opus", "PCMU"])
    }

    @Test func portsRunOut() throws {
        var call = try SubscriptionCall(plain, plainAnswer)
        let before = call.dialogue
        for left in 0..<2 {
            call.resources.leasesLeft = left
            #expect(throws: NegotiationError.outOfPorts) { try call.subscribe(["alice", "bob"]) }
            #expect(call.dialogue?.participants.count == before?.participants.count)
        }
    }
}
