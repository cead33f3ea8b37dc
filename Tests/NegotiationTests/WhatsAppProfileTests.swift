import MediaCore
import Negotiation
import SDP
import SRTP
import Testing
import Wire

/// The flag `whatsapp`: who is meant, and what its leg then is.
@Suite struct WhatsAppProfileTests {
    private let pbx = sdp("0 8 101", "rtpmap:101 telephone-event/8000")

    /// Which participant got what only Meta's leg gets.
    private func meta(_ plan: CallPlan) -> Int? { plan.media.firstIndex { $0.presence.sendsFirst } }

    @Test(arguments: [
        ("whatsapp", true, 0), ("profile=whatsapp", true, 0), ("whatsapp", false, 1), ("whatsapp-to", true, 1), ("whatsapp-from", false, 0),
        ("", true, nil), ("profile=pbx", true, nil),
    ] as [(String, Bool, Int?)])
    func theSideIsToldOrSeen(_ flags: String, _ metaOffers: Bool, _ expected: Int?) throws {
        var conversation = try Conversation()
        #expect(meta(try conversation.offer(metaOffers ? Samples.metaDTLS : pbx, flags).plan) == expected)
    }

    @Test(arguments: [Samples.metaDTLS, Samples.metaGraph, Samples.metaSDES]) func everySampleIsKnown(_ sample: String) throws {
        var conversation = try Conversation()
        try conversation.offer(sample, "whatsapp")
        #expect(meta(try conversation.answer(pbx).plan) == 0)
    }

    @Test func anInterfaceHasAProfileToo() throws {
        for (profiles, direction, expected) in [
            (["wa": .whatsApp], "direction=pbx direction=wa", 1), (["wa": .whatsApp], "direction=wa direction=pbx", 0),
            (["wa": .whatsApp], "", nil), (["": .whatsApp], "", 1),
        ] as [([String: LegProfile], String, Int?)] {
            var conversation = try Conversation()
            conversation.defaults.profiles = profiles
            #expect(meta(try conversation.offer(pbx, direction).plan) == expected, "\(profiles) \(direction)")
        }
    }

    @Test func laterRequestsNeedNotSayItAndCannotTurnItRound() throws {
        var conversation = try Conversation()
        try conversation.offer(Samples.metaDTLS, "whatsapp")
        #expect(meta(try conversation.answer(pbx).plan) == 0)
        #expect(meta(try conversation.offer(pbx, "whatsapp-from whatsapp", from: "bob", to: "alice").plan) == 0)
    }

    @Test(arguments: [true, false]) func theAnswerAloneMaySayIt(_ metaOffers: Bool) throws {
        var conversation = try Conversation()
        try conversation.offer(metaOffers ? Samples.metaDTLS : pbx, metaOffers ? "RTP/AVP ICE=remove codec-mask-opus transcode-PCMU"
            : "transport-protocol=UDP/TLS/RTP/SAVPF ICE=force codec-mask-all transcode-opus")
        let answer = try conversation.answer(metaOffers ? pbx : Samples.metaAnswerDTLS, "whatsapp")
        #expect(meta(answer.plan) == (metaOffers ? 0 : 1))
        #expect(answer.sdp.hasPrefix("v=0\r\no=- ") == true)
    }

    @Test func aPBXWithMetasPacketTimeIsNotTakenForIt() throws {
        var conversation = try Conversation()
        let offer = sdp("0 8", "maxptime:20")
        try conversation.offer(offer, "whatsapp")
        // A relay like Meta's gets one codec in an answer; this one all that pass.
        #expect(try conversation.answer(Samples.metaAnswerDTLS).audio.formats == ["0"])
        #expect(try conversation.offer(sdp("0 8"), "whatsapp", to: "bob").plan.media[0].packetTime == 20)
    }

    @Test func itsDescriptionIsTheSameWhileNothingChanges() throws {
        var conversation = try Conversation()
        try conversation.offer(Samples.metaDTLS, "whatsapp")
        let first = try conversation.answer(pbx).sdp
        #expect(try conversation.answer(sdp("8", "ptime:40", port: 7000), to: "carol").sdp == first)
        #expect(try conversation.answer(sdp("0", port: 0), to: "dave").sdp != first)
    }

