import ICE
import Testing
import Wire

/// A NAT gives one end a new address in mid-call.
@Suite struct AddressChangeTests {
    static let newPeer = Scenario.address("2001:db8:f::2", 61000)
    static let newRelay = Scenario.address("2001:db8::1", 61001)

    /// The full peer's next consent check shows its new address; the old pair is dead, so the new one takes over.
    @Test(arguments: [Scenario.Role.controlling, .controlled])
    func fullPeerMoves(relay role: Scenario.Role) {
        let scenario = Scenario(relay: role, peer: role == .controlling ? .controlled : .controlling)
        scenario.connect()
        scenario.network.run(for: .seconds(3))
        scenario.peer.publicAddresses[0] = Self.newPeer
        scenario.network.run(for: .seconds(9)) // a consent interval, the probes, the new checks
        #expect(scenario.relay.agent.selectedPair == ICEPair(slot: 0, remote: Self.newPeer))
        #expect(scenario.relay.agent.state == .connected)
        scenario.network.run(for: .seconds(60))
        #expect(scenario.relay.events.map(\.event) == [.connected(Scenario.overV6), .connected(ICEPair(slot: 0, remote: Self.newPeer))])
        #expect(scenario.peer.agent.state == .connected)
    }

    /// Somebody who repeats the peer's own check from elsewhere moves nothing, since the pair in use still answers.
    @Test(arguments: [Scenario.Role.controlling, .controlled])
    func replayedCheckMovesNothing(relay role: Scenario.Role) {
        let scenario = Scenario(relay: role, peer: role == .controlling ? .controlled : .controlling)
        scenario.connect()
        scenario.network.run(for: .seconds(7))
        let check = scenario.network.sent.last { sent in
            sent.datagram.destination == Scenario.relayV6 && sent.datagram.bytes[0] == 0 && sent.datagram.bytes[1] == 1
        }
        let thief = Scenario.address("2001:db8:bad::1", 6666)
        scenario.network.inject(check?.datagram.bytes ?? [], into: scenario.relay, slot: 0, from: thief)
        scenario.network.run(for: .seconds(60))
        #expect(scenario.relay.agent.selectedPair == Scenario.overV6)
        #expect(scenario.relay.events.count == 1)
        // It is checked a few times, and then left alone.
        let checks = scenario.network.checks(from: scenario.relay).filter { $0.destination == thief }
        #expect((1...ICETiming.lateSourceAttempts).contains(checks.count))
    }

    /// Even a second working address of the peer is no reason to leave a pair that works.
    @Test(arguments: [Scenario.Role.controlling, .controlled])
    func secondAddressMovesNothing(relay role: Scenario.Role) {
        let scenario = Scenario(relay: role, peer: role == .controlling ? .controlled : .controlling)
        scenario.connect()
        scenario.network.run(for: .seconds(1))
        scenario.peer.publicAddresses.append(Self.newPeer) // arrives as well, by a slot that the peer's agent does not know
        let extra = LocalCandidate(slot: 2, address: Self.newPeer, priority: 1)
        scenario.peer.agent.setLocalCandidates([LocalCandidate(slot: 0, address: Scenario.peerV6, priority: Scenario.priorities[0]), extra])
        let check = STUNSamples.check(
            username: scenario.relay.credentials.ufrag + ":" + scenario.peer.credentials.ufrag,
            password: scenario.relay.credentials.password,
            role: role == .controlling ? .controlled(tieBreaker: 1) : .controlling(tieBreaker: 1), usesCandidate: role == .controlled,
            priority: 1)
        scenario.network.inject(check, into: scenario.relay, slot: 0, from: Self.newPeer)
        scenario.network.run(for: .seconds(30))
        #expect(scenario.relay.agent.isKnownSource(Self.newPeer, slot: 0))
        #expect(scenario.relay.agent.selectedPair == Scenario.overV6)
        #expect(scenario.relay.events.count == 1)
    }

    /// Our own NAT: the lite peer sees our consent checks, which name the pair, come from elsewhere.
    @Test func relayMovesUnderLitePeer() {
        let scenario = Scenario()
        scenario.connect()
        scenario.network.run(for: .seconds(3))
        scenario.relay.publicAddresses[0] = Self.newRelay
        scenario.network.run(for: .seconds(60))
        #expect(scenario.relay.agent.state == .connected)
        #expect(scenario.relay.events.count == 1)
        #expect(scenario.peer.agent.selectedPair == ICEPair(slot: 0, remote: Self.newRelay))
    }
}
