import MediaCore
import PeerSimulator
import Testing
import Wire

/// What the PBX says before Meta's leg is up is heard, from the first word.
@Suite struct EarlyMediaTests {
    /// The PBX talks at once; the handshake takes this long.
    @Test(arguments: [0, 300, 1000, 3000])
    func noWordIsLostWhileTheHandshakeIsLate(_ delay: Int) throws {
        var setup = CallScenario.Setup()
        setup.dtlsDelay = .milliseconds(delay)
        let scenario = try CallScenario(setup)
        let words = Speech.words(8)
        scenario.pbx.play(words)
        try scenario.userCalls()
        scenario.run(milliseconds: 12_000)
        let heard = scenario.whatsApp.heard
        let lengths = Speech.wordLengths(heard)
        #expect(lengths.count == 8 && lengths.allSatisfy { (280...340).contains($0) }, "\(lengths)")
        #expect(try #require(Speech.onset(heard)) <= 60, "the first packet holds the first word")
        #expect(scenario.whatsApp.makeReport().violations.isEmpty)
        let mediaReady = try #require(scenario.whatsApp.makeReport().dtlsConnected)
        #expect(mediaReady < .milliseconds(delay + 250), "the handshake is retried within 200 ms")
    }

    /// Meta answers checks at once and ignores DTLS until it has our SDP, which it gets when the PBX picks up: up to a
    /// minute later. The handshake is then done at once, however long it rang.
    @Test(arguments: [2_300, 9_700, 31_000, 58_000])
    func longRingingCostsNothing(_ ringing: Int) throws {
        let scenario = try CallScenario()
        try scenario.userCalls(answerDelay: ringing)
        scenario.pbx.play(Speech.words(2))
        scenario.run(milliseconds: 2000)
        let connected = try #require(scenario.whatsApp.makeReport().dtlsConnected)
        #expect(connected < .milliseconds(120), "\(connected)")
        #expect(Speech.wordLengths(scenario.whatsApp.heard).count == 2)
        #expect(scenario.whatsApp.makeReport().violations.isEmpty)
    }

    @Test func theBacklogIsWorkedOffInThePauses() throws {
        var setup = CallScenario.Setup()
        setup.dtlsDelay = .milliseconds(1000)
        let scenario = try CallScenario(setup)
        scenario.pbx.play(Speech.words(16))
        try scenario.userCalls()
        scenario.run(milliseconds: 12_000)
        scenario.pbx.play(Speech.burst(pitch: 700, milliseconds: 200))
        let saidAt = scenario.whatsApp.heard.count
        scenario.run(milliseconds: 400)
        let after = Array(scenario.whatsApp.heard[min(saidAt, scenario.whatsApp.heard.count)...])
        #expect(try #require(Speech.onset(after)) <= 100, "no delay is left")
    }

    /// Also where nothing needs transcoding: Opus passes through the buffer until the backlog is gone.
    @Test func opusIsKeptAsWell() throws {
        var setup = CallScenario.Setup()
        setup.dtlsDelay = .milliseconds(1000)
        setup.pbxCodec = .opus
        let scenario = try CallScenario(setup)
        let words = Speech.words(8)
        scenario.pbx.play(words)
        try scenario.userCalls()
        scenario.run(milliseconds: 10_000)
        let heard = scenario.whatsApp.heard
        let lengths = Speech.wordLengths(heard)
        #expect(lengths.count == 8 && lengths.allSatisfy { (270...340).contains($0) }, "\(lengths)")
        #expect(scenario.whatsApp.makeReport().violations.isEmpty)
    }

    @Test func moreThanTheBacklogHoldsLosesTheOldest() throws {
        var setup = CallScenario.Setup()
        setup.dtlsDelay = .milliseconds(7000)
        let scenario = try CallScenario(setup)
        scenario.pbx.play(Speech.words(20))
        try scenario.userCalls()
        scenario.run(milliseconds: 20_000)
        #expect(Speech.soundingMilliseconds(scenario.whatsApp.heard) >= 3800)
        #expect(scenario.whatsApp.makeReport().violations.isEmpty)
    }
}
