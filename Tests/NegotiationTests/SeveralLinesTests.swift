import MediaCore
import NGProtocol
import Negotiation
import SDP
import Testing
import Wire

/// Descriptions with more than one m-line, or with none for audio.
@Suite struct SeveralLinesTests {
    static let audio = "m=audio 5000 RTP/AVP 0"
    static let video = "m=video 5002 RTP/AVP 96|a=rtpmap:96 VP8/90000|a=rtcp-fb:96 nack pli|a=ssrc:7 cname:v"
    static let fax = "m=image 5004 udptl t38|a=T38FaxVersion:0"
    static let key = "crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz"

    /// One description; a bar separates lines.
    static func lines(_ media: String..., session: [String] = []) -> String {
        let head = ["v=0", "o=peer 1 1 IN IP4 192.0.2.20", "s=-", "c=IN IP4 192.0.2.20", "t=0 0"] + session
        return (head + media.flatMap { $0.split(separator: "|").map(String.init) }).map { $0 + "\r\n" }.joined()
    }

    private func ports(_ result: NegotiationResult) -> [Bool] { result.session.media.map { $0.port != 0 } }

    // MARK: - Relayed

    @Test func eachIsRelayedAsWhatItIs() throws {
        var conversation = try Conversation()
        let offer = try conversation.offer(Self.lines(Self.audio, Self.video, Self.fax))
        #expect(offer.session.media.map(\.kind) == ["audio", "video", "image"] && ports(offer) == [true, true, true])
        // The offerer's and the answerer's of each, in the order of the offer.
        #expect(offer.plan.media.map(\.relay) == [.audio, .audio, .packets, .packets, .datagrams, .datagrams])
        #expect(offer.plan.media.map(\.participant) == [0, 1, 0, 1, 0, 1])
        #expect(offer.plan.media.map(\.source) == [1, 0, 3, 2, 5, 4])
        let answer = try conversation.answer(Self.lines(
            "m=audio 6000 RTP/AVP 0", "m=video 6002 RTP/AVP 97|a=rtpmap:97 VP8/90000", "m=image 6004 udptl t38"))
        #expect(ports(answer) == [true, true, true])
        #expect(answer.plan.media.map { $0.transport.remoteRTP?.port } == [5000, 6000, 5002, 6002, 5004, 6004])
        #expect(answer.plan.media.allSatisfy { $0.isActive })
        var slots: Set<Int> = []
        for media in answer.plan.media {
            slots.formUnion(media.transport.rtpSockets.map(\.slot))
            if let rtcp = media.transport.rtcpSocket { slots.insert(rtcp.slot) }
        }
        #expect(slots == Set(conversation.resources.leasedSlots) && slots.count == 10)
    }

    @Test func videoKeepsItsWordsAndNumbers() throws {
        var conversation = try Conversation()
        let offer = try conversation.offer(Self.lines(Self.audio, Self.video), "codec-strip-all transcode-PCMA")
        let video = offer.session.media[1]
        #expect(video.formats == ["96"] && video.attribute("rtcp-fb") == "96 nack pli" && video.attribute("ssrc") == "7 cname:v")
        #expect(video.attribute("rtcp") == String(video.port + 1) && offer.audio.formats == ["8"])
        let answer = try conversation.answer(Self.lines("m=audio 6000 RTP/AVP 8", "m=video 6002 RTP/AVP 97|a=rtpmap:97 VP8/90000"))
        #expect(answer.session.media[1].formats == ["97"])
        let (caller, callee) = (answer.plan.media[2], answer.plan.media[3])
        #expect(caller.receivePayloads.map(\.payloadType) == [97, 96] && caller.sendPayloads.map(\.payloadType) == [96])
        #expect(callee.receivePayloads.map(\.payloadType) == [96, 97] && callee.sendPayloads.map(\.payloadType) == [97])
        #expect(caller.packetTime == nil && caller.presence == PresencePlan() && !caller.keepsEarlyMedia)
    }

    @Test func aFormatThatIsNamedIsLeftOut() throws {
        var conversation = try Conversation()
        let two = "m=video 5002 RTP/AVP 96 98|a=rtpmap:96 VP8/90000|a=rtcp-fb:96 nack|a=rtpmap:98 H264/90000|a=fmtp:98 x=1"
        let video = try conversation.offer(Self.lines(Self.audio, two), "codec-strip-VP8").session.media[1]
        #expect(video.formats == ["98"] && video.attributes("rtpmap") == ["98 H264/90000"] && video.attributes("rtcp-fb").isEmpty)
        #expect(video.attribute("fmtp") == "98 x=1")
    }

