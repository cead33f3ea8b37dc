import MediaCore
import PeerSimulator
import Testing
import Wire

/// What a call tells of its peers: who fell silent, who sounds bad.
@Suite struct ObservationTests {
    @Test func aUserThatLosesItsNetworkIsReportedSilent() throws {
        let scenario = try observed(ObservationPlan(silenceAfter: .seconds(5)))
        scenario.run(milliseconds: 10_000)
        #expect(silences(scenario).isEmpty)
        scenario.tap = { $0.from == CallScenario.whatsAppAddress ? nil : $0 }
        scenario.run(milliseconds: 8000)
        #expect(silences(scenario) == [.silence(media: 0, isSilent: true)])
        scenario.tap = { $0 }
        scenario.run(milliseconds: 2000)
        #expect(silences(scenario) == [.silence(media: 0, isSilent: true), .silence(media: 0, isSilent: false)])
    }

    @Test(arguments: [0.0, 0.15])
    func aBadNetworkIsReportedOnce(_ loss: Double) throws {
        let scenario = try observed(ObservationPlan(lowQuality: 3.6))
        scenario.run(milliseconds: 2000)
        scenario.whatsAppLink.loss = loss
        scenario.run(milliseconds: 40_000)
        let told = scenario.events.filter { if case .qualityLow(media: 0, _) = $0 { true } else { false } }.count
        #expect(told == (loss > 0 ? 1 : 0))
        #expect(!scenario.events.contains { if case .qualityLow(media: 1, _) = $0 { true } else { false } }, "the PBX's side is fine")
    }

    private func observed(_ observation: ObservationPlan) throws -> CallScenario {
        let scenario = try CallScenario()
        scenario.adjustPlan = {
            $0.observation = observation
            $0.media[0].presence = PresenceTests.meta
        }
        try scenario.userCalls()
        return scenario
    }

    private func silences(_ scenario: CallScenario) -> [CallEvent] {
        scenario.events.filter { if case .silence = $0 { true } else { false } }
    }
}
