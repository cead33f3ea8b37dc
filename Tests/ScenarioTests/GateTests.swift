import MediaCore
import PeerSimulator
import Testing
import Wire

/// What the PBX says before Meta has put the call through is held back, and heard from its first word afterwards.
@Suite struct GateTests {
    /// Meta's leg is up two seconds before the accept. Meta plays nothing of what comes earlier.
    @Test(arguments: [WhatsAppEndpoint.Keying.dtls, .sdes], [true, false])
    func nothingIsSaidBeforeTheAccept(_ keying: WhatsAppEndpoint.Keying, _ isGated: Bool) throws {
        var setup = CallScenario.Setup()
        setup.keying = keying
        let scenario = try CallScenario(setup)
        scenario.adjustPlan = {
            $0.media[0].isGated = isGated
            $0.media[0].presence = PresenceTests.meta
        }
        scenario.pbx.play(Speech.words(6))
        try scenario.userCallsWithEarlyMedia(ringing: 2000)
        #expect(scenario.events.contains(.mediaReady(media: 0)))
        scenario.adjustPlan = { $0.media[0].presence = PresenceTests.meta }
        open(scenario)
        scenario.run(milliseconds: 6000)
        let words = Speech.wordLengths(scenario.whatsApp.heard).count
        #expect(isGated ? words == 6 : words < 6, "\(words) words")
        #expect(scenario.whatsApp.makeReport().violations.isEmpty, "\(scenario.whatsApp.makeReport().violations)")
    }

    private func open(_ scenario: CallScenario) {
        var plan = scenario.plan
        plan.media[0].isGated = false
        scenario.apply(plan)
    }
}