    @Test func faxHasOnePortAndNoRTCP() throws {
        var conversation = try Conversation()
        let offer = try conversation.offer(Self.lines(Self.audio, Self.fax), "ICE=force RTP/SAVP")
        let fax = offer.session.media[1]
        #expect(fax.transport == "udptl" && fax.formats == ["t38"] && fax.attribute("T38FaxVersion") == "0" && fax.port != 0)
        for name in ["rtcp", "crypto", "ice-ufrag", "candidate", "ssrc"] { #expect(!fax.hasAttribute(name), "\(name)") }
        #expect(fax.direction == .sendrecv)
        #expect(offer.plan.media[3].transport.rtpSockets.count == 1 && offer.plan.media[3].transport.rtcpSocket == nil)
        #expect(offer.plan.media[3].transport.security == .none && offer.plan.media[1].transport.security != .none)
    }

    @Test func videoIsSecuredAsTheAudioIs() throws {
        var conversation = try Conversation()
        let offer = try conversation.offer(Self.lines(Self.audio, Self.video), "UDP/TLS/RTP/SAVPF ICE=force")
        let media = offer.session.media
        #expect(media.map(\.transport) == ["UDP/TLS/RTP/SAVPF", "UDP/TLS/RTP/SAVPF"])
        #expect(media.allSatisfy { $0.hasAttribute("fingerprint") && $0.hasAttribute("ice-ufrag") && $0.offersRTCPMux })
        #expect(Set(media.compactMap { $0.attribute("ice-ufrag") }).count == 2)
        // Its sources are the other party's.
        #expect(media[0].attributes("ssrc").first != "7 cname:v" && media[1].attributes("ssrc") == ["7 cname:v"])
        #expect(offer.plan.media[3].transport.ice != nil)
    }

    @Test func sdesPassesFromLineToLine() throws {
        var conversation = try Conversation()
        let secure = Self.lines("m=audio 5000 RTP/SAVP 0|a=\(Self.key)", "m=video 5002 RTP/SAVP 96|a=rtpmap:96 VP8/90000|a=\(Self.key)")
        try conversation.offer(secure, "RTP/AVP")
        let answer = try conversation.answer(Self.lines(Self.audio, Self.video))
        let keys = answer.session.media.map { $0.attributes("crypto") }
        #expect(keys.map(\.count) == [1, 1] && keys[0] != keys[1])
    }

    // MARK: - Rejected, added, removed

    @Test func whatIsRejectedStaysSoInBothDirections() throws {
        var conversation = try Conversation()
        let offer = try conversation.offer(Self.lines(Self.audio, "m=video 0 RTP/AVP 96|a=rtpmap:96 VP8/90000", Self.fax))
        #expect(ports(offer) == [true, false, true] && offer.session.media[1].lines.isEmpty)
        #expect(offer.plan.media.map(\.relay) == [.audio, .audio, .datagrams, .datagrams])
        let answer = try conversation.answer(Self.lines(Self.audio, "m=video 0 RTP/AVP 96", Self.fax))
        #expect(ports(answer) == [true, false, true])
    }

    @Test func oneOfSeveralIsRefused() throws {
        var conversation = try Conversation()
        try conversation.offer(Self.lines(Self.audio, Self.video, Self.fax))
        let answer = try conversation.answer(Self.lines(Self.audio, "m=video 0 RTP/AVP 96", Self.fax))
        #expect(ports(answer) == [true, false, true])
        #expect(answer.plan.media.map(\.isActive) == [true, true, false, false, true, true])
        // Another branch may take it.
        let other = try conversation.answer(Self.lines(Self.audio, Self.video, "m=image 0 udptl t38"), to: "carol")
        #expect(ports(other) == [true, true, false] && other.plan.media.map(\.isActive) == [true, true, true, true, false, false])
    }

    @Test func theAudioMayBeTheOneThatIsRefused() throws {
        var conversation = try Conversation()
        try conversation.offer(Self.lines(Self.audio, Self.video))
        let answer = try conversation.answer(Self.lines("m=audio 0 RTP/AVP 0", Self.video))
        #expect(ports(answer) == [false, true] && answer.session.connection?.text == "203.0.113.9")
        #expect(answer.plan.media.map(\.isActive) == [false, false, true, true])
    }

    @Test func linesComeAndGo() throws {
        var conversation = try Conversation()
        try conversation.offer(Self.lines(Self.audio))
        try conversation.answer(Self.lines(Self.audio))
        let added = try conversation.offer(Self.lines(Self.audio, Self.video), from: "bob", to: "alice")
        #expect(ports(added) == [true, true] && added.plan.media.map(\.participant) == [0, 1, 1, 0])
        let port = added.session.media[1].port
        let accepted = try conversation.answer(Self.lines(Self.audio, Self.video), from: "bob", to: "alice")
        #expect(accepted.plan.media.map(\.source) == [1, 0, 3, 2] && accepted.plan.media.allSatisfy { $0.isActive })
        let off = try conversation.offer(Self.lines(Self.audio, "m=video 0 RTP/AVP 96"), from: "alice", to: "bob")
        #expect(ports(off) == [true, false] && off.plan.media.map(\.isActive) == [true, true, false, false])
        try conversation.answer(Self.lines(Self.audio, "m=video 0 RTP/AVP 96"))
        // The same m-line goes on, with its number and port.
        let on = try conversation.offer(Self.lines(Self.audio, Self.video), from: "bob", to: "alice")
        #expect(on.plan.media.count == 4 && on.session.media[1].port == port && on.plan.media.allSatisfy { $0.isActive })
    }

    /// A fax takes the audio's place, and gives it back.
    @Test func anotherKindInTheSamePlace() throws {
        var conversation = try Conversation()
        try conversation.offer(Self.lines(Self.audio))
        let first = try conversation.answer(Self.lines(Self.audio))
        let fax = try conversation.offer(Self.lines(Self.fax), from: "bob", to: "alice")
        #expect(fax.session.media.map(\.kind) == ["image"] && fax.plan.media.map(\.relay) == [.audio, .audio, .datagrams, .datagrams])
        let faxed = try conversation.answer(Self.lines(Self.fax), from: "bob", to: "alice")
        #expect(faxed.plan.media.map(\.isActive) == [false, false, true, true])
        let back = try conversation.offer(Self.lines(Self.audio), from: "alice", to: "bob")
        #expect(back.plan.media.map(\.isActive) == [true, true, false, false])
        #expect(back.plan.media[0].transport.rtpSockets == first.plan.media[0].transport.rtpSockets)
    }

    @Test func fewerAndMoreLinesInTheAnswerAreNoFailure() throws {
        var fewer = try Conversation()
        try fewer.offer(Self.lines(Self.video, Self.audio, Self.fax))
        let answer = try fewer.answer(Self.lines(Self.audio))
        #expect(answer.session.media.map(\.kind) == ["video", "audio", "image"] && ports(answer) == [false, true, false])
        var more = try Conversation()
        try more.offer(Self.lines(Self.audio))
        #expect(try more.answer(Self.lines(Self.audio, Self.video)).session.media.map(\.kind) == ["audio"])
        var none = try Conversation()
        try none.offer(Self.lines(Self.audio, Self.video))
        #expect(throws: NegotiationError.self) { try none.answer(Self.lines(Self.video)) }
    }

    // MARK: - Which line the call is about

    @Test func videoAlone() throws {
        var conversation = try Conversation()
        let offer = try conversation.offer(Self.lines(Self.video))
        #expect(offer.plan.media.map(\.relay) == [.packets, .packets] && ports(offer) == [true])
        let answer = try conversation.answer(Self.lines(Self.video))
        #expect(answer.plan.media.allSatisfy { $0.isActive } && answer.session.media[0].formats == ["96"])
        // Audio may join it.
        let joined = try conversation.offer(Self.lines(Self.video, Self.audio), to: "bob")
        #expect(joined.plan.media.map(\.relay) == [.packets, .packets, .audio, .audio] && joined.plan.media.map(\.source) == [1, 0, 3, 2])
    }

    @Test func twoAudioLines() throws {
        var conversation = try Conversation()
        let second = "m=audio 5010 RTP/AVP 8"
        let offer = try conversation.offer(Self.lines(Self.audio, second), "codec-mask-PCMA transcode-PCMU")
        #expect(offer.session.media.map(\.formats) == [["0"], ["0"]])
        let answer = try conversation.answer(Self.lines(Self.audio, "m=audio 6010 RTP/AVP 0"))
        #expect(answer.session.media.map(\.formats) == [["0"], ["8"]])
        #expect(answer.codecs(2) == [.pcma] && answer.codecs(3) == [.pcmu] && answer.codecs(0) == [.pcmu])
        #expect(Set(answer.plan.media.map(\.ssrc)).count == 4)
    }

    @Test func whatCannotBeServedIsRejectedBesideTheAudio() throws {
        for bad in [
            "m=video 5002 RTP/SAVP 96|a=rtpmap:96 VP8/90000", "m=video 5002 RTP/AVP 96|c=IN IP4 host.invalid", "m=audio 5010 RTP/AVP 99",
        ] {
            var conversation = try Conversation()
            let offer = try conversation.offer(Self.lines(Self.audio, bad))
            #expect(ports(offer) == [true, false] && !offer.remarks.isEmpty, "\(bad)")
            #expect(ports(try conversation.answer(Self.lines(Self.audio, "m=video 0 RTP/AVP 96"))) == [true, false])
        }
    }

    @Test func portsThatRunOutFailTheRequest() throws {
        for leases in 0..<6 {
            var conversation = try Conversation()
            conversation.resources.leasesLeft = leases
            #expect(throws: NegotiationError.outOfPorts) { try conversation.offer(Self.lines(Self.audio, Self.video, Self.fax)) }
        }
    }

    /// Messages go over TCP, from end to end.
    @Test func messagesPassUntouched() throws {
        var conversation = try Conversation()
        let message = "m=message 5008 TCP/MSRP *|a=path:msrp://192.0.2.20:5008/x;tcp"
        let offer = try conversation.offer(Self.lines(Self.audio, message))
        #expect(offer.session.media[1].port == 5008 && offer.session.media[1].connection?.text == "192.0.2.20")
        #expect(offer.session.media[1].hasAttribute("path") && offer.plan.media.count == 2)
        let answer = try conversation.answer(Self.lines(Self.audio, message.replacing("5008", with: "7008")))
        #expect(answer.session.media[1].port == 7008)
    }

    @Test func kindsThatAreLeftOut() throws {
        var conversation = try Conversation()
        let offer = try conversation.send([
            "command": "offer", "sdp": .string(Self.lines(Self.video, Self.audio, Self.fax)), "call-id": "call", "from-tag": "alice",
            "sdp-media-remove": .list(["video"]),
        ])
        #expect(offer.session.media.map(\.kind) == ["audio", "image"] && offer.plan.media.count == 4)
        let answer = try conversation.answer(Self.lines(Self.audio, Self.fax))
        #expect(answer.session.media.map(\.kind) == ["video", "audio", "image"] && ports(answer) == [false, true, true])
    }

    // MARK: - Meta, bundles

    @Test func metaHasOneAudioLine() throws {
        var called = try Conversation()
        let offer = try called.offer(Self.lines(Self.video, Self.audio, Self.fax), "whatsapp")
        #expect(offer.session.media.map(\.kind) == ["audio"] && offer.plan.media.count == 2)
        #expect(ports(try called.answer(Samples.metaAnswerDTLS)) == [false, true, false])
        var calling = try Conversation()
        try calling.offer(Samples.metaDTLS, "whatsapp")
        let answer = try calling.answer(Self.lines(Self.audio, Self.video))
        #expect(answer.session.media.map(\.kind) == ["audio"] && answer.plan.media.count == 2)
        let later = try calling.offer(Self.lines(Self.audio, Self.video), "local", from: "bob", to: "alice")
        #expect(ports(later) == [true, false])
    }

    @Test func aBundleHasOneMember() throws {
        var conversation = try Conversation()
        let bundle = ["a=group:BUNDLE a v"]
        try conversation.offer(Self.lines(Self.audio + "|a=mid:a", Self.video + "|a=mid:v", session: bundle), "bundle=[accept]")
        let answer = try conversation.answer(Self.lines(Self.audio, Self.video))
        #expect(answer.session.attribute("group") == "BUNDLE a" && ports(answer) == [true, true])
        #expect(answer.session.media.map(\.mid) == ["a", "v"])
        #expect(answer.session.media[0].port != answer.session.media[1].port)
    }

    /// Each of our m-lines has a transport of its own, so one that has none itself cannot be served.
    @Test func whatHasNoTransportOfItsOwnIsRejected() throws {
        let bundle = ["a=group:BUNDLE a v"]
        for (port, words) in [("5000", "|a=mid:v"), ("0", "|a=mid:v|a=bundle-only")] {
            let video = Self.video.replacing("5002", with: port) + words
            var conversation = try Conversation()
            let offer = try conversation.offer(Self.lines(Self.audio + "|a=mid:a", video, session: bundle))
            #expect(ports(offer) == [true, false] && offer.session.media[1].mid == "v")
        }
    }

    @Test func midsAreMadeForEach() throws {
        var conversation = try Conversation()
        let offer = try conversation.offer(Self.lines(Self.audio, Self.video), "generate-mid")
        #expect(offer.session.media.map(\.mid) == ["1", "2"])
    }
}
