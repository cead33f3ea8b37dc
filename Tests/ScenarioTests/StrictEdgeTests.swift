import PeerSimulator
import Testing
import Wire

/// Meta serves its calls from few fixed ports and tells them apart by our address and port.
@Suite struct StrictEdgeTests {
    @Test(arguments: [WhatsAppEndpoint.Keying.dtls, .sdes])
    func callsShareAPortOfMetas(_ keying: WhatsAppEndpoint.Keying) throws {
        let edge = MetaEdge(address: CallScenario.whatsAppAddress)
        let calls = try (1...4).map { try call(UInt64($0), keying, port: UInt16(30_000 + 100 * $0), edge) }
        run(calls, milliseconds: 3000)
        #expect(edge.violations.isEmpty && edge.strays == 0, "\(edge.violations)")
        for (index, call) in calls.enumerated() {
            let report = call.whatsApp.makeReport()
            #expect(report.violations.isEmpty && report.failure == nil, "\(report.violations)")
            #expect(Speech.wordLengths(call.whatsApp.heard).count == index + 1, "it hears its own business")
        }
    }

    /// Both of our calls have one port toward one address of Meta: the second never gets through.
    @Test(arguments: [WhatsAppEndpoint.Keying.dtls, .sdes])
    func twoCallsOnOneFiveTupleAreOneTooMany(_ keying: WhatsAppEndpoint.Keying) throws {
        let edge = MetaEdge(address: CallScenario.whatsAppAddress)
        let first = try call(1, keying, port: 30_000, edge)
        run([first], milliseconds: 1000)
        let second = try call(2, keying, port: 30_000, edge)
        run([first, second], milliseconds: 22_000)
        #expect(edge.violations.map(\.rule) == [.oneCallPerAddress])
        #expect(first.whatsApp.failure == nil)
        #expect(second.whatsApp.failure?.code == 138_021)
        #expect(second.whatsApp.makeReport().packetsReceived == 0)
    }

    /// Once a call is over, its address is free.
    @Test func anAddressIsFreeAfterTheCall() throws {
        let edge = MetaEdge(address: CallScenario.whatsAppAddress)
        let first = try call(1, .dtls, port: 30_000, edge)
        run([first], milliseconds: 1000)
        first.whatsApp.hangUp()
        let second = try call(2, .dtls, port: 30_000, edge)
        run([second], milliseconds: 2000)
        #expect(edge.violations.isEmpty)
        #expect(second.whatsApp.makeReport().packetsReceived > 50)
    }

    /// Says as many words as its number.
    private func call(_ number: UInt64, _ keying: WhatsAppEndpoint.Keying, port: UInt16, _ edge: MetaEdge) throws -> CallScenario {
        var setup = CallScenario.Setup()
        setup.keying = keying
        setup.seed = number
        setup.firstPort = port
        let scenario = try CallScenario(setup, edge: edge)
        scenario.pbx.play(Speech.words(Int(number)))
        try scenario.userCalls()
        return scenario
    }

    /// In turns of a few milliseconds, so that their datagrams mix.
    private func run(_ calls: [CallScenario], milliseconds: Int) {
        for _ in 0..<milliseconds / 5 {
            for call in calls { call.run(milliseconds: 5) }
        }
    }
}
