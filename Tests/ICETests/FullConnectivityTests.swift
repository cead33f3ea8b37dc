import ICE
import Testing
import Wire

/// Both agents are full; the relay is controlled unless a test says otherwise.
@Suite struct FullConnectivityTests {
    @Test(arguments: [Scenario.Role.controlling, .controlled])
    func connects(relay: Scenario.Role) {
        let scenario = Scenario(relay: relay, peer: relay == .controlling ? .controlled : .controlling)
        scenario.connect()
        #expect(scenario.relay.connectedPairs == [Scenario.overV6])
        #expect(scenario.peer.connectedPairs == [ICEPair(slot: 0, remote: Scenario.relayV6)])
        #expect(scenario.elapsed(scenario.relay.connectedAt) <= .milliseconds(60))
        scenario.network.run(for: .seconds(60))
        #expect(scenario.relay.events.count == 1)
        #expect(scenario.peer.events.count == 1)
    }

    @Test func controlledNeverNominates() {
        let scenario = Scenario(relay: .controlled, peer: .controlling)
        scenario.connect()
        scenario.network.run(for: .seconds(20))
        #expect(!scenario.network.checks(from: scenario.relay).contains { $0.usesCandidate })
        #expect(scenario.network.checks(from: scenario.relay).allSatisfy { $0.role == .controlled(tieBreaker: 1000) })
    }

    @Test(arguments: [Scenario.Role.controlling, .controlled])
    func bothInOneRole(role: Scenario.Role) {
        let scenario = Scenario(relay: role, peer: role)
        scenario.connect()
        scenario.network.run(for: .seconds(20))
        // The peer's tie-breaker is the greater one.
        #expect(scenario.peer.agent.isControlling)
        #expect(!scenario.relay.agent.isControlling)
        #expect(scenario.relay.connectedPairs == [Scenario.overV6])
        #expect(scenario.peer.connectedPairs == [ICEPair(slot: 0, remote: Scenario.relayV6)])
        #expect(scenario.elapsed(scenario.relay.connectedAt) <= .milliseconds(150))
    }

    /// Only the relay has the description at first, so that its checks alone show the conflict.
    @Test(arguments: [Scenario.Role.controlling, .controlled])
    func conflictSeenByOneSide(role: Scenario.Role) {
        let scenario = Scenario(relay: role, peer: role)
        scenario.network.describe(scenario.peer, to: scenario.relay)
        scenario.network.run(for: .milliseconds(100))
        // Of two controlling agents the one with the lesser tie-breaker is told to switch; of two controlled ones the other switches.
        #expect(scenario.network.messages(from: scenario.peer).contains { $0.errorCode == 487 } == (role == .controlling))
        #expect(!scenario.relay.agent.isControlling)
        #expect(scenario.peer.agent.isControlling)
        scenario.network.describe(scenario.relay, to: scenario.peer)
        scenario.network.run(for: .seconds(2))
        #expect(scenario.relay.connectedPairs == [Scenario.overV6])
        #expect(scenario.peer.connectedPairs.count == 1)
    }

    @Test func conflictUnderLoss() {
        for seed in 1...20 as ClosedRange<UInt64> {
            let scenario = Scenario(relay: .controlling, peer: .controlling, seed: seed)
            scenario.network.loss = 0.3
            scenario.network.maximumDelay = .milliseconds(80)
            scenario.connect(within: .seconds(20))
            #expect(scenario.relay.agent.state == .connected, "seed \(seed)")
            #expect(scenario.peer.agent.state == .connected, "seed \(seed)")
            #expect(scenario.relay.agent.isControlling != scenario.peer.agent.isControlling, "seed \(seed)")
            expectRepetitionsToBeEqual(in: scenario)
        }
    }

    /// A repeated check is the same message (RFC 8489 section 6.2.1): a switch of roles needs a new transaction.
    private func expectRepetitionsToBeEqual(in scenario: Scenario) {
        var byTransaction: [[UInt8]: [UInt8]] = [:]
        for bytes in scenario.network.sent.map(\.datagram.bytes) where bytes[0] == 0 {
            let first = byTransaction[Array(bytes[8..<20]), default: bytes]
            #expect(first == bytes)
            byTransaction[Array(bytes[8..<20])] = first
        }
    }

