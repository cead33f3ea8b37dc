import MediaCore
import NGProtocol
import Negotiation
import SDP
import SRTP
import Testing

/// `SDES` and `OSRTP`.
@Suite struct SDESOptionTests {
    private static let inline = KeyingTests.inline
    private static let gcm = "inline:" + String(repeating: "A", count: 38)

    private func secure(_ lines: String..., transport: String = "RTP/SAVP") -> String {
        let body = sdp("0", transport: transport)
        return body + lines.enumerated().map { "a=crypto:\($0 + 1) \($1)\r\n" }.joined()
    }

    private static let cm80 = "AES_CM_128_HMAC_SHA1_80 \(inline)", cm32 = "AES_CM_128_HMAC_SHA1_32 \(inline)"

    private func suites(_ result: NegotiationResult) -> [String] {
        result.audio.attributes("crypto").map { String($0.words[1]) }
    }

    private func keys(_ media: MediaPlan) -> (local: SRTPKey, remote: SRTPKey?)? {
        if case .sdes(let local, let remote) = media.transport.security { (local, remote) } else { nil }
    }

    @Test func everySuiteOfTheReferenceIsOffered() throws {
        var conversation = try Conversation()
        let offered = suites(try conversation.offer(sdp("0"), "RTP/SAVP"))
        #expect(Set(offered) == Set(SRTPSuite.allCases.map(\.name)) && offered.count == 8)
    }

    @Test func theOfferersSuitesComeFirstAndOrderBeforeThem() throws {
        func offered(_ flags: String) throws -> [String] {
            var conversation = try Conversation()
            return suites(try conversation.offer(secure(Self.cm32, "AEAD_AES_128_GCM \(Self.gcm)"), flags))
        }
        #expect(try offered("").prefix(2) == ["AES_CM_128_HMAC_SHA1_32", "AEAD_AES_128_GCM"])
        #expect(try offered("SDES-nonew") == ["AES_CM_128_HMAC_SHA1_32", "AEAD_AES_128_GCM"])
        #expect(try offered("SDES-order:AES_256_CM_HMAC_SHA1_80").first == "AES_256_CM_HMAC_SHA1_80")
        #expect(try offered("SDES=[only-AEAD_AES_128_GCM only-AES_CM_128_HMAC_SHA1_80]") == ["AEAD_AES_128_GCM", "AES_CM_128_HMAC_SHA1_80"])
        #expect(try !offered("SDES-no-AES_CM_128_HMAC_SHA1_32").contains("AES_CM_128_HMAC_SHA1_32"))
    }

    @Test func offererPrefChoosesAmongItsLines() throws {
        for (flags, suite) in [("", "AES_CM_128_HMAC_SHA1_80"), ("SDES-offerer_pref:AES_CM_128_HMAC_SHA1_32", "AES_CM_128_HMAC_SHA1_32")] {
            var conversation = try Conversation()
            try conversation.offer(secure(Self.cm80, Self.cm32), "RTP/AVP \(flags)")
            #expect(suites(try conversation.answer(sdp("0"))) == [suite])
        }
    }

    @Test func twoSuitesOnTwoSides() throws {
        var conversation = try Conversation()
        try conversation.offer(secure("AEAD_AES_128_GCM \(Self.gcm)"), "SDES-only-AES_CM_128_HMAC_SHA1_80")
        let answer = try conversation.answer(secure(Self.cm80))
        #expect(suites(answer) == ["AEAD_AES_128_GCM"])
        #expect(keys(answer.plan.media[0])?.local.suite == .aeadAES128GCM)
        #expect(keys(answer.plan.media[1])?.remote?.suite == .aesCM128HMACSHA1_80)
    }

    @Test func padAndLifetimeAreWritten() throws {
        func line(_ change: (inout SDESOptions) -> Void) throws -> String {
            var conversation = try Conversation()
            var request = NegotiationRequest(sdp: sdp("0"), fromTag: "alice")
            request.options.transport = .rtpSAVP
            request.options.sdes.only = ["AES_256_CM_HMAC_SHA1_80"]
            change(&request.options.sdes)
            return try #require(conversation.send(request, isOffer: true).audio.attribute("crypto"))
        }
        #expect(try !line { _ in }.contains("=") && !line { _ in }.contains("|"))
        #expect(try line { $0.pads = true }.hasSuffix("=="))
        #expect(try line { $0.lifetime = true }.hasSuffix("|2^31"))
    }

    @Test func staticKeepsWhatWasAgreed() throws {
        for isStatic in [true, false] {
            var conversation = try Conversation()
            let first = try conversation.offer(sdp("0"), "RTP/SAVP")
            try conversation.answer(sdp("0", "crypto:8 AEAD_AES_128_GCM \(Self.gcm)", transport: "RTP/SAVP"))
            var request = NegotiationRequest(sdp: sdp("0", "sendonly"), fromTag: "alice", toTag: "bob")
            request.options.sdes.except = ["AEAD_AES_128_GCM"]
            request.options.sdes.isStatic = isStatic
            let again = try conversation.send(request, isOffer: true)
            #expect((again.audio.attributes("crypto") == first.audio.attributes("crypto")) == isStatic)
            // The key in use stays in any case.
            let used = first.audio.attributes("crypto")[7].dropFirst()
            #expect(again.audio.attributes("crypto").contains { $0.hasSuffix(used) })
        }
    }

