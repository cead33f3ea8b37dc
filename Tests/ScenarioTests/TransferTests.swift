import MediaCore
import PeerSimulator
import Testing
import Wire

/// From the IVR to an agent, on hold, and to another agent: each with another stream, address, codec and key. Meta sees one call.
@Suite struct TransferTests {
    /// A leg of the PBX, and who has the call.
    struct Case: Sendable, CustomTestStringConvertible {
        var keying: WhatsAppEndpoint.Keying
        var userCalls: Bool
        var transport: String
        var testDescription: String { "\(keying), \(userCalls ? "user" : "business") calls, PBX \(transport)" }
    }

    static let cases = [
        Case(keying: .dtls, userCalls: true, transport: "RTP/AVP"), Case(keying: .dtls, userCalls: false, transport: "RTP/SAVP"),
        Case(keying: .sdes, userCalls: true, transport: "RTP/SAVP"), Case(keying: .sdes, userCalls: false, transport: "RTP/AVP"),
    ]

    @Test(arguments: cases)
    func threeNewStreamsAndAHold(_ one: Case) throws {
        let scenario = try call(one)
        let tag = one.userCalls ? "callee" : "caller"
        let before = scenario.plan.media[meta(of: scenario)]
        var expected = try say(4, scenario)

        try scenario.reofferLocally(.init(direction: "sendonly"), from: tag)
        scenario.run(milliseconds: 5000)

        let agents: [PBXEndpoint.Reoffer] = [
            .init(address: TransportAddress(ip: IPAddress(v4: 0xc000_0215), port: 26_000), codecs: [.pcma], renewsKey: true),
            .init(address: TransportAddress(ip: IPAddress(v4: 0xc000_0216), port: 27_000), codecs: [.opus], renewsKey: true),
            .init(address: CallScenario.pbxAddress, codecs: [.pcmu], renewsKey: true),
        ]
        for agent in agents {
            scenario.pbx.changeSSRC()
            try scenario.reofferLocally(agent, from: tag)
            expected += try say(3, scenario)
        }

        let report = scenario.whatsApp.makeReport()
        #expect(report.failure == nil && report.violations.isEmpty, "\(report.violations)")
        #expect(report.ssrcs.count == 1 && report.longestGap < .seconds(1))
        #expect(Speech.wordLengths(scenario.whatsApp.heard).count == expected)
        let after = scenario.plan.media[meta(of: scenario)]
        #expect(before.ssrc == after.ssrc && before.transport == after.transport && before.sendPayloads == after.sendPayloads)
        #expect(scenario.pbx.makeReport().ssrcs.count == 1)
    }

    /// The same hold passed on to Meta, as a relay does that knows only offers and answers: refused.
    @Test func passedOnToMetaAHoldIsRefused() throws {
        let scenario = try call(Self.cases[1])
        let offer = try scenario.negotiate(
            scenario.pbx.makeReoffer(.init(direction: "sendonly")), isOffer: true, options: scenario.toWhatsApp)
        #expect(scenario.whatsApp.makeAnswer(to: offer, at: scenario.now).isEmpty)
        #expect(scenario.whatsApp.makeReport().violations.map(\.rule) == [.noRenegotiation])
    }

    /// What the user says is heard by whoever has the call.
    @Test func theUserIsHeardByEveryAgent() throws {
        let scenario = try call(Self.cases[1])
        for port: UInt16 in [26_000, 27_000] {
            let agent = PBXEndpoint.Reoffer(address: TransportAddress(ip: IPAddress(v4: 0xc000_0215), port: port))
            try scenario.reofferLocally(agent, from: "caller")
            let before = scenario.pbx.makeReport().packetsReceived
            scenario.whatsApp.play(Speech.words(2))
            scenario.run(milliseconds: 1500)
            #expect(scenario.pbx.makeReport().packetsReceived >= before + 60)
        }
        #expect(Speech.wordLengths(scenario.pbx.heard).count == 4)
    }

    private func call(_ one: Case) throws -> CallScenario {
        var setup = CallScenario.Setup()
        setup.keying = one.keying
        setup.pbxTransport = one.transport
        let scenario = try CallScenario(setup)
        if one.userCalls { try scenario.userCalls() } else { try scenario.businessCalls() }
        scenario.run(milliseconds: 1000)
        return scenario
    }

    private func meta(of scenario: CallScenario) -> Int {
        scenario.plan.media.firstIndex { $0.transport.remoteRTP == CallScenario.whatsAppAddress || $0.transport.ice != nil } ?? 0
    }

    private func say(_ words: Int, _ scenario: CallScenario) throws -> Int {
        scenario.pbx.play(Speech.words(words))
        scenario.run(milliseconds: words * 500 + 1000)
        return words
    }
}
