import ICE
import Testing
import Wire

/// Loss, reordering and repetition, many seeds each.
@Suite struct LossyNetworkTests {
    struct Case: CustomStringConvertible, Sendable {
        let relay: Scenario.Role
        let peer: Scenario.Role
        let loss: Double
        var description: String { "\(relay) to \(peer), \(Int(loss * 100)) % loss" }
    }

    static let roles: [(Scenario.Role, Scenario.Role)] = [(.controlling, .lite), (.controlling, .controlled), (.controlled, .controlling)]
    static let cases = roles.flatMap { roles in
        [0.1, 0.3, 0.5].map { Case(relay: roles.0, peer: roles.1, loss: $0) }
    }

    @Test(arguments: cases)
    func connects(given: Case) {
        var slowest = Nanoseconds.zero
        for seed in 1...40 as ClosedRange<UInt64> {
            let scenario = Scenario(relay: given.relay, peer: given.peer, seed: seed)
            scenario.network.loss = given.loss
            scenario.network.duplication = 0.1
            scenario.network.minimumDelay = .milliseconds(5)
            scenario.network.maximumDelay = .milliseconds(120)
            scenario.connect(within: .seconds(30))
            #expect(scenario.relay.agent.state == .connected, "seed \(seed)")
            #expect(scenario.peer.agent.state == .connected, "seed \(seed)")
            slowest = max(slowest, scenario.elapsed(scenario.relay.connectedAt))
            // Both ends come to use the same pair. A lite peer that has an unanswered nomination of a better pair stays
            // there until that pair has been silent for a while.
            scenario.network.loss = 0
            scenario.network.run(for: .seconds(20))
            let slot = scenario.relay.agent.selectedPair?.slot
            #expect(slot != nil && slot == scenario.peer.agent.selectedPair?.slot, "seed \(seed)")
            #expect(scenario.relay.events.count == 1, "seed \(seed)")
        }
        #expect(slowest < (given.loss > 0.4 ? .seconds(6) : .seconds(2)), "\(slowest.milliseconds) ms")
    }

    /// A check or its answer is lost in 36 % of the cases; six in a row are in 0.2 %.
    @Test func consentSurvivesLoss() {
        var lost = 0
        for seed in 1...20 as ClosedRange<UInt64> {
            let scenario = Scenario(seed: seed)
            scenario.connect()
            scenario.network.loss = 0.2
            scenario.network.run(for: .seconds(60))
            if scenario.relay.agent.state != .connected { lost += 1 }
        }
        #expect(lost <= 1)
    }

    @Test func repeatedAndLateAnswersChangeNothing() {
        let scenario = Scenario()
        scenario.connect()
        scenario.network.run(for: .seconds(1))
        let answers = scenario.network.sent.filter { $0.datagram.destination == Scenario.relayV6 }
        #expect(answers.count == 2)
        for answer in answers {
            let result = scenario.network.inject(answer.datagram.bytes, into: scenario.relay, slot: 0, from: Scenario.peerV6)
            #expect(result == .notForUs)
        }
        #expect(scenario.relay.events.count == 1)
    }

    /// RFC 8445 section 7.2.5.2.1: an answer from elsewhere is none.
    @Test func answerFromAnotherAddressIsIgnored() {
        let scenario = Scenario()
        scenario.network.isBlocked = { source, _ in source == Scenario.peerV6 }
        scenario.exchange()
        scenario.network.run(for: .milliseconds(15))
        guard let answer = scenario.network.sent.first(where: { $0.datagram.source == Scenario.peerV6 }) else {
            Issue.record("no answer")
            return
        }
        let bytes = answer.datagram.bytes
        let elsewhere = Scenario.address("2001:db8:f::66", 3478)
        #expect(scenario.network.inject(bytes, into: scenario.relay, slot: 0, from: elsewhere) == .notForUs)
        #expect(scenario.network.inject(bytes, into: scenario.relay, slot: 1, from: Scenario.peerV6) == .notForUs)
        #expect(!scenario.relay.agent.isKnownSource(elsewhere, slot: 0))
        #expect(scenario.network.inject(bytes, into: scenario.relay, slot: 0, from: Scenario.peerV6) == .accepted)
        #expect(scenario.relay.agent.isKnownSource(Scenario.peerV6, slot: 0))
    }
}
