import MediaCore
@testable import Negotiation
import NGProtocol
import SDP
import Testing

/// What one call may take, whatever its client sends.
@Suite struct CallLimitTests {
    /// An offer of the audio and 40 m-lines of kinds that no offer before it had.
    private func description(_ round: Int) -> String {
        sdp("0") + (0..<40).map { "m=kind\(round * 40 + $0) \(5_000 + $0) RTP/AVP 96\r\n" }.joined()
    }

    /// M-lines that rest keep their ports, so that each re-offer takes more of them.
    @Test func mediaLinesOfReoffers() throws {
        var conversation = try Conversation()
        for round in 0..<20 {
            let plan = try conversation.offer(description(round)).plan
            #expect(plan.media.count <= Dialogue.maximumMedia)
            // The call goes on, with what there is no room for rejected.
            #expect(plan.media[0].isActive && plan.media[1].isActive)
        }
        let text = try conversation.offer(description(99)).sdp
        let ports = try SessionDescription(parsing: text).media.map(\.port)
        #expect(ports[0] != 0 && ports.dropFirst().allSatisfy { $0 == 0 })
        // What was there before is still known.
        #expect(try SessionDescription(parsing: conversation.offer(description(0)).sdp).media.allSatisfy { $0.port != 0 })
    }

    /// An audio m-line whose protocol becomes another one has neither the keys nor the port for RTCP of the one before it.
    @Test func audioThatBecomesNoRTP() throws {
        var conversation = try Conversation()
        let secure = sdp(
            "0", "rtcp-mux", "crypto:1 AES_CM_128_HMAC_SHA1_80 inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj", transport: "RTP/SAVP")
        try conversation.offer(secure)
        try conversation.answer(secure)
        let plan = try conversation.offer(sdp("t38", transport: "udptl")).plan
        let active = plan.media.filter { $0.isActive && $0.relay == .datagrams }
        #expect(active.count == 2)
        for media in active {
            #expect(!media.transport.rtcpMux && media.transport.rtcpSocket == nil)
            if case .none = media.transport.security {} else { Issue.record("keys for what is no RTP") }
        }
    }

    /// Of the patterns of `sdp-attr` the first that matches counts, in the order of the message.
    @Test func theFirstOfSeveralSubstitutions() throws {
        var conversation = try Conversation()
        let flags = "sdp-attr-substitute-audio-x:1>first sdp-attr-substitute-audio-X>second sdp-attr-substitute-audio-y>third"
            + " sdp-attr-substitute-audio-y>fourth sdp-attr-remove-audio-Z sdp-attr-remove-audio-rtpmap sdp-attr-remove-audio-w:2"
        let text = try conversation.offer(sdp("0", "rtpmap:0 PCMU/8000", "x:1 a", "x:2", "Y", "z:5", "w:1", "w:2 b"), flags).sdp
        let lines = try SessionDescription(parsing: text).media[0].lines.map(\.value)
        #expect(["first", "second", "third", "w:1", "rtpmap:0 PCMU/8000"].allSatisfy(lines.contains))
        #expect(!lines.contains { $0.hasPrefix("x") || $0 == "Y" || $0 == "fourth" || $0.hasPrefix("z") || $0.hasPrefix("w:2") })
    }

    /// A set that is named again and again is one list of networks.
    @Test func allowedSourcesThatAreRepeated() throws {
        var conversation = try Conversation()
        let words = String(repeating: "10.0.0.0/8,", count: 900) + "10.1.0.0/16"
        let plan = try conversation.offer(sdp("0"), "allowed-sources=\(words)").plan
        #expect(plan.media.contains { $0.transport.allowedSources.count == 2 })
    }
}