    @Test func sessionParametersReachTheMedia() throws {
        var conversation = try Conversation()
        try conversation.offer(secure(Self.cm80 + " UNENCRYPTED_SRTCP UNAUTHENTICATED_SRTP"), "RTP/AVP")
        let answer = try conversation.answer(sdp("0"))
        #expect(answer.audio.attribute("crypto")?.hasSuffix(" UNENCRYPTED_SRTCP UNAUTHENTICATED_SRTP") == true)
        let both = try #require(keys(answer.plan.media[0]))
        #expect(both.local.relaxations == [.unencryptedRTCP, .unauthenticatedRTP] && both.remote?.relaxations == both.local.relaxations)
    }

    @Test func sessionParametersAreOfferedAndOnlyWhatIsOfferedIsTaken() throws {
        for (flags, line, isTaken) in [
            ("SDES-unencrypted_srtp", " UNENCRYPTED_SRTP", true), ("SDES-unencrypted_srtp", "", true), ("", " UNENCRYPTED_SRTP", false),
            ("SDES-unauthenticated_srtp", " UNAUTHENTICATED_SRTP UNENCRYPTED_SRTP", false),
        ] {
            var conversation = try Conversation()
            var request = NegotiationRequest(sdp: sdp("0"), fromTag: "alice")
            request.options.transport = .rtpSAVP
            request.options.sdes.unencryptedSRTP = flags.contains("unencrypted") ? true : nil
            request.options.sdes.unauthenticatedSRTP = flags.contains("unauthenticated") ? true : nil
            let offer = try conversation.send(request, isOffer: true)
            let lines = offer.audio.attributes("crypto")
            #expect(lines.allSatisfy { $0.contains("UNENCRYPTED_SRTP") || $0.contains("GCM") } == flags.contains("unencrypted"))
            let tag = try #require(lines.first { $0.contains("AES_CM_128_HMAC_SHA1_80") }?.words.first)
            let text = sdp("0", "crypto:\(tag) \(Self.cm80)\(line)", transport: "RTP/SAVP")
            guard isTaken else {
                #expect(throws: NegotiationError.self) { try conversation.answer(text) }
                continue
            }
            let plan = try conversation.answer(text).plan
            #expect(keys(plan.media[1])?.local.relaxations == (line.isEmpty ? [] : .unencryptedRTP))
        }
    }

    @Test func aKeyIdentifierOfThePeersIsExpectedInItsPackets() throws {
        var conversation = try Conversation()
        try conversation.offer(secure(Self.cm80 + "|2^20|1:4"), "RTP/AVP")
        let answer = try conversation.answer(sdp("0"))
        let both = try #require(keys(answer.plan.media[0]))
        #expect(both.remote?.identifier == [0, 0, 0, 1] && both.local.identifier.isEmpty)
        #expect(answer.audio.attribute("crypto")?.contains(":4") == false)
    }

    // MARK: OSRTP (RFC 8643)

    @Test func aPlainOfferWithKeysIsAnsweredWithKeys() throws {
        var conversation = try Conversation()
        let offer = try conversation.offer(secure(Self.cm80, transport: "RTP/AVP"), "RTP/AVP")
        #expect(!offer.audio.hasAttribute("crypto"))
        let answer = try conversation.answer(sdp("0"))
        #expect(answer.audio.transport == "RTP/AVP" && suites(answer) == ["AES_CM_128_HMAC_SHA1_80"])
        #expect(keys(answer.plan.media[0])?.remote != nil && keys(answer.plan.media[1]) == nil)
    }

    @Test func keysUnderAPlainProtocolAreOfferedAndMayBeRefused() throws {
        for (text, isSecure) in [(secure(Self.cm80, transport: "RTP/AVP"), true), (sdp("0"), false)] {
            var conversation = try Conversation()
            var request = NegotiationRequest(sdp: sdp("0"), fromTag: "alice")
            request.options.osrtp.offers = true
            let offer = try conversation.send(request, isOffer: true)
            #expect(offer.audio.transport == "RTP/AVP" && suites(offer).count == 8)
            let tag = offer.audio.attributes("crypto").firstIndex { $0.contains("AES_CM_128_HMAC_SHA1_80") }.map { $0 + 1 } ?? 1
            let answer = try conversation.answer(text.replacing("crypto:1", with: "crypto:\(tag)"))
            #expect((keys(answer.plan.media[1])?.remote != nil) == isSecure)
            // Another answer to the same offer may differ.
            let other = try conversation.answer(secure(Self.cm80, transport: "RTP/AVP").replacing("crypto:1", with: "crypto:\(tag)"))
            #expect(keys(other.plan.media[1])?.remote != nil)
        }
    }

    @Test func withoutAnotherWishTheyGoOnToTheAnswerer() throws {
        var conversation = try Conversation()
        #expect(suites(try conversation.offer(secure(Self.cm80, transport: "RTP/AVP"))).count == 8)
    }

    @Test func aSecureOfferIsNeverAnsweredInTheClear() throws {
        var conversation = try Conversation()
        try conversation.offer(sdp("0"), "RTP/SAVP")
        #expect(throws: NegotiationError.self) { try conversation.answer(sdp("0")) }
    }
}
