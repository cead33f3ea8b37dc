import MediaCore
import PeerSimulator
import Testing
import Wire

/// A fifth of the handshake is lost, STUN and DTLS alike, while Meta repeats its flights after 1, 2 and 4 s only.
@Suite struct HandshakeLossTests {
    /// The media always comes up, before Meta gives up after 20 s. Most calls lose nothing that Meta would have to repeat, and are up
    /// at once; the others wait for Meta's timer.
    @Test(arguments: [true, false])
    func mediaAlwaysComesUp(_ userCalls: Bool) throws {
        var times: [Int64] = []
        for seed in 1...20 as ClosedRange<UInt64> {
            let scenario = try call(seed, userCalls: userCalls)
            let report = scenario.whatsApp.makeReport(isLossy: true)
            #expect(report.failure == nil && report.violations.isEmpty, "seed \(seed): \(report.violations)")
            let arrival = try #require(report.firstPacketAfterAccept, "seed \(seed): no media")
            times.append(arrival.milliseconds)
        }
        times.sort()
        #expect(times[9] < 500 && times[14] < 1500 && times[18] < 7500, "[ms] \(times)")
    }

    /// What was said meanwhile is not lost, as long as the backlog holds it.
    @Test func everyWordIsHeard() throws {
        var whole = 0
        for seed in 1...12 as ClosedRange<UInt64> {
            let scenario = try call(seed, userCalls: true, saying: Speech.words(6))
            guard let ready = scenario.whatsApp.makeReport(isLossy: true).firstPacketAfterAccept, ready < .milliseconds(4800) else { continue }
            whole += 1
            let lengths = Speech.wordLengths(scenario.whatsApp.heard)
            #expect(lengths.count == 6 && lengths.allSatisfy { (260...340).contains($0) }, "seed \(seed): \(lengths)")
        }
        #expect(whole >= 8)
    }

    /// Nothing of the handshake arrives: no media, and Meta gives the call up.
    @Test func withoutAHandshakeMetaEndsTheCall() throws {
        let scenario = try CallScenario()
        scenario.loseHandshake(1)
        try scenario.userCalls()
        scenario.run(milliseconds: 21_000)
        #expect(scenario.whatsApp.failure?.code == 138_021)
        #expect(scenario.whatsApp.makeReport().packetsReceived == 0)
    }

    private func call(_ seed: UInt64, userCalls: Bool, saying words: [Int16] = []) throws -> CallScenario {
        var setup = CallScenario.Setup()
        setup.seed = seed
        let scenario = try CallScenario(setup)
        scenario.loseHandshake(0.2)
        scenario.pbx.play(words)
        if userCalls { try scenario.userCalls() } else { try scenario.businessCalls() }
        scenario.run(milliseconds: 19_000)
        return scenario
    }
}
