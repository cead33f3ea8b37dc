import LateHandshakes
import MediaCore
import PeerSimulator
import RTP
import SRTP
import Testing
import Wire

/// The work of DTLS handshakes is away for a millisecond each time, as with the engine's threads: what comes of a call is the same.
@Suite struct HandshakesApartTests {
    private func scenario(_ delay: Nanoseconds = .milliseconds(1), seed: UInt64 = 1) throws -> CallScenario {
        var setup = CallScenario.Setup()
        setup.handshakeDelay = delay
        setup.seed = seed
        return try CallScenario(setup)
    }

    /// Two steps of a client (its hello; the server's flight) or of a server (the same seen from there) and one for the last flight.
    @Test(arguments: [true, false])
    func aCallComesUpJustSoMuchLater(_ userCalls: Bool) throws {
        let here = try CallScenario(), apart = try scenario()
        for scenario in [here, apart] {
            if userCalls { try scenario.userCalls() } else { try scenario.businessCalls() }
            scenario.pbx.play(Speech.words(4))
            scenario.run(milliseconds: 3000)
            #expect(scenario.whatsApp.makeReport().violations.isEmpty && scenario.whatsApp.failure == nil)
            #expect(Speech.wordLengths(scenario.whatsApp.heard).count == 4)
        }
        #expect(here.handshakes.count == 0 && (2...3).contains(apart.handshakes.count))
        #expect(apart.events == here.events)
        let connected = try [here, apart].map { try #require($0.whatsApp.makeReport().dtlsConnected) }
        #expect(connected[1] >= connected[0] && connected[1] - connected[0] <= .milliseconds(4), "\(connected)")
    }

    /// Each datagram of the handshake is lost once.
    @Test(arguments: 0..<6, [true, false])
    func aLostFlightIsRepeated(_ lost: Int, _ userCalls: Bool) throws {
        let scenario = try scenario()
        var count = 0, isMetas = false
        scenario.tap = { delivery in
            guard delivery.bytes.withBytes(PacketKind.classify) == .dtls else { return delivery }
            defer { count += 1 }
            if count == lost { isMetas = delivery.from == CallScenario.whatsAppAddress }
            return count == lost ? nil : delivery
        }
        if userCalls { try scenario.userCalls() } else { try scenario.businessCalls() }
        scenario.run(milliseconds: 3000)
        let connected = try #require(scenario.whatsApp.makeReport().dtlsConnected)
        #expect(connected < .milliseconds(isMetas ? 1200 : 200), "\(connected)")
        #expect(count > lost && scenario.whatsApp.makeReport().violations.isEmpty)
    }

    /// Steps that take longer than everybody's timers, with a third of everything lost.
    @Test(arguments: 4...9 as ClosedRange<UInt64>, [1, 40, 300])
    func slowWorkOnABadNetwork(_ seed: UInt64, milliseconds: Int) throws {
        let scenario = try scenario(.milliseconds(milliseconds), seed: seed)
        scenario.whatsAppLink.loss = 0.3
        scenario.whatsAppLink.duplication = 0.2
        scenario.whatsAppLink.jitter = 60
        if seed % 2 == 0 { try scenario.userCalls() } else { try scenario.businessCalls() }
        scenario.run(milliseconds: 19_000)
        #expect(scenario.whatsApp.isConnected && scenario.whatsApp.failure == nil)
        #expect(scenario.events.contains(.mediaReady(media: 0)) || scenario.events.contains(.mediaReady(media: 1)))
    }

    /// Nobody has time for the step at first: it is put out again, and nothing is lost.
    @Test func aStepThatWasNotRunIsTriedAgain() throws {
        let scenario = try scenario()
        scenario.handshakes.refusals = 30
        try scenario.userCalls()
        scenario.pbx.play(Speech.words(2))
        scenario.run(milliseconds: 3000)
        #expect(scenario.handshakes.refusals == 0 && scenario.handshakes.count >= 32 && scenario.wakeUps < 1000)
        #expect(scenario.whatsApp.isConnected && scenario.whatsApp.makeReport().violations.isEmpty)
    }

    @Test func aCallEndsWhileItsHandshakeIsAway() throws {
        let scenario = try scenario(.milliseconds(200))
        try scenario.userCalls()
        scenario.run(milliseconds: 100)
        #expect(scenario.handshakes.nextDeadline != .distantFuture)
        scenario.call.end(.requested, at: scenario.now, into: CallOutput())
        let events = scenario.events
        scenario.run(milliseconds: 1000)
        #expect(scenario.handshakes.nextDeadline == .distantFuture && scenario.events == events)
        #expect(scenario.call.nextDeadline == .distantFuture)
    }

    /// The m-line becomes plain RTP while the step is away: it comes back to nobody.
    @Test func theAssociationIsGivenUpWhileItsStepIsAway() throws {
        let scenario = try scenario(.milliseconds(200))
        try scenario.userCalls()
        scenario.run(milliseconds: 100)
        #expect(scenario.handshakes.nextDeadline != .distantFuture)
        scenario.adjustPlan = { plan in
            for index in plan.media.indices { plan.media[index].transport.security = .none }
        }
        scenario.apply()
        scenario.run(milliseconds: 2000)
        #expect(!scenario.events.contains(.dtlsConnected(media: 0)) && !scenario.events.contains(.dtlsConnected(media: 1)))
        #expect(scenario.call.statistics().media.allSatisfy { !$0.dtlsIsVerified && $0.cryptoSuite == nil })
    }

    /// Other certificates and other roles come while the step of the former association is away: the new one is not touched by it,
    /// and where the peer's certificate is not the announced one, no media pass.
    @Test func theFingerprintChangesWhileTheStepIsAway() throws {
        let scenario = try scenario(.milliseconds(30))
        try scenario.userCalls()
        scenario.run(milliseconds: 25)
        let wrong = try DTLSCertificate.generate().fingerprint(.sha256)
        let before = scenario.handshakes.count
        scenario.adjustPlan = { plan in
            for index in plan.media.indices {
                guard case .dtls(var security) = plan.media[index].transport.security else { continue }
                security.remoteFingerprint = wrong
                plan.media[index].transport.security = .dtls(security)
            }
        }
        scenario.apply()
        scenario.pbx.play(Speech.words(2))
        scenario.run(milliseconds: 3000)
        #expect(before > 0 && scenario.handshakes.count > before)
        #expect(scenario.whatsApp.makeReport().packetsReceived == 0)
        #expect(scenario.call.statistics().media.allSatisfy { !$0.dtlsIsVerified })
    }
}
