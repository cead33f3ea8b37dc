import ICE
import Testing
import Wire

/// What comes late: the peer's description, or the peer.
@Suite struct LateDescriptionTests {
    @Test(arguments: [Scenario.Role.controlling, .controlled])
    func earlyChecksAreAnsweredAndRemembered(relay role: Scenario.Role) {
        let scenario = Scenario(relay: role, peer: role == .controlling ? .controlled : .controlling)
        let (network, relay, peer) = (scenario.network, scenario.relay, scenario.peer)
        network.describe(relay, to: peer)
        network.run(for: .milliseconds(700))
        #expect(relay.agent.state == .new)
        #expect(network.checks(from: relay).isEmpty)
        #expect(network.messages(from: relay).contains { $0.messageClass == .success })
        #expect(relay.agent.isKnownSource(Scenario.peerV6, slot: 0))
        #expect(relay.agent.isKnownSource(Scenario.peerV4, slot: 1))
        #expect(!relay.agent.isKnownSource(Scenario.peerV4, slot: 0))

        let described = network.now
        // Without candidates: the pairs are there from the checks.
        network.describe(peer, to: relay, candidates: [])
        #expect(relay.agent.isKnownSource(Scenario.peerV6, slot: 0))
        #expect(network.checks(from: relay, since: described).count == 1)
        network.run(for: .milliseconds(100))
        #expect(relay.connectedPairs == [Scenario.overV6])
        #expect(peer.connectedPairs.count == 1)
        let limit: Nanoseconds = role == .controlled ? .milliseconds(20) : .milliseconds(40)
        #expect((relay.connectedAt ?? .distantFuture) - described <= limit)
    }

    @Test func earlyChecksOfSomebodyElseAreForgotten() {
        let scenario = Scenario(relay: .controlled, peer: .controlling)
        let stranger = Scenario.address("203.0.113.5", 5000)
        let check = STUNSamples.check(
            username: scenario.relay.credentials.ufrag + ":other", password: scenario.relay.credentials.password, usesCandidate: true)
        #expect(scenario.network.inject(check, into: scenario.relay, slot: 1, from: stranger) == .accepted)
        #expect(scenario.relay.agent.isKnownSource(stranger, slot: 1))
        scenario.network.describe(scenario.peer, to: scenario.relay)
        #expect(!scenario.relay.agent.isKnownSource(stranger, slot: 1))
        scenario.network.run(for: .milliseconds(500))
        #expect(!scenario.network.checks(from: scenario.relay).contains { $0.destination == stranger })
    }

    @Test func earlySourcesAreBounded() {
        let scenario = Scenario(relay: .controlled, peer: .controlling)
        let check = STUNSamples.check(username: scenario.relay.credentials.ufrag + ":x", password: scenario.relay.credentials.password)
        let sources = (1...40).map { Scenario.address("203.0.113.\($0)", 5000) }
        for source in sources { scenario.network.inject(check, into: scenario.relay, slot: 1, from: source) }
        #expect(sources.filter { scenario.relay.agent.isKnownSource($0, slot: 1) } == sources.suffix(16))
    }

    /// Meta answers nothing until it has our description, up to about three seconds.
    @Test func peerThatWakesLateConnectsWithin200Milliseconds() {
        for milliseconds in [300, 574, 1500, 2960, 3000, 3040, 3190] {
            let scenario = Scenario()
            let wakes = scenario.start + .milliseconds(milliseconds)
            scenario.peer.isDeaf = { $0 < wakes }
            scenario.connect(within: .seconds(10))
            let delay = (scenario.relay.connectedAt ?? .distantFuture) - wakes
            // Two round trips of 20 ms, and not more than one interval until the next check arrives.
            #expect(delay <= ICETiming.retransmissionLimit + .milliseconds(40), "\(milliseconds) ms")
            #expect((scenario.peer.connectedAt ?? .distantFuture) - wakes <= .milliseconds(235), "\(milliseconds) ms")
        }
    }

    /// The peer is reachable and refuses our checks until it knows our fragment, with the same answer to the same transaction.
    @Test func refusalsDoNotEndThePair() {
        let scenario = Scenario()
        let (network, relay) = (scenario.network, scenario.relay)
        network.isBlocked = { _, destination in destination == Scenario.peerV6 || destination == Scenario.peerV4 }
        network.describe(scenario.peer, to: relay, isLite: true)
        for _ in 0..<5 {
            let before = network.checks(from: relay).last { $0.destination == Scenario.peerV6 }
            let refusal = STUNSamples.written(.error, transactionID: before?.transactionID ?? STUNSamples.transactionID) { writer in
                writer.appendErrorCode(401)
                writer.appendFingerprint()
            }
            #expect(network.inject(refusal ?? [], into: relay, slot: 0, from: Scenario.peerV6) == .unauthenticated)
            network.run(for: .milliseconds(220))
            #expect(network.checks(from: relay).last { $0.destination == Scenario.peerV6 }?.transactionID != before?.transactionID)
        }
        network.isBlocked = { _, _ in false }
        network.run(for: .milliseconds(250))
        #expect(relay.connectedPairs == [Scenario.overV6])
    }

    @Test func liteConnectsBeforeTheDescription() {
        let scenario = Scenario()
        scenario.network.describe(scenario.peer, to: scenario.relay, isLite: true)
        scenario.network.run(for: .milliseconds(100))
        #expect(scenario.peer.agent.state == .connected)
        scenario.network.describe(scenario.relay, to: scenario.peer)
        #expect(scenario.peer.agent.state == .connected)
        #expect(scenario.peer.events.count == 1)
    }

    /// A check after the failure shows that the peer is there after all.
    @Test func checkAfterFailureStartsAgain() {
        let scenario = Scenario(relay: .controlled, peer: .controlling)
        scenario.network.describe(scenario.peer, to: scenario.relay)
        let wakes = scenario.start + .seconds(40)
        scenario.peer.isDeaf = { $0 < wakes }
        scenario.network.run(for: .seconds(41))
        #expect(scenario.relay.agent.state == .failed)
        scenario.network.describe(scenario.relay, to: scenario.peer)
        scenario.network.run(for: .milliseconds(200))
        #expect(scenario.relay.agent.state == .connected)
        #expect(scenario.relay.events.map(\.event) == [.failed, .connected(Scenario.overV6)])
    }
}
