import MediaCore
import NGProtocol
@testable import Negotiation
import SDP
import Testing
import Wire

private let plain = sdp("0 8 101", "rtpmap:101 telephone-event/8000", "fmtp:101 0-15")
private let plainAnswer = sdp("0 101", "rtpmap:101 telephone-event/8000", "fmtp:101 0-15", port: 6000)

/// Parties that talk with nobody: `publish`, `create`.
@Suite struct PublicationTests {
    @Test func aPublisherIsAnsweredAndHeard() throws {
        var call = try SubscriptionCall()
        let answer = try call.publish(plain)
        #expect(answer.audio.formats == ["0"] && answer.audio.hasAttribute("recvonly") && answer.audio.port != 0)
        #expect(answer.plan.media.map(\.source) == [nil] && answer.plan.media.allSatisfy { !$0.peerReceives && $0.peerSends })
        try call.subscribe(["speaker"])
        try call.answer(sdp("0", port: 7000))
        #expect(try call.lines().map(\.source) == [0])
        #expect(call.dialogue?.subscribedMedia(of: 1).map(\.mode) == ["recvonly"])
        #expect(call.last?.plan.mediaTimeout == NegotiationDefaults().mediaTimeout)
    }

    @Test(arguments: [
        ("codec-accept=PCMA", ["8"]), ("codec-accept=[G729 PCMA PCMU]", ["8"]), ("codec-accept=G729", ["0"]), ("codec-accept=any", ["0"]),
        ("codec-accept=all", ["0", "8"]), ("codec-strip=PCMU", ["8"]),
    ])
    func itsCodec(_ flags: String, _ formats: [String]) throws {
        var call = try SubscriptionCall()
        #expect(try call.publish(plain, "speaker", flags).audio.formats == formats)
    }

    @Test func itPublishesAgain() throws {
        var call = try SubscriptionCall()
        let first = try call.publish(plain).audio
        #expect(try call.publish(plain.replacing("5000", with: "5100")).audio == first)
        #expect(call.last?.plan.media[0].transport.remoteRTP?.port == 5100 && call.dialogue?.participants.count == 1)
    }

    @Test func linesThatCannotBeServedAreRejected() throws {
        var call = try SubscriptionCall()
        let media = try call.publish(
            "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=image 4000 udptl t38\r\nm=audio 5000 RTP/AVP 0\r\n"
                + "m=video 5002 RTP/AVP 96 97\r\na=rtpmap:96 VP8/90000\r\na=rtpmap:97 rtx/90000\r\n").session.media
        #expect(media.map { $0.port == 0 } == [true, false, false] && media.map(\.kind) == ["image", "audio", "video"])
        #expect(media[2].formats == ["96", "97"])
        try call.subscribe(["speaker"])
        #expect(call.last?.session.media.map(\.kind) == ["audio", "video"])
        #expect(try call.lines().map(\.relay) == [.audio, .packets])
        #expect(throws: NegotiationError.self) { try call.publish(plain.replacing("m=audio 5000", with: "m=audio 0")) }
        #expect(throws: NegotiationError.malformedSDP(detail: "")) {
            do { try call.publish("broken") } catch NegotiationError.malformedSDP { throw NegotiationError.malformedSDP(detail: "") }
        }
    }

    @Test func itIsBesideACall() throws {
        var call = try SubscriptionCall()
        try call.publish(plain)
        try call.offer(plain)
        try call.reply(plainAnswer)
        #expect(call.last?.plan.media.map(\.source) == [nil, 2, 1])
        #expect(call.dialogue?.subscribable == [0, 1, 2])
        let removal = try call.remove("alice")
        #expect(!removal.isEmpty && removal.dialogue.participants.map(\.isGone) == [false, true, true])
    }

    @Test func ofMeta() throws {
        var call = try SubscriptionCall()
        let media = try call.publish(Samples.metaDTLS).audio
        #expect(media.transport == "UDP/TLS/RTP/SAVPF" && media.hasAttribute("recvonly") && media.rtpMaps.map(\.encodingName) == ["opus"])
        #expect(call.last?.plan.media[0].transport.ice?.remoteCandidates.isEmpty == false)
    }
}

@Suite struct CreationTests {
    @Test func aPartyIsCalledWithNobodyBehindIt() throws {
        var call = try SubscriptionCall()
        let offer = try call.create().audio
        #expect(offer.rtpMaps.map(\.encodingName) == ["opus", "PCMU", "PCMA", "telephone-event"] && offer.hasAttribute("sendrecv"))
        #expect(call.last?.plan.mediaTimeout == NegotiationDefaults().offerTimeout)
        try call.answer(sdp("8", port: 7000), "guest")
        let line = try #require(call.last?.plan.media.first)
        #expect(line.source == nil && line.isActive && line.sendPayloads.map(\.format) == [.pcma] && line.transport.remoteRTP?.port == 7000)
        #expect(call.last?.plan.mediaTimeout == NegotiationDefaults().mediaTimeout)
        // It may be heard by others.
        try call.subscribe(["guest"])
        #expect(try call.lines().map(\.source) == [0])
        #expect(throws: NegotiationError.self) { try call.answer(sdp("18", port: 7000), "guest") }
    }

    @Test func theMediasThatWereAskedFor() throws {
        var call = try SubscriptionCall()
        var audio = RequestedMedia(), video = RequestedMedia()
        (audio.id, audio.codecs) = ("1", ["PCMA", "telephone-event"])
        (video.kind, video.codecs) = ("video", ["VP8/90000"])
        let media = try call.create([audio, video]).session.media
        #expect(media.map(\.kind) == ["audio", "video"] && media[0].mid == "1")
        #expect(media[0].rtpMaps.map(\.encodingName) == ["PCMA", "telephone-event"])
        #expect(media[1].rtpMaps.map(\.encodingName) == ["VP8"])
        #expect(try call.create([], "other", "codec-offer=G722").audio.rtpMaps.map(\.encodingName) == ["G722"])
        video.codecs = []
        #expect(throws: NegotiationError.self) { try call.create([video], "third") }
    }

    /// A call that a business begins by the Graph API: what Meta is offered passes its rules.
    @Test func anOfferToMeta() throws {
        var call = try SubscriptionCall()
        let offer = try call.create([], "meta", "whatsapp")
        #expect(offer.audio.transport == "UDP/TLS/RTP/SAVPF")
        #expect(offer.audio.rtpMaps.first?.encodingName == "opus" && offer.audio.mid == "audio")
        let findings = SDPValidator.check(offer.sdp, origin: .ours, isOffer: true).filter { $0.severity != .note }
        #expect(findings.isEmpty, "\(findings)")
        try call.answer(Samples.metaAnswerDTLS, "meta")
        #expect(call.last?.plan.media[0].presence.sendsFirst == true && call.last?.plan.media[0].transport.ice?.isControlling == true)
    }
}
