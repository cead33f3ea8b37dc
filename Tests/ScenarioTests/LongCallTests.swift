import MediaCore
import PeerSimulator
import Testing
import Wire

/// An IVR that asks once and then waits for ten minutes in silence.
@Suite struct LongCallTests {
    private static let minutes = 10

    /// Comfort frames go on, so the call does; the digit at the end is heard.
    @Test(arguments: [WhatsAppEndpoint.Keying.dtls, .sdes])
    func aSilentIVRKeepsItsCall(_ keying: WhatsAppEndpoint.Keying) throws {
        let scenario = try ivr(keying, presence: PresencePlan(sendsFirst: true, maximumGap: .milliseconds(400)))
        scenario.run(milliseconds: Self.minutes * 60_000)
        scenario.whatsApp.press(5)
        scenario.pbx.play(Speech.words(2))
        scenario.run(milliseconds: 3000)
        let report = scenario.whatsApp.makeReport()
        #expect(report.failure == nil && report.violations.isEmpty, "\(report.violations)")
        #expect(report.longestGap <= .milliseconds(420), "\(report.longestGap)")
        #expect(report.silentFrames > Self.minutes * 60 * 2)
        #expect(report.ssrcs.count == 1)
        #expect(scenario.pbx.makeReport().digits == [5])
        #expect(Speech.wordLengths(scenario.whatsApp.heard).count == 6)
        #expect(!scenario.call.isEnded)
    }

    /// The same call with neither comfort frames nor RTCP.
    @Test(arguments: [WhatsAppEndpoint.Keying.dtls, .sdes], [0, 4])
    func withoutPresenceMetaEndsIt(_ keying: WhatsAppEndpoint.Keying, _ words: Int) throws {
        let scenario = try ivr(keying, presence: PresencePlan(), words: words)
        scenario.tap = StrictMediaTests.withoutRTCPToMeta
        scenario.run(milliseconds: 19_000)
        #expect(scenario.whatsApp.failure == nil)
        scenario.run(milliseconds: 2000)
        #expect((scenario.whatsApp.failure == nil) == (words > 0), "20 s without a first packet")
        scenario.run(milliseconds: 12_000)
        #expect(scenario.whatsApp.failure?.code == 138_021, "30 s after the last")
    }

    private func ivr(_ keying: WhatsAppEndpoint.Keying, presence: PresencePlan, words: Int = 4) throws -> CallScenario {
        var setup = CallScenario.Setup()
        setup.keying = keying
        setup.mediaTimeout = .seconds(3600)
        let scenario = try CallScenario(setup)
        scenario.pbx.fillsWithSilence = false
        scenario.pbx.play(Speech.words(words))
        scenario.adjustPlan = { $0.media[0].presence = presence }
        try scenario.userCalls()
        return scenario
    }
}
