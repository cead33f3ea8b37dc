import ICE
import Testing
import Wire

/// ICE restarts (RFC 8445 section 9): the old pair carries media until the new one is nominated.
@Suite struct RestartTests {
    private func restart(_ host: VirtualNetwork.Host, as name: String) -> ICECredentials {
        let credentials = Scenario.credentials(name)
        host.agent.restart(localCredentials: credentials)
        return credentials
    }

    @Test func bothSidesOverNewAddresses() {
        let scenario = Scenario(relay: .controlled, peer: .controlling)
        let (network, relay, peer) = (scenario.network, scenario.relay, scenario.peer)
        scenario.connect()
        network.run(for: .seconds(2))

        // The peer moves to IPv4 and restarts; its offer comes first, our answer 500 ms later.
        let peerCredentials = restart(peer, as: "peer2")
        let relayCredentials = restart(relay, as: "relay2")
        let v4Only = Array(peer.candidates.suffix(1))
        network.describe(peer, to: relay, candidates: v4Only, credentials: peerCredentials)
        #expect(relay.agent.state == .checking)
        #expect(relay.agent.selectedPair == Scenario.overV6)
        #expect(relay.agent.isKnownSource(Scenario.peerV6, slot: 0))
        network.run(for: .milliseconds(500))
        #expect(relay.agent.selectedPair == Scenario.overV6)
        network.isBlocked = { source, _ in source.ip.family == .v6 }
        network.describe(relay, to: peer, candidates: Array(relay.candidates.suffix(1)), credentials: relayCredentials)
        network.run(for: .milliseconds(500))
        #expect(relay.connectedPairs == [Scenario.overV6, Scenario.overV4])
        #expect(peer.connectedPairs.count == 2)
        #expect(relay.agent.state == .connected)
        network.run(for: .seconds(60))
        #expect(relay.events.count == 2)
    }

    /// The peer alone changes its credentials, toward a relay that keeps its own.
    @Test func peerAlone() {
        let scenario = Scenario()
        scenario.connect()
        let credentials = restart(scenario.peer, as: "peer2")
        scenario.network.describe(scenario.peer, to: scenario.relay, isLite: true, credentials: credentials)
        #expect(scenario.relay.agent.selectedPair == Scenario.overV6)
        scenario.network.describe(scenario.relay, to: scenario.peer)
        scenario.network.run(for: .seconds(1))
        #expect(scenario.relay.connectedPairs == [Scenario.overV6, Scenario.overV6])
        #expect(scenario.peer.connectedPairs.count == 2)
        #expect(scenario.relay.agent.state == .connected)
        let checks = scenario.network.checks(from: scenario.relay).filter(\.usesCandidate)
        #expect(checks.count == 2)
    }

    /// Consent goes on under the old credentials in the meantime, in both directions.
    @Test func oldPairKeepsItsConsent() {
        let scenario = Scenario(relay: .controlling, peer: .controlled)
        scenario.connect()
        _ = restart(scenario.relay, as: "relay2")
        scenario.network.run(for: .seconds(100))
        #expect(scenario.relay.agent.state == .new)
        #expect(scenario.relay.agent.selectedPair == Scenario.overV6)
        #expect(scenario.peer.agent.selectedPair == ICEPair(slot: 0, remote: Scenario.relayV6))
        #expect(scenario.relay.events.count == 1)
        #expect(scenario.peer.events.count == 1)
    }

    @Test func failedRestartKeepsTheOldPairAsLongAsItAnswers() {
        let scenario = Scenario(relay: .controlling, peer: .controlled)
        scenario.connect()
        let credentials = Scenario.credentials("nobody")
        let nowhere = ICECandidate(
            foundation: "1", component: 1, priority: 1, address: Scenario.address("203.0.113.9", 9999), kind: .host)
        scenario.network.describe(scenario.peer, to: scenario.relay, candidates: [nowhere], credentials: credentials)
        scenario.network.run(for: .seconds(40))
        #expect(scenario.relay.agent.state == .failed)
        #expect(scenario.relay.agent.selectedPair == Scenario.overV6)
        scenario.peer.isDeaf = { _ in true }
        scenario.network.run(for: .seconds(40))
        #expect(scenario.relay.agent.selectedPair == nil)
        #expect(scenario.relay.events.map(\.event) == [.connected(Scenario.overV6), .failed, .consentLost])
    }

    /// Checks under the new credentials may come before the description that has them.
    @Test func checksBeforeTheNewDescription() {
        let scenario = Scenario(relay: .controlled, peer: .controlling)
        scenario.connect()
        let relayCredentials = restart(scenario.relay, as: "relay2")
        let peerCredentials = restart(scenario.peer, as: "peer2")
        scenario.network.describe(scenario.relay, to: scenario.peer, credentials: relayCredentials)
        scenario.network.run(for: .milliseconds(300))
        #expect(scenario.relay.agent.state == .new)
        #expect(scenario.relay.events.count == 1)
        let described = scenario.network.now
        scenario.network.describe(scenario.peer, to: scenario.relay, candidates: [], credentials: peerCredentials)
        scenario.network.run(for: .milliseconds(300))
        #expect(scenario.relay.connectedPairs == [Scenario.overV6, Scenario.overV6])
        #expect((scenario.relay.events.last?.at ?? .distantFuture) - described <= .milliseconds(40))
    }
}
