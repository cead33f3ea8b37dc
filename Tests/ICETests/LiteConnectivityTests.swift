import ICE
import Testing
import Wire

/// The relay is a full, controlling agent and the peer is lite, as on a WhatsApp leg.
@Suite struct LiteConnectivityTests {
    @Test func connectsInTwoRoundTrips() {
        let scenario = Scenario()
        scenario.connect()
        #expect(scenario.elapsed(scenario.relay.connectedAt) == .milliseconds(40))
        #expect(scenario.elapsed(scenario.peer.connectedAt) == .milliseconds(30))
        #expect(scenario.relay.agent.selectedPair == Scenario.overV6)
        #expect(scenario.relay.agent.state == .connected)
        #expect(scenario.peer.agent.selectedPair == ICEPair(slot: 0, remote: Scenario.relayV6))
        #expect(scenario.peer.agent.state == .connected)
    }

    @Test func firstCheckLeavesWithTheDescription() {
        let scenario = Scenario()
        scenario.exchange()
        let checks = scenario.network.checks(from: scenario.relay)
        #expect(checks.count == 1)
        #expect(checks.first?.at == scenario.start)
        #expect(checks.first?.destination == Scenario.peerV6)
        #expect(checks.first?.role == .controlling(tieBreaker: 1000))
    }

    @Test func nominationIsRegular() {
        let scenario = Scenario()
        scenario.connect()
        let checks = scenario.network.checks(from: scenario.relay)
        let nominations = checks.filter(\.usesCandidate)
        #expect(nominations.count == 1)
        #expect(nominations.first?.destination == Scenario.peerV6)
        #expect(checks.filter { $0.at < scenario.start + .milliseconds(20) }.allSatisfy { !$0.usesCandidate })
        #expect(!checks.contains { check in !check.usesCandidate && nominations.contains { $0.transactionID == check.transactionID } })
    }

    @Test func liteSendsNoChecks() {
        let scenario = Scenario()
        scenario.connect()
        scenario.network.run(for: .seconds(40))
        #expect(scenario.network.checks(from: scenario.peer).isEmpty)
        #expect(scenario.peer.agent.nextDeadline == .distantFuture)
    }

    @Test func unreachableIPv6CostsTheSettlingTimeOnly() {
        let scenario = Scenario()
        scenario.network.isBlocked = { source, _ in source.ip.family == .v6 }
        scenario.connect()
        #expect(scenario.relay.connectedPairs == [Scenario.overV4])
        // IPv4's check is the second (20 ms), its answer takes 20 ms, then the wait for IPv6, then the nomination.
        #expect(scenario.elapsed(scenario.relay.connectedAt) == .milliseconds(20 + 20 + 50 + 20))
        #expect(scenario.peer.agent.selectedPair == ICEPair(slot: 1, remote: Scenario.relayV4))
    }

    @Test func slowerBetterPairIsWaitedFor() {
        let scenario = Scenario()
        // The first check over IPv6 is lost; the second leaves at 50 ms and is answered at 170 ms, IPv4's at 140 ms.
        scenario.network.minimumDelay = .milliseconds(60)
        scenario.network.maximumDelay = .milliseconds(60)
        let lostUntil = scenario.start + .milliseconds(10)
        let network = scenario.network
        network.isBlocked = { [unowned network] source, _ in source.ip.family == .v6 && network.now < lostUntil }
        scenario.connect()
        #expect(scenario.relay.connectedPairs == [Scenario.overV6])
    }

    @Test func pairStaysInMidCall() {
        let scenario = Scenario()
        scenario.network.isBlocked = { source, _ in source.ip.family == .v6 }
        scenario.connect()
        scenario.network.isBlocked = { _, _ in false }
        network(scenario, keepsPairFor: .seconds(120))
        // Not even more and better candidates change it.
        let better = ICECandidate(
            foundation: "9", component: 1, priority: .max, address: Scenario.address("198.51.100.9", 40012), kind: .host)
        scenario.network.describe(scenario.peer, to: scenario.relay, isLite: true, candidates: scenario.peer.candidates + [better])
        network(scenario, keepsPairFor: .seconds(60))
        #expect(scenario.network.checks(from: scenario.relay).filter(\.usesCandidate).allSatisfy { $0.destination == Scenario.peerV4 })
    }

    private func network(_ scenario: Scenario, keepsPairFor duration: Nanoseconds) {
        scenario.network.run(for: duration)
        #expect(scenario.relay.agent.selectedPair == Scenario.overV4)
        #expect(scenario.relay.events.count == 1)
        #expect(scenario.peer.events.count == 1)
    }

    @Test func sameDescriptionAgainChangesNothing() {
        let scenario = Scenario()
        scenario.connect()
        let sent = scenario.network.sent.count
        scenario.exchange()
        #expect(scenario.network.sent.count == sent)
        #expect(scenario.relay.agent.state == .connected)
        #expect(scenario.relay.events.count == 1)
    }

    @Test func relayTakesTheControllingRoleTowardLite() {
        let scenario = Scenario(relay: .controlled)
        scenario.connect()
        #expect(scenario.relay.agent.isControlling)
        #expect(scenario.relay.agent.state == .connected)
    }

    @Test func twoLiteAgentsUseTheBestPair() {
        let scenario = Scenario(relay: .lite, peer: .lite)
        scenario.connect()
        #expect(scenario.relay.agent.selectedPair == Scenario.overV6)
        #expect(scenario.peer.agent.selectedPair == ICEPair(slot: 0, remote: Scenario.relayV6))
        #expect(scenario.network.sent.isEmpty)
    }

    @Test func failsAfterThirtySeconds() {
        let scenario = Scenario()
        scenario.peer.isDeaf = { _ in true }
        scenario.exchange()
        scenario.network.run(for: .seconds(29))
        #expect(scenario.relay.agent.state == .checking)
        scenario.network.run(for: .seconds(2))
        #expect(scenario.relay.agent.state == .failed)
        #expect(scenario.relay.events.map(\.event) == [.failed])
        let sent = scenario.network.sent.count
        scenario.network.run(for: .seconds(60))
        #expect(scenario.network.sent.count == sent)
        #expect(scenario.relay.agent.nextDeadline == .distantFuture)
    }
}
