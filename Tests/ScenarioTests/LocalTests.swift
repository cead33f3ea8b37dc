import MediaCore
import NGProtocol
import Negotiation
import PeerSimulator
import Testing
import Wire

/// `local`: hold, resume and transfer on the PBX's side, of which Meta hears nothing but the audio.
@Suite struct LocalTests {
    @Test(arguments: [true, false], [WhatsAppEndpoint.Keying.dtls, .sdes])
    func holdAndThreeTransfers(_ userCalls: Bool, _ keying: WhatsAppEndpoint.Keying) throws {
        var setup = CallScenario.Setup()
        setup.keying = keying
        let scenario = try CallScenario(setup)
        try scenario.flaggedCall(userCalls: userCalls)
        scenario.run(milliseconds: 1000)
        let leg = userCalls ? 0 : 1
        let before = scenario.plan.media[leg]
        let changes: [PBXEndpoint.Reoffer] = [
            .init(direction: "sendonly"), .init(direction: "inactive"), .init(),
            .init(address: TransportAddress(ip: IPAddress(v4: 0xc000_0237), port: 26_000)), .init(codecs: [.pcma]), .init(codecs: [.opus]),
            .init(codecs: [.pcmu]),
        ]
        for (index, change) in changes.enumerated() {
            if index > 3 { scenario.pbx.changeSSRC() }
            try scenario.reofferLocally(change, from: userCalls ? "callee" : "caller")
            #expect(scenario.plan.media[leg] == before)
            let (metaHeard, pbxHeard) = (heard(scenario.whatsApp.heard), heard(scenario.pbx.heard))
            scenario.pbx.play(Speech.words(2))
            scenario.whatsApp.play(Speech.words(2))
            scenario.run(milliseconds: 2500)
            guard change.direction == "sendrecv" else { continue }
            #expect(heard(scenario.whatsApp.heard) - metaHeard >= 560, "change \(index)")
            #expect(heard(scenario.pbx.heard) - pbxHeard >= 560, "change \(index)")
        }
        let report = scenario.whatsApp.makeReport()
        #expect(report.violations.isEmpty && report.failure == nil && report.ssrcs.count == 1, "\(report.violations)")
    }

    /// The same re-offer without the flag is an offer to Meta, which refuses it.
    @Test func anOrdinaryReofferReachesMeta() throws {
        let scenario = try CallScenario()
        try scenario.flaggedCall(userCalls: false)
        scenario.run(milliseconds: 1000)
        let offer = try scenario.negotiate(
            scenario.pbx.makeReoffer(.init(direction: "sendonly")), isOffer: true, options: CallScenario.whatsApp())
        #expect(scenario.lastResult?.answer == nil)
        #expect(scenario.whatsApp.makeAnswer(to: offer, at: scenario.now).isEmpty)
        #expect(scenario.whatsApp.makeReport().violations.map(\.rule) == [.noRenegotiation])
    }

    private func heard(_ samples: [Int16]) -> Int { Speech.soundingMilliseconds(samples) }
}
