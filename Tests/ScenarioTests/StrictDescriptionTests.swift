import PeerSimulator
import Testing
import Wire

/// What is wrong with a description, and what Meta says to it.
@Suite struct StrictDescriptionTests {
    /// One change to a description that is right.
    struct Flaw: Sendable, CustomTestStringConvertible {
        var rule: WhatsAppRule
        var from: String
        var to: String
        /// Meta refuses the call.
        var isFatal = true
        var keying = WhatsAppEndpoint.Keying.dtls
        var testDescription: String { "\(keying): \(rule)" }
    }

    static let ofAnswers = [
        Flaw(rule: .fingerprint, from: "a=fingerprint:sha-256", to: "a=nothing"),
        Flaw(rule: .fullICE, from: "a=ice-ufrag:", to: "a=nothing:"),
        Flaw(rule: .fullICE, from: "a=rtcp-mux\r\n", to: "a=rtcp-mux\r\na=ice-lite\r\n"),
        Flaw(rule: .setupRole, from: "a=setup:active", to: "a=setup:actpass"),
        Flaw(rule: .rtcpMux, from: "a=rtcp-mux\r\n", to: ""),
        Flaw(rule: .opus, from: "opus/48000/2", to: "opus/48000"),
        Flaw(rule: .oneAudioSection, from: "m=audio 30000", to: "m=audio 0"),
        Flaw(rule: .oneAudioSection, from: "v=0", to: "m=audio"),
        Flaw(rule: .packetTime20, from: "a=ptime:20", to: "a=ptime:60", isFatal: false),
        Flaw(rule: .telephoneEvent8000, from: "telephone-event/8000", to: "telephone-event/48000", isFatal: false),
        Flaw(rule: .bundled, from: "a=mid:audio", to: "a=mid:0", isFatal: false),
        Flaw(rule: .carriageReturns, from: "a=sendrecv\r\n", to: "a=sendrecv\n", isFatal: false),
        Flaw(rule: .oneAnnouncedSSRC, from: "a=ssrc:", to: "a=ssrc:7 cname:x\r\na=ssrc:", isFatal: false),
        Flaw(rule: .sdesAnswer, from: "a=crypto:1", to: "a=nothing", keying: .sdes),
        Flaw(rule: .sdesAnswer, from: "a=crypto:1", to: "a=ice-ufrag:abcd\r\na=crypto:1", isFatal: false, keying: .sdes),
        Flaw(rule: .rtcpMux, from: "a=rtcp-mux\r\n", to: "", isFatal: false, keying: .sdes),
    ]

    @Test(arguments: ofAnswers)
    func aUserCalls(_ flaw: Flaw) throws {
        let scenario = try scenario(flaw.keying)
        let offer = try scenario.negotiate(scenario.whatsApp.makeOffer(at: scenario.now), isOffer: true, options: scenario.toPBX)
        let answer = try scenario.negotiate(
            scenario.pbx.makeAnswer(to: offer, at: scenario.now), isOffer: false, options: scenario.backToWhatsApp)
        let doctored = answer.replacing(flaw.from, with: flaw.to)
        #expect(doctored != answer, "the answer has \(flaw.from)")
        scenario.whatsApp.receiveAnswer(doctored, at: scenario.now)
        scenario.run(milliseconds: 2000)
        try expect(flaw, of: scenario)
    }

    static let ofOffers = [
        Flaw(rule: .fingerprint, from: "a=fingerprint:sha-256", to: "a=nothing"),
        Flaw(rule: .fullICE, from: "a=ice-pwd:", to: "a=nothing:"),
        Flaw(rule: .rtcpMux, from: "a=rtcp-mux\r\n", to: ""),
        Flaw(rule: .opus, from: "opus/48000/2", to: "opus/16000/2"),
        Flaw(rule: .setupRole, from: "a=setup:actpass", to: "a=setup:active", isFatal: false),
        Flaw(rule: .sdesAnswer, from: "AES_CM_128_HMAC_SHA1_80", to: "AES_CM_128_HMAC_SHA1_96", keying: .sdes),
    ]

    @Test(arguments: ofOffers)
    func aBusinessCalls(_ flaw: Flaw) throws {
        let scenario = try scenario(flaw.keying)
        let offer = try scenario.negotiate(scenario.pbx.makeOffer(), isOffer: true, options: scenario.toWhatsApp)
        let doctored = offer.replacing(flaw.from, with: flaw.to)
        #expect(doctored != offer, "the offer has \(flaw.from)")
        let answer = scenario.whatsApp.makeAnswer(to: doctored, at: scenario.now)
        #expect(answer.isEmpty == flaw.isFatal)
        scenario.run(milliseconds: 2000)
        if flaw.isFatal { try expect(flaw, of: scenario) }
    }

    /// The same calls without a flaw.
    @Test(arguments: [WhatsAppEndpoint.Keying.dtls, .sdes], [true, false])
    func aRightOneIsNeitherRefusedNorBlamed(_ keying: WhatsAppEndpoint.Keying, _ userCalls: Bool) throws {
        let scenario = try scenario(keying)
        if userCalls { try scenario.userCalls() } else { try scenario.businessCalls() }
        scenario.run(milliseconds: 2000)
        let report = scenario.whatsApp.makeReport()
        #expect(report.failure == nil && report.violations.isEmpty, "\(report.violations)")
        #expect(report.packetsReceived > 50)
    }

    private func scenario(_ keying: WhatsAppEndpoint.Keying) throws -> CallScenario {
        var setup = CallScenario.Setup()
        setup.keying = keying
        return try CallScenario(setup)
    }

    private func expect(_ flaw: Flaw, of scenario: CallScenario) throws {
        let report = scenario.whatsApp.makeReport()
        #expect(report.violations.contains { $0.rule == flaw.rule }, "\(report.violations)")
        if flaw.isFatal {
            let failure = try #require(report.failure)
            #expect(failure.code == 100 && failure.details.hasPrefix("SDP"))
            #expect(report.packetsReceived == 0 && scenario.pbx.makeReport().packetsReceived == 0, "nothing is heard of the call")
        } else {
            #expect(report.failure == nil && report.packetsReceived > 50)
        }
    }
}
