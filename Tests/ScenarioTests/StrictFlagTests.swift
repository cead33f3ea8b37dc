import MediaCore
import Negotiation
import NGProtocol
import PeerSimulator
import Testing
import Wire

/// An integrator that says `whatsapp` and nothing else, before a strict Meta.
@Suite struct StrictFlagTests {
    @Test(arguments: [WhatsAppEndpoint.Keying.dtls, .sdes], [true, false])
    func theFlagAloneMakesACall(_ keying: WhatsAppEndpoint.Keying, _ userCalls: Bool) throws {
        let scenario = try scenario(keying)
        if userCalls { try scenario.userCalls(answerDelay: 500) } else { try scenario.businessCalls(answerDelay: 500) }
        let words = Speech.words(4)
        scenario.pbx.play(words)
        scenario.whatsApp.play(words)
        scenario.run(milliseconds: 3500)
        for code: UInt8 in [1, 11] {
            scenario.pbx.press(code)
            scenario.whatsApp.press(code)
        }
        scenario.run(milliseconds: 2000)
        let report = scenario.whatsApp.makeReport()
        #expect(report.failure == nil && report.violations.isEmpty, "\(report.violations)")
        #expect(report.digits == [1, 11] && scenario.pbx.makeReport().digits == [1, 11])
        #expect(Speech.wordLengths(scenario.whatsApp.heard).count == 4)
        #expect(Speech.wordLengths(scenario.pbx.heard).count == 4)
    }

    /// A PBX that says nothing and sends nothing: Meta hears us at once, and for ten minutes.
    @Test(arguments: [WhatsAppEndpoint.Keying.dtls, .sdes], [true, false])
    func aSilentPBXIsPresent(_ keying: WhatsAppEndpoint.Keying, _ userCalls: Bool) throws {
        let scenario = try scenario(keying)
        scenario.pbx.fillsWithSilence = false
        scenario.defaults.mediaTimeout = .seconds(3600)
        if userCalls { try scenario.userCalls(answerDelay: 3050) } else { try scenario.businessCalls(answerDelay: 3050) }
        scenario.tap = StrictMediaTests.withoutRTCPToMeta
        scenario.run(milliseconds: 600_000)
        let report = scenario.whatsApp.makeReport()
        #expect(report.failure == nil && report.violations.isEmpty, "\(report.violations)")
        #expect(try #require(report.firstPacketAfterAccept) < .milliseconds(100))
        #expect(report.longestGap <= .milliseconds(420))
    }

    /// `early-answer`: everything is set up before the PBX picks up, with the very bytes that the accept repeats.
    @Test(arguments: [WhatsAppEndpoint.Keying.dtls, .sdes], [false, true])
    func aPreAcceptIsRepeatedByTheAccept(_ keying: WhatsAppEndpoint.Keying, _ holds: Bool) throws {
        let scenario = try scenario(keying)
        try scenario.userCallsWithPreAccept(answerDelay: 4000, holds: holds)
        scenario.pbx.play(Speech.words(4))
        scenario.run(milliseconds: 4000)
        let report = scenario.whatsApp.makeReport()
        #expect(report.failure == nil && report.violations.isEmpty, "\(report.violations)")
        #expect(Speech.wordLengths(scenario.whatsApp.heard).count == 4)
        #expect(report.dtlsConnected ?? .zero < .milliseconds(100), "long before the accept")
    }

    /// Early media of the PBX: with `hold-until-accept` its words wait for the accept, without it they are lost on Meta.
    @Test(arguments: [true, false])
    func earlyMediaWaitsForTheAccept(_ holds: Bool) throws {
        let scenario = try scenario(.dtls)
        var options = scenario.toPBX
        options.whatsApp.answersEarly = true
        options.whatsApp.holdsUntilAccept = holds
        let offer = try scenario.negotiate(scenario.whatsApp.makeOffer(at: scenario.now), isOffer: true, options: options)
        scenario.whatsApp.receivePreAccept(try #require(scenario.earlyAnswer), at: scenario.now)
        let answer = scenario.pbx.makeAnswer(to: offer, at: scenario.now)
        scenario.pbx.play(Speech.words(4))
        scenario.run(milliseconds: 2500)
        let accept = try scenario.negotiate(answer, isOffer: false, options: scenario.backToWhatsApp)
        scenario.whatsApp.receiveAccept(accept, at: scenario.now)
        scenario.run(milliseconds: 5000)
        let report = scenario.whatsApp.makeReport()
        #expect(report.failure == nil && report.violations.isEmpty, "\(report.violations)")
        #expect((Speech.wordLengths(scenario.whatsApp.heard).count == 4) == holds)
        #expect((report.packetsBeforeAccept > 100) == !holds)
    }

    /// PCMU and PCMA on both sides: nothing is converted.
    @Test(arguments: [WhatsAppEndpoint.Keying.dtls, .sdes], [SimulatedCodec.pcmu, .pcma])
    func g711EndToEnd(_ keying: WhatsAppEndpoint.Keying, _ codec: SimulatedCodec) throws {
        var setup = CallScenario.Setup()
        setup.keying = keying
        setup.numberHasG711 = true
        setup.pbxCodec = codec
        setup.hasOnlyTheFlag = true
        let scenario = try CallScenario(setup)
        var options = scenario.toPBX
        options.whatsApp.prefersG711 = true
        let offer = try scenario.negotiate(scenario.whatsApp.makeOffer(at: scenario.now), isOffer: true, options: options)
        let answer = try scenario.negotiate(
            scenario.pbx.makeAnswer(to: offer, at: scenario.now), isOffer: false, options: scenario.backToWhatsApp)
        #expect(answer.contains(codec == .pcmu ? " PCMU/8000" : " PCMA/8000") && !answer.contains("opus"))
        scenario.whatsApp.receiveAnswer(answer, at: scenario.now)
        scenario.pbx.play(Speech.words(4))
        scenario.whatsApp.play(Speech.words(4))
        scenario.run(milliseconds: 3500)
        scenario.pbx.press(7)
        scenario.run(milliseconds: 1000)
        let report = scenario.whatsApp.makeReport()
        #expect(report.failure == nil && report.violations.isEmpty, "\(report.violations)")
        #expect(report.digits == [7])
        #expect(Speech.wordLengths(scenario.whatsApp.heard).count == 4 && Speech.wordLengths(scenario.pbx.heard).count == 4)
    }

    /// A number without G.711 refuses it.
    @Test func g711WithoutTheNumbersConsentIsRefused() throws {
        let scenario = try CallScenario()
        let offer = try scenario.negotiate(scenario.pbx.makeOffer(), isOffer: true, options: scenario.toWhatsApp)
        let doctored = offer.replacing("opus/48000/2", with: "PCMU/8000")
        #expect(scenario.whatsApp.makeAnswer(to: doctored, at: scenario.now).isEmpty)
        #expect(scenario.whatsApp.failure?.code == 100)
    }

    private func scenario(_ keying: WhatsAppEndpoint.Keying) throws -> CallScenario {
        var setup = CallScenario.Setup()
        setup.keying = keying
        setup.hasOnlyTheFlag = true
        return try CallScenario(setup)
    }
}
