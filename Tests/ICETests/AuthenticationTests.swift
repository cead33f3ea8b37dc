import ICE
import Testing
import Wire

/// What an agent believes, and how it answers the rest (RFC 8489 sections 6.3 and 9.1).
@Suite struct AuthenticationTests {
    static let source = Scenario.address("203.0.113.5", 5000)

    /// Lets the relay receive a datagram and returns the error code of its answer: 0 for success, `nil` for none.
    private func answer(_ bytes: [UInt8], in scenario: Scenario, slot: Int = 1) -> (input: ICEInput, errorCode: Int?) {
        let before = scenario.network.messages(from: scenario.relay).count
        let input = scenario.network.inject(bytes, into: scenario.relay, slot: slot, from: Self.source)
        let answers = scenario.network.messages(from: scenario.relay).dropFirst(before).filter { $0.messageClass != .request }
        #expect(answers.count <= 1)
        #expect(answers.allSatisfy { $0.destination == Self.source })
        return (input, answers.first.map { $0.errorCode ?? 0 })
    }

    private func check(_ scenario: Scenario, ufrag: String? = nil, password: String? = nil, unknown: UInt16? = nil) -> [UInt8] {
        STUNSamples.check(
            username: (ufrag ?? scenario.relay.credentials.ufrag) + ":" + scenario.peer.credentials.ufrag,
            password: password ?? scenario.relay.credentials.password, role: .controlled(tieBreaker: 5), unknown: unknown)
    }

    @Test func rightOne() {
        let scenario = Scenario()
        #expect(answer(check(scenario), in: scenario) == (.accepted, 0))
        #expect(scenario.relay.agent.isKnownSource(Self.source, slot: 1))
    }

    @Test func wrongPassword() {
        let scenario = Scenario()
        #expect(answer(check(scenario, password: "relayPassword0123456789aB"), in: scenario) == (.unauthenticated, 401))
        #expect(!scenario.relay.agent.isKnownSource(Self.source, slot: 1))
    }

    @Test(arguments: ["", "relay", "relayFragment", "peerFrag", "RELAYFRAG"])
    func wrongFragment(ufrag: String) {
        let scenario = Scenario()
        #expect(answer(check(scenario, ufrag: ufrag), in: scenario) == (.notForUs, 401))
        #expect(!scenario.relay.agent.isKnownSource(Self.source, slot: 1))
    }

    @Test func withoutUsernameOrIntegrity() {
        let scenario = Scenario()
        let unsigned = STUNSamples.message([(0x0006, Array("relayFrag:peerFrag".utf8)), (0x0024, [0, 0, 0, 1])])
        #expect(answer(unsigned, in: scenario) == (.unauthenticated, 400))
        let anonymous = STUNSamples.signed(STUNSamples.message([(0x0024, [0, 0, 0, 1])]), password: scenario.relay.credentials.password)
        #expect(answer(anonymous, in: scenario) == (.unauthenticated, 400))
        #expect(!scenario.relay.agent.isKnownSource(Self.source, slot: 1))
    }

    @Test func wrongFingerprint() {
        let scenario = Scenario()
        var bytes = check(scenario)
        bytes[bytes.count - 1] ^= 1
        #expect(answer(bytes, in: scenario) == (.malformed, nil))
        #expect(!scenario.relay.agent.isKnownSource(Self.source, slot: 1))
    }

    /// Some agents leave it out; the integrity says all that is needed.
    @Test func withoutFingerprint() {
        let scenario = Scenario()
        #expect(answer(STUNSamples.withoutFingerprint(check(scenario)), in: scenario) == (.accepted, 0))
    }

    @Test func unknownAttributes() {
        let scenario = Scenario()
        #expect(answer(check(scenario, unknown: 0xc057), in: scenario) == (.accepted, 0))
        let other = Scenario()
        #expect(answer(check(other, unknown: 0x7ffe), in: other) == (.accepted, 420))
        #expect(!other.relay.agent.isKnownSource(Self.source, slot: 1))
        let listed = other.network.sent.last.map { RFC5769.bytes("000a00027ffe0000") == Array($0.datagram.bytes.dropFirst(28).prefix(8)) }
        #expect(listed == true)
    }

    @Test func socketThatIsNoCandidate() {
        let scenario = Scenario()
        #expect(answer(check(scenario), in: scenario, slot: 7) == (.notForUs, nil))
    }

    @Test func otherMethodsAndIndications() {
        let scenario = Scenario()
        #expect(answer(STUNSamples.message(type: 0x0003, []), in: scenario) == (.notForUs, nil)) // TURN Allocate
        let keepAlive = STUNSamples.message(type: 0x0011, [])
        #expect(answer(keepAlive, in: scenario) == (.notForUs, nil))
        _ = answer(check(scenario), in: scenario)
        #expect(answer(keepAlive, in: scenario) == (.accepted, nil))
    }

    @Test func answersAreSignedAndMapped() {
        let scenario = Scenario()
        _ = answer(check(scenario), in: scenario)
        let bytes = scenario.network.sent.last?.datagram.bytes ?? []
        bytes.withBytes { datagram in
            let message = STUNMessage.parse(datagram)
            #expect(message?.transactionID == STUNSamples.transactionID)
            #expect(message?.xorMappedAddress == Self.source)
            #expect(message?.hasFingerprint == true)
            #expect(Array(scenario.relay.credentials.password.utf8).withBytes { message?.isAuthentic(key: $0) } == true)
        }
    }

    /// A peer that signs its answers with another password never gets a valid pair.
    @Test func answersUnderAnotherPassword() {
        let scenario = Scenario()
        let wrong = ICECredentials(ufrag: scenario.peer.credentials.ufrag, password: "another password, just as long")
        scenario.network.describe(scenario.relay, to: scenario.peer)
        scenario.network.describe(scenario.peer, to: scenario.relay, isLite: true, credentials: wrong)
        scenario.network.run(for: .seconds(31))
        #expect(scenario.relay.agent.state == .failed)
        #expect(scenario.peer.agent.state == .checking)
        #expect(!scenario.relay.agent.isKnownSource(Scenario.peerV6, slot: 0))
    }

    @Test func credentialsDoNotShowThePassword() {
        let credentials = ICECredentials(ufrag: "abcd", password: "secret")
        #expect("\(credentials)" == "ICECredentials(ufrag: abcd)")
        #expect(!String(reflecting: credentials).contains("secret"))
        var dumped = ""
        dump(credentials, to: &dumped)
        #expect(!dumped.contains("secret"))
    }

    @Test func candidatePriority() {
        #expect(ICECandidate.priority(typePreference: 126, localPreference: 65535, component: 1) == 2_130_706_431)
        #expect(ICECandidate.priority(typePreference: 126, localPreference: 65535, component: 2) == 2_130_706_430)
        #expect(ICECandidate.priority(typePreference: 0, localPreference: 0, component: 256) == 0)
        #expect(ICECandidate.Kind.peerReflexive.typePreference == 110)
    }
}