    /// RFC 5245's aggressive nomination: every check has USE-CANDIDATE, and the best pair wins in the end.
    @Test func aggressiveNominationEndsAtTheBestPair() {
        let scenario = Scenario(relay: .controlled, peer: .controlling)
        let relay = scenario.relay
        scenario.network.isBlocked = { _, destination in destination.ip.family == .v6 }
        scenario.exchange()
        scenario.network.run(for: .milliseconds(15))
        func nominate(slot: Int, from source: TransportAddress) {
            let check = STUNSamples.check(
                username: relay.credentials.ufrag + ":" + scenario.peer.credentials.ufrag, password: relay.credentials.password,
                role: .controlling(tieBreaker: 2000), usesCandidate: true)
            scenario.network.inject(check, into: relay, slot: slot, from: source)
        }
        nominate(slot: 1, from: Scenario.peerV4)
        scenario.network.run(for: .milliseconds(200))
        #expect(relay.agent.selectedPair == Scenario.overV4)
        scenario.network.isBlocked = { _, _ in false }
        nominate(slot: 0, from: Scenario.peerV6)
        scenario.network.run(for: .milliseconds(200))
        #expect(relay.agent.selectedPair == Scenario.overV6)
        // And not back.
        nominate(slot: 1, from: Scenario.peerV4)
        scenario.network.run(for: .seconds(10))
        #expect(relay.agent.selectedPair == Scenario.overV6)
    }

    /// Peer-reflexive: the peer's description has no candidate at all.
    @Test func checksAloneShowThePeersAddress() {
        let scenario = Scenario(relay: .controlling, peer: .controlled)
        scenario.network.describe(scenario.peer, to: scenario.relay, candidates: [])
        scenario.network.describe(scenario.relay, to: scenario.peer)
        scenario.network.run(for: .seconds(1))
        #expect(scenario.relay.connectedPairs == [Scenario.overV6])
        #expect(scenario.peer.connectedPairs.count == 1)
    }

    /// The peer is behind a NAT that its description knows nothing of.
    @Test func peerBehindNAT() {
        let scenario = Scenario(relay: .controlled, peer: .controlling)
        scenario.peer.publicAddresses = [Scenario.address("2001:db8:f::99", 1024), Scenario.address("203.0.113.77", 1025)]
        scenario.connect()
        #expect(scenario.relay.connectedPairs == [ICEPair(slot: 0, remote: Scenario.address("2001:db8:f::99", 1024))])
        #expect(scenario.peer.connectedPairs.count == 1)
        #expect(scenario.relay.agent.isKnownSource(Scenario.address("2001:db8:f::99", 1024), slot: 0))
        #expect(!scenario.relay.agent.isKnownSource(Scenario.peerV6, slot: 0))
    }

    @Test func manyCandidatesArePaced() {
        let scenario = Scenario(relay: .controlling, peer: .controlled)
        scenario.peer.isDeaf = { _ in true }
        let candidates = (0..<60).map { index in
            ICECandidate(
                foundation: "\(index)", component: 1 + index % 2, priority: UInt32(1000 + index),
                address: Scenario.address("198.51.100.\(index + 10)", 4000), kind: .host)
        }
        scenario.network.describe(scenario.peer, to: scenario.relay, candidates: candidates + candidates)
        scenario.network.run(for: .seconds(2))
        let checks = scenario.network.checks(from: scenario.relay)
        for (former, next) in zip(checks, checks.dropFirst()) { #expect(next.at - former.at >= ICETiming.pacing) }
        // A lost check on the best pair is repeated before the last of the others has its turn.
        let best = checks.filter { $0.destination == checks.first?.destination && $0.at < scenario.start + .milliseconds(100) }
        #expect(best.count >= 2)
        // Component 2 is not asked, and of component 1 not more than the limit.
        #expect(Set(checks.map(\.destination)).count == ICEAgent.maximumRemoteCandidates)
        #expect(checks.count >= 99)
    }
}
