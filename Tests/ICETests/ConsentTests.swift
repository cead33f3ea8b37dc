import ICE
import Testing
import Wire

/// RFC 7675.
@Suite struct ConsentTests {
    @Test func checksGoOnEveryFiveSeconds() {
        let scenario = Scenario()
        scenario.connect()
        let connected = scenario.network.now
        scenario.network.run(for: .seconds(600))
        let checks = scenario.network.checks(from: scenario.relay, since: connected + .milliseconds(1))
        #expect((100...150).contains(checks.count))
        var gaps: Set<Int64> = []
        for (former, next) in zip(checks, checks.dropFirst()) {
            let gap = next.at - former.at
            #expect(gap >= .milliseconds(4000) && gap <= .milliseconds(6000))
            gaps.insert(gap.milliseconds)
        }
        #expect(gaps.count > 50)
        #expect(Set(checks.map(\.transactionID)).count == checks.count)
        #expect(checks.allSatisfy { $0.destination == Scenario.peerV6 })
        #expect(scenario.relay.agent.state == .connected)
    }

    @Test func expiresThirtySecondsAfterTheLastAnswer() {
        let scenario = Scenario()
        scenario.connect()
        let connected = scenario.network.now
        scenario.peer.isDeaf = { _ in true }
        scenario.network.run(until: connected + .milliseconds(29_900))
        #expect(scenario.relay.agent.selectedPair == Scenario.overV6)
        #expect(scenario.relay.agent.isKnownSource(Scenario.peerV6, slot: 0))
        scenario.network.run(for: .milliseconds(200))
        #expect(scenario.relay.agent.selectedPair == nil)
        #expect(scenario.relay.agent.state == .failed)
        #expect(scenario.relay.events.map(\.event) == [.connected(Scenario.overV6), .consentLost])
        let sent = scenario.network.sent.count
        scenario.network.run(for: .seconds(60))
        #expect(scenario.network.sent.count == sent)
    }

    @Test func oneAnswerRenewsIt() {
        let scenario = Scenario()
        scenario.connect()
        let connected = scenario.network.now
        scenario.peer.isDeaf = { $0 < connected + .seconds(23) || $0 > connected + .seconds(29) }
        scenario.network.run(until: connected + .seconds(50))
        #expect(scenario.relay.agent.state == .connected)
        scenario.network.run(until: connected + .seconds(61))
        #expect(scenario.relay.agent.state == .failed)
    }

    @Test func lateAnswerCounts() {
        let scenario = Scenario()
        scenario.connect()
        scenario.network.minimumDelay = .seconds(6)
        scenario.network.maximumDelay = .seconds(6)
        scenario.network.run(for: .seconds(90))
        #expect(scenario.relay.agent.state == .connected)
    }

    @Test func forgedAnswerDoesNotCount() {
        let scenario = Scenario()
        scenario.connect()
        scenario.peer.isDeaf = { _ in true }
        for _ in 0..<40 {
            scenario.network.run(for: .seconds(1))
            let check = scenario.network.checks(from: scenario.relay).last
            let answer = STUNSamples.signed(
                STUNSamples.message(type: 0x0101, []), password: "not the peer's password",
                transactionID: check?.transactionID ?? STUNSamples.transactionID)
            scenario.network.inject(answer, into: scenario.relay, slot: 0, from: Scenario.peerV6)
        }
        #expect(scenario.relay.inputs.contains(.unauthenticated))
        #expect(scenario.relay.agent.state == .failed)
    }

    /// Section 5.2: 403, if it is signed.
    @Test(arguments: [true, false])
    func revocation(isSigned: Bool) {
        let scenario = Scenario()
        scenario.connect()
        scenario.peer.isDeaf = { _ in true }
        scenario.network.run(for: .seconds(7))
        let check = scenario.network.checks(from: scenario.relay).last
        let refusal = STUNSamples.signed(
            STUNSamples.message(type: 0x0111, [(0x0009, [0, 0, 4, 3])]),
            password: isSigned ? scenario.peer.credentials.password : "nobody's password",
            transactionID: check?.transactionID ?? STUNSamples.transactionID)
        let result = scenario.network.inject(refusal, into: scenario.relay, slot: 0, from: Scenario.peerV6)
        #expect(result == (isSigned ? .accepted : .unauthenticated))
        #expect(scenario.relay.agent.state == (isSigned ? .failed : .connected))
        #expect(scenario.relay.events.contains { $0.event == .consentLost } == isSigned)
    }
}