    @Test(arguments: [Samples.metaDTLS, Samples.metaSDES]) func itsAnswerIsAsMetaWantsIt(_ offer: String) throws {
        var conversation = try Conversation()
        try conversation.offer(offer, "whatsapp ICE-reject rtcp-mux-reject BUNDLE-reject")
        let answer = try conversation.answer(sdp("0", "sendonly"), "ICE=remove")
        let isDTLS = offer == Samples.metaDTLS
        let ice = answer.plan.media[0].transport.ice
        #expect((ice != nil) == isDTLS && ice?.isControlling != false && ice?.remoteIsLite != false)
        #expect(answer.audio.attribute("setup") == (isDTLS ? "active" : nil) && answer.audio.attributes("crypto").count == (isDTLS ? 0 : 1))
        #expect(answer.audio.offersRTCPMux && answer.session.bundledMIDs == ["audio"] && answer.audio.direction == .sendrecv)
        #expect(answer.audio.packetTime == 20 && answer.audio.maximumPacketTime == 20)
        #expect(answer.audio.attributes("ssrc").count == 1 && answer.audio.formats == ["111", "126"])
        #expect(!answer.sdp.contains("extmap") && !answer.sdp.contains("transport-cc"))
    }

    @Test(arguments: [("", true), ("transport-protocol=RTP/SAVP", false), ("DTLS=off", false), ("transport-protocol=RTP/AVP", true)])
    func itIsOfferedDTLSOrSDES(_ flags: String, _ isDTLS: Bool) throws {
        var conversation = try Conversation()
        let offer = try conversation.offer(pbx, "whatsapp ICE=remove " + flags)
        #expect(offer.audio.transport == (isDTLS ? "UDP/TLS/RTP/SAVPF" : "RTP/SAVP"))
        #expect(offer.audio.attribute("setup") == (isDTLS ? "actpass" : nil) && offer.audio.attributes("crypto").count == (isDTLS ? 0 : 1))
        #expect((offer.audio.candidates.isEmpty, offer.audio.offersRTCPMux) == (!isDTLS, true))
        let answer = try conversation.answer(isDTLS ? Samples.metaAnswerDTLS : Samples.metaAnswerSDES)
        #expect(answer.audio.transport == "RTP/AVP" && answer.codecs(1).first == .opus && answer.codecs(0).first == .pcmu)
    }

    /// Meta is offered the audio alone; the PBX gets each m-line back in its place.
    @Test func otherMLinesStayBehind() throws {
        var conversation = try Conversation()
        let video = "m=video 7000 RTP/AVP 97\r\na=rtpmap:97 VP8/90000\r\n"
        let offer = try conversation.offer(pbx.replacing("m=audio", with: video + "m=audio"), "whatsapp")
        #expect(offer.session.media.map(\.kind) == ["audio"])
        let answer = try conversation.answer(Samples.metaAnswerDTLS)
        #expect(answer.session.media.map(\.kind) == ["video", "audio"] && answer.session.media.map { $0.port > 0 } == [false, true])
    }

    @Test func aServerOnlyWhereTheRequestAsksForIt() throws {
        for (flags, role) in [("", DTLSPlan.Role.client), ("DTLS=passive", .server)] {
            var conversation = try Conversation()
            conversation.defaults.dtlsPassive = true
            guard case .dtls(let dtls) = try conversation.offer(Samples.metaDTLS, "whatsapp " + flags).plan.media[0].transport.security
            else { return #expect(Bool(false), "no DTLS") }
            #expect(dtls.role == role)
        }
    }

    /// What Meta's sender limits, and what an entry of ours limits further.
    @Test(arguments: [("", 20_000), ("codec-set-opus/48000/2/16000", 16_000), ("codec-set-opus/48000/2/32000", 20_000)])
    func itsLimitsAndOursReachTheEncoder(_ flags: String, _ bitrate: Int) throws {
        var conversation = try Conversation()
        let words = flags.isEmpty ? "" : " codec-mask-opus transcode-PCMU " + flags
        try conversation.offer(Samples.metaDTLS, "whatsapp" + words)
        let opus = try #require(try conversation.answer(sdp("0")).plan.media[0].sendPayloads.first?.opus)
        #expect(opus.maxAverageBitrate == bitrate && opus.maxPlaybackRate == 16_000 && opus.useInbandFEC)
    }

    @Test func withoutALimitOfMetasOursStands() throws {
        var conversation = try Conversation()
        let offer = try conversation.offer(pbx, "whatsapp transcode-opus/48000/2/24000")
        #expect(offer.audio.formatParameters(of: 111)?.contains("maxaveragebitrate=24000") == true)
        #expect(try conversation.answer(Samples.metaAnswerDTLS).plan.media[1].sendPayloads.first?.opus.maxAverageBitrate == 24_000)
    }
}
