import MediaCore
import Negotiation
import SDP
import SRTP
import Testing

/// SDES and DTLS: who has which key and which role.
@Suite struct KeyingTests {
    static let fingerprint = "fingerprint:sha-256 " + Array(repeating: "0A", count: 32).joined(separator: ":")
    static let inline = "inline:a0S/68dqZGIuB4GsDuoQpHf2lfN0lUt3X8Pknecs"

    private func dtls(_ setup: String?) -> String {
        let setups = setup.map { ["setup:" + $0] } ?? []
        return sdp("0", Self.fingerprint, transport: "UDP/TLS/RTP/SAVPF", session: setups)
    }

    private func role(_ plan: MediaPlan) -> DTLSPlan.Role? { if case .dtls(let dtls) = plan.transport.security { dtls.role } else { nil } }

    @Test func capabilitiesOfOneEndAreNotPassedOn() throws {
        var conversation = try Conversation()
        let offer = try conversation.offer(sdp(
            "0", "tcap:1 RTP/SAVP", "acap:1 crypto:1 AES_CM_128_HMAC_SHA1_80 \(Self.inline)", "pcfg:1 t=1 a=1", "connection:new",
            session: ["csup:cap-v0"]))
        for name in ["tcap", "acap", "pcfg", "connection"] { #expect(!offer.audio.hasAttribute(name), "\(name)") }
        #expect(!offer.session.hasAttribute("csup") && !offer.sdp.contains("inline:"))
    }

    @Test(arguments: [
        ("actpass", "", "active", DTLSPlan.Role.client), ("actpass", "DTLS=passive", "passive", .server), ("active", "", "passive",
            .server),
        ("passive", "DTLS=passive", "active", .client), (nil, "", "active", .client), ("holdconn", "", "active", .client),
    ] as [(String?, String, String, DTLSPlan.Role)])
    func theOfferersSetupDecidesOurs(_ setup: String?, _ flags: String, _ answered: String, _ wanted: DTLSPlan.Role) throws {
        var conversation = try Conversation()
        let offer = try conversation.offer(dtls(setup), "RTP/AVP \(flags)")
        #expect(role(offer.plan.media[0]) == wanted)
        #expect(try conversation.answer(sdp("0")).audio.attribute("setup") == answered)
    }

    @Test func theDaemonsDefaultCanBePassive() throws {
        var conversation = try Conversation()
        conversation.defaults.dtlsPassive = true
        #expect(role(try conversation.offer(dtls("actpass"), "RTP/AVP").plan.media[0]) == .server)
        #expect(role(try conversation.offer(dtls("actpass"), "RTP/AVP DTLS=active").plan.media[0]) == .server)
        var other = try Conversation()
        other.defaults.dtlsPassive = true
        #expect(role(try other.offer(dtls("actpass"), "RTP/AVP DTLS=active").plan.media[0]) == .client)
    }

    @Test(arguments: [("active", DTLSPlan.Role.server), ("passive", .client), ("actpass", .client), (nil, .client)] as [(String?,
        DTLSPlan.Role)])
    func ourActpassIsDecidedByTheAnswer(_ setup: String?, _ wanted: DTLSPlan.Role) throws {
        var conversation = try Conversation()
        let offer = try conversation.offer(sdp("0"), "transport-protocol=UDP/TLS/RTP/SAVPF")
        #expect(offer.audio.attribute("setup") == "actpass" && role(offer.plan.media[1]) == .undecided)
        #expect(role(try conversation.answer(dtls(setup)).plan.media[1]) == wanted)
    }

    @Test func aRoleOutlivesLaterOffers() throws {
        var conversation = try Conversation()
        try conversation.offer(sdp("0"), "transport-protocol=UDP/TLS/RTP/SAVPF")
        try conversation.answer(dtls("active"))
        let again = try conversation.offer(sdp("0", "sendonly"), "transport-protocol=UDP/TLS/RTP/SAVPF", to: "bob")
        #expect(again.audio.attribute("setup") == "actpass" && role(again.plan.media[1]) == .server)
        let reverse = try conversation.offer(dtls("actpass"), "", from: "bob", to: "alice")
        #expect(role(reverse.plan.media[1]) == .server)
    }

    @Test func theFingerprintsHashIsThePeersOrTheOptions() throws {
        var conversation = try Conversation()
        #expect(try conversation.offer(sdp("0"),
            "transport-protocol=UDP/TLS/RTP/SAVP").audio.attribute("fingerprint")?.hasPrefix("sha-256 ") == true)
        let named = try conversation.offer(sdp("0"), "transport-protocol=UDP/TLS/RTP/SAVP DTLS-fingerprint=SHA-512")
        #expect(named.audio.attribute("fingerprint")?.hasPrefix("sha-512 ") == true)
    }

    @Test func secureWithoutAKeyIsRefused() throws {
        var conversation = try Conversation()
        #expect(throws: NegotiationError.self) { try conversation.offer(sdp("0", transport: "RTP/SAVP")) }
        #expect(throws: NegotiationError.self) { try conversation.offer(sdp("0", "crypto:1 F8_128_HMAC_SHA1_80 \(Self.inline)",
            transport: "RTP/SAVP")) }
        try conversation.offer(sdp("0"), "transport-protocol=RTP/SAVP")
        #expect(throws: NegotiationError.self) { try conversation.answer(sdp("0", transport: "RTP/SAVP")) }
        #expect(throws: NegotiationError.self) { try conversation.answer(sdp("0")) }
        try conversation.offer(sdp("0"), "transport-protocol=UDP/TLS/RTP/SAVP")
        #expect(throws: NegotiationError.self) { try conversation.answer(sdp("0")) }
    }

    @Test func ofBothKindsDTLSIsTakenUnlessSDESIsPreferred() throws {
        let both = sdp("0", Self.fingerprint, "setup:actpass", "crypto:3 AES_CM_128_HMAC_SHA1_32 \(Self.inline)", transport: "RTP/SAVPF")
        var conversation = try Conversation()
        #expect(role(try conversation.offer(both, "RTP/AVP").plan.media[0]) == .client)
        var preferring = try Conversation()
        let offer = try preferring.offer(both, "RTP/AVP SDES-prefer")
        #expect(role(offer.plan.media[0]) == nil)
        #expect(try preferring.answer(sdp("0")).audio.attribute("crypto")?.hasPrefix("3 AES_CM_128_HMAC_SHA1_32 inline:") == true)
    }

    @Test func sdesOffMakesDTLSOfSAVPAndDTLSOffMakesSDES() throws {
        var conversation = try Conversation()
        #expect(try conversation.offer(sdp("0"), "transport-protocol=RTP/SAVP SDES-off").audio.hasAttribute("fingerprint"))
        let keyed = try conversation.offer(sdp("0"), "transport-protocol=RTP/SAVP SDES-off DTLS=off")
        #expect(keyed.audio.hasAttribute("crypto") && !keyed.audio.hasAttribute("fingerprint"))
    }

    @Test(arguments: [
        ("SDES=[only-AES_CM_128_HMAC_SHA1_32]", ["AES_CM_128_HMAC_SHA1_32"]),
        ("SDES=[only-AEAD_AES_256_GCM only-AES_CM_128_HMAC_SHA1_80]", ["AES_CM_128_HMAC_SHA1_80", "AEAD_AES_256_GCM"]),
        ("SDES=[only-AES_CM_128_HMAC_SHA1_80 only-AES_CM_128_HMAC_SHA1_32 order:AES_CM_128_HMAC_SHA1_32;]",
            ["AES_CM_128_HMAC_SHA1_32", "AES_CM_128_HMAC_SHA1_80"]),
        ("SDES=[nonew]", ["AES_CM_128_HMAC_SHA1_32"]),
        ("SDES=[no-AES_CM_128_HMAC_SHA1_80 no-AES_256_CM_HMAC_SHA1_80 no-AES_256_CM_HMAC_SHA1_32 no-AES_192_CM_HMAC_SHA1_80 "
            + "no-AES_192_CM_HMAC_SHA1_32 no-AEAD_AES_256_GCM]", ["AES_CM_128_HMAC_SHA1_32", "AEAD_AES_128_GCM"]),
    ])
    func theOptionsChooseTheSuites(_ flags: String, _ wanted: [String]) throws {
        var conversation = try Conversation()
        let offer = try conversation.offer(sdp("0", "crypto:3 AES_CM_128_HMAC_SHA1_32 \(Self.inline)", transport: "RTP/SAVP"), flags)
        let lines = offer.audio.attributes("crypto")
        #expect(lines.compactMap { SDESAttribute(parsing: Substring($0))?.suite.name } == wanted)
        #expect(lines.compactMap { SDESAttribute(parsing: Substring($0))?.tag } == Array(1...wanted.count))
    }

    @Test(arguments: [
        ("", "3 AES_CM_128_HMAC_SHA1_32"), ("SDES=[offerer_pref:AEAD_AES_256_GCM;AES_CM_128_HMAC_SHA1_80;]", "4 AES_CM_128_HMAC_SHA1_80"),
    ])
    func theOfferersOrderDecidesUnlessThereIsAPreference(_ flags: String, _ wanted: String) throws {
        var conversation = try Conversation()
        let offer = sdp("0", "crypto:3 AES_CM_128_HMAC_SHA1_32 \(Self.inline)", "crypto:4 AES_CM_128_HMAC_SHA1_80 \(Self.inline)",
            transport: "RTP/SAVP")
        try conversation.offer(offer, "RTP/AVP \(flags)")
        #expect(try conversation.answer(sdp("0")).audio.attribute("crypto")?.hasPrefix(wanted + " inline:") == true)
    }

    @Test func aLifetimeIsWrittenWhereItIsAskedFor() throws {
        var conversation = try Conversation()
        let lines = try conversation.offer(sdp("0"), "transport-protocol=RTP/SAVP SDES-lifetime").audio.attributes("crypto")
        #expect(lines.allSatisfy { $0.hasSuffix("|2^31") && SDESAttribute(parsing: Substring($0)) != nil } && !lines.isEmpty)
    }

    @Test func everyKeyOfAnOfferIsAnother() throws {
        var conversation = try Conversation()
        let lines = try conversation.offer(sdp("0"), "transport-protocol=RTP/SAVP").audio.attributes("crypto")
        let keys = lines.compactMap { SDESAttribute(parsing: Substring($0)) }
        #expect(keys.count == CryptoSuites.count && Set(keys.map(\.key.keyAndSalt)).count == keys.count)
    }

    private enum CryptoSuites { static let count = SRTPSuite.allCases.count }
}
