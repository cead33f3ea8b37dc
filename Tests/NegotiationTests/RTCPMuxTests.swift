import MediaCore
import Negotiation
import SDP
import Testing
import Wire

/// RFC 5761 and the `rtcp-mux` options, on two plain legs.
@Suite struct RTCPMuxTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var offered: Bool
        var flags: String
        /// `a=rtcp-mux` in our offer, and a port of its own for RTCP.
        var inOffer: Bool
        var port: Bool
        /// `a=rtcp-mux` in our answer.
        var inAnswer: Bool
        var testDescription: String { "\(offered ? "offered" : "not offered"), \(flags)" }
    }

    static let cases = [
        Case(offered: false, flags: "", inOffer: false, port: true, inAnswer: false),
        Case(offered: true, flags: "", inOffer: true, port: true, inAnswer: false),
        Case(offered: false, flags: "rtcp-mux-offer", inOffer: true, port: true, inAnswer: false),
        Case(offered: false, flags: "rtcp-mux-require", inOffer: true, port: false, inAnswer: false),
        Case(offered: true, flags: "rtcp-mux-demux", inOffer: false, port: true, inAnswer: true),
        Case(offered: true, flags: "rtcp-mux-reject", inOffer: true, port: true, inAnswer: false),
        Case(offered: false, flags: "rtcp-mux-offer rtcp-mux-reject", inOffer: true, port: true, inAnswer: false),
        Case(offered: true, flags: "rtcp-mux-accept", inOffer: true, port: true, inAnswer: true),
    ]

    @Test(arguments: cases) func offerAndAnswer(_ test: Case) throws {
        var conversation = try Conversation()
        let offer = try conversation.offer(test.offered ? sdp("0", "rtcp-mux") : sdp("0"), test.flags)
        #expect(offer.audio.offersRTCPMux == test.inOffer)
        #expect((offer.plan.media[1].transport.rtcpSocket != nil) == test.port)
        #expect(offer.audio.rtcp?.port == offer.audio.port + (test.port ? 1 : 0))
        let answer = try conversation.answer(sdp("0"))
        #expect(answer.audio.offersRTCPMux == test.inAnswer)
        #expect(answer.plan.media[0].transport.rtcpMux == test.inAnswer)
    }

    @Test func anAcceptedMuxGivesThePortBack() throws {
        var conversation = try Conversation()
        let offer = try conversation.offer(sdp("0"), "rtcp-mux-offer")
        let port = try #require(offer.plan.media[1].transport.rtcpSocket)
        #expect(!offer.plan.media[1].transport.rtcpMux)
        let answer = try conversation.answer(sdp("0", "rtcp-mux"))
        #expect(answer.removedSlots == [port.slot])
        #expect(answer.plan.media[1].transport.rtcpMux && answer.plan.media[1].transport.rtcpSocket == nil)
        #expect(answer.plan.media[1].transport.remoteRTCP == nil)
    }

    @Test func theRTCPAddressComesFromItsAttributeOrThePortAbove() throws {
        var conversation = try Conversation()
        #expect(try conversation.offer(sdp("0")).plan.media[0].transport.remoteRTCP?.description == "192.0.2.20:5001")
        #expect(try conversation.offer(sdp("0", "rtcp:6000")).plan.media[0].transport.remoteRTCP?.description == "192.0.2.20:6000")
        #expect(try conversation.offer(sdp("0",
            "rtcp:6000 IN IP4 192.0.2.77")).plan.media[0].transport.remoteRTCP?.description == "192.0.2.77:6000")
        #expect(try conversation.offer(sdp("0", "rtcp:9 IN IP4 0.0.0.0")).plan.media[0].transport.remoteRTCP == nil)
    }

    @Test func theAttributeIsOptional() throws {
        var conversation = try Conversation()
        #expect(try conversation.offer(sdp("0"), "no-rtcp-attribute").audio.rtcp == nil)
        #expect(try conversation.offer(sdp("0"), "full-rtcp-attribute").audio.rtcp?.address?.text == "203.0.113.9")
    }
}
