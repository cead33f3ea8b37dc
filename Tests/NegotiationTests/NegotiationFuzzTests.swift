import Fuzzing
import MediaCore
import Negotiation
import SDP
import Testing
import Wire

@Suite struct NegotiationFuzzTests {
    private static let flags = [
        "", "RTP/AVP ICE=remove DTLS=off codec-mask-opus transcode-PCMU rtcp-mux-demux", "RTP/SAVP SDES-nonew rtcp-mux-offer", "ICE=force",
        "transport-protocol=UDP/TLS/RTP/SAVPF ICE=force codec-strip-all transcode-opus transcode-telephone-event",
            "address-family=IP6 ptime=30",
        "codec-accept-all always-transcode single-codec", "replace=[origin-full SDP-version session-name zero-address]", "WebRTC",
            "reset ICE=default",
    ]
    /// Words of which any may come with any: those of a WhatsApp leg first.
    private static let parts = [
        "whatsapp", "profile=whatsapp", "whatsapp-from", "whatsapp-to", "early-answer", "hold-until-accept", "local", "no-first-packet",
        "no-keep-alive", "no-early-media-buffer", "prefer-g711", "no-prefer-g711", "sdp-report", "no-sdp-report",
        "allowed-sources=10.0.0.0/8", "allowed-sources=[meta nowhere]", "allowed-sources=nowhere", "hold-file=/music.wav",
        "new-branch", "no-port-latching", "reset", "provisional", "codec-strip-all", "codec-mask-all", "transcode-PCMU", "transcode-G722",
        "transcode-L16/16000", "transcode=telephone-event/48000", "codec-accept-all", "codec-ignore-opus", "always-transcode",
        "single-codec", "reuse-codecs", "static-codecs", "OSRTP-offer", "OSRTP-accept", "SDES-pad", "SDES-nonew", "SDES-static",
        "SDES-only-AES_256_CM_HMAC_SHA1_80", "SDES=unencrypted_srtp", "ICE=force-relay", "ICE=remove", "ICE=force", "ICE=optional",
        "ICE=lite-both", "ICE-reject", "trickle-ICE", "DTLS=off", "DTLS=passive", "DTLS-fingerprint=SHA-512", "rtcp-mux=require",
        "rtcp-mux=demux", "rtcp-mux=reject", "bundle=offer", "bundle=reject", "WebRTC", "RTP/SAVP", "RTP/AVP", "UDP/TLS/RTP/SAVPF",
        "generate-mid", "loop-protect", "strip-extmap", "original-sendrecv", "sdp-media-remove=[video image]",
        "sdp-attr=[audio=[remove=[rtpmap sendrecv] add=[x]]]", "address-family=IP6", "media-address=192.0.2.9",
        "received-from=[IP4 192.0.2.7] SIP-source-address", "ptime=1", "ptime=1000 ptime-reverse=7", "asymmetric", "strict-source",
        "media-handover", "replace=[origin username SDP-version session-name zero-address]", "direction=[v4 v6]", "NAT-wait", "pierce-NAT",
    ]

    /// Damaged descriptions in any order, from either side: no trap, and whatever is accepted holds together.
    @Test func damagedDescriptionsNeverTrapAndPlansHoldTogether() throws {
        let samples = try GoldenFile.names.flatMap { try GoldenFile($0).requests.map { $0.input.map { $0 + "\r\n" }.joined() } }
        var mutator = Mutator(seed: 7, corpus: samples.map { Array($0.utf8) }, alphabet: Array("0123456789:/=\r\n amvco-.".utf8))
        var random = SplitMix64(seed: 8)
        var accepted = 0
        for _ in 0..<250 {
            var conversation = try Conversation()
            conversation.defaults.sourceSets = ["meta": [IPNetwork("192.0.2.0/24")].compactMap { $0 }]
            conversation.resources.movesSharedSockets = Bool.random(using: &random)
            for step in 0..<6 {
                let isDamaged = Int.random(in: 0..<3, using: &random) > 0
                let whole = samples.randomElement(using: &random) ?? ""
                let text = isDamaged ? String(decoding: mutator.next(), as: UTF8.self) : whole
                var words = [Self.flags.randomElement(using: &random) ?? ""]
                for _ in 0..<Int.random(in: 0...3, using: &random) { words.append(Self.parts.randomElement(using: &random) ?? "") }
                let flags = words.joined(separator: " ")
                let before = conversation.dialogue?.plan(certificate: conversation.resources.certificate, defaults: conversation.defaults)
                let fromAlice = step < 2 || Bool.random(using: &random)
                let parties = fromAlice ? (from: "alice", to: "bob") : (from: "bob", to: "alice")
                let isOffer = step == 0 || Bool.random(using: &random)
                guard let result = try? conversation.send(isOffer ? "offer" : "answer", text, flags, from: parties.from,
                    to: parties.to) else {
                    let after = conversation.dialogue?.plan(
                        certificate: conversation.resources.certificate, defaults: conversation.defaults)
                    #expect(before == after)
                    continue
                }
                accepted += 1
                try check(result, conversation.resources)
            }
        }
        #expect(accepted > 150)
    }

    private func check(_ result: NegotiationResult, _ resources: FakeResources) throws {
        _ = try SessionDescription(parsing: result.sdp)
        if let answer = result.answer { _ = try SessionDescription(parsing: answer) }
        #expect(result.plan.media.allSatisfy { $0.transport.allowedSources.count <= 1 })
        // Who hears somebody is heard by it, and each m-line is one of its own.
        for (index, media) in result.plan.media.enumerated() {
            #expect(media.source.map { result.plan.media[$0].source == index && result.plan.media[$0].relay == media.relay } ?? true)
            #expect(media.source.map { result.plan.media[$0].participant != media.participant } ?? true)
        }
        #expect(Set(result.plan.media.map(\.ssrc)).count == result.plan.media.count && Set(result.plan.media.map(\.participant)) == [0, 1])
        #expect(result.plan.media.contains { $0.source != nil })
        for media in result.plan.media {
            let received = media.receivePayloads.map(\.payloadType)
            #expect(Set(received).count == received.count && received.allSatisfy { $0 < 128 })
            guard media.isActive else { continue }
            let slots = media.transport.rtpSockets.map(\.slot) + (media.transport.rtcpSocket.map { [$0.slot] } ?? [])
            #expect(!media.transport.rtpSockets.isEmpty && Set(slots).isSubset(of: resources.leasedSlots))
            #expect(Set(slots).isDisjoint(with: result.removedSlots))
            #expect(media.transport.rtpSockets.count <= (media.transport.ice == nil ? 1 : 2))
            let hasRTCP = media.transport.rtcpMux || media.transport.rtcpSocket != nil
            #expect(hasRTCP == (media.relay != .datagrams))
            #expect(media.relay != .audio || media.sendPayloads.contains { $0.format.isAudio })
            #expect(media.cname.utf8.count <= 255)
        }
    }
}
