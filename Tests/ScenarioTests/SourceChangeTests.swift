import MediaCore
import NGProtocol
import PeerSimulator
import Testing
import Wire

/// Whatever the PBX does to its stream, Meta sees one SSRC without gaps and timestamps that only go forward.
@Suite struct SourceChangeTests {
    @Test(arguments: [false, true])
    func threeNewSSRCs(_ isForwarded: Bool) throws {
        let scenario = try start(isForwarded)
        let words = Speech.words(4)
        for _ in 0..<3 {
            scenario.pbx.play(words)
            scenario.run(milliseconds: 3000)
            scenario.pbx.changeSSRC()
        }
        scenario.pbx.play(words)
        scenario.run(milliseconds: 3000)
        try expectOneCleanStream(scenario, spoken: 4 * Speech.soundingMilliseconds(words))
        #expect(scenario.call.statistics().media[1].received.count == 4)
    }

    /// Read() then Echo(): a gap of a second, then ±10⁹ ticks inside the same SSRC.
    @Test(arguments: [false, true], [UInt32(1_045_344_570), UInt32(bitPattern: -1_085_008_838)])
    func timestampsJump(_ isForwarded: Bool, _ ticks: UInt32) throws {
        let scenario = try start(isForwarded)
        let words = Speech.words(4)
        scenario.pbx.play(words)
        scenario.run(milliseconds: 3000)
        scenario.pbx.pause(milliseconds: 1000)
        scenario.pbx.jumpTimestamps(by: ticks)
        scenario.run(milliseconds: 1000)
        scenario.pbx.play(words)
        scenario.run(milliseconds: 4000)
        try expectOneCleanStream(scenario, spoken: 2 * Speech.soundingMilliseconds(words))
        #expect(abs(scenario.whatsApp.heard.count * 1000 / Speech.sampleRate - 8000) < 500, "the gap is as long as it was")
    }

    @Test(arguments: [false, true])
    func silenceGaps(_ isForwarded: Bool) throws {
        let scenario = try start(isForwarded)
        scenario.pbx.fillsWithSilence = false
        let words = Speech.words(3)
        for gap in [500, 5000, 40_000] {
            scenario.pbx.play(words)
            scenario.run(milliseconds: 2000 + gap)
        }
        try expectOneCleanStream(scenario, spoken: 3 * Speech.soundingMilliseconds(words))
    }

    /// The PBX changes its codec in mid-call without a word, to another that it had answered with.
    @Test func codecChanges() throws {
        let scenario = try CallScenario()
        var options = scenario.toPBX
        options.codecs.transcode = ["PCMU", "PCMA"]
        let offer = try scenario.negotiate(scenario.whatsApp.makeOffer(), isOffer: true, options: options)
        let answer = scenario.pbx.makeAnswer(to: offer, at: scenario.now).replacing("RTP/AVP 0", with: "RTP/AVP 0 8")
        scenario.whatsApp.receiveAnswer(try scenario.negotiate(answer, isOffer: false, options: scenario.backToWhatsApp), at: scenario.now)
        scenario.run(milliseconds: 500)
        let words = Speech.words(3)
        for (codec, payloadType) in [(SimulatedCodec.pcmu, UInt8(0)), (.pcma, 8), (.pcmu, 0)] {
            scenario.pbx.switchCodec(to: codec, payloadType: payloadType)
            scenario.pbx.play(words)
            scenario.run(milliseconds: 2000)
        }
        try expectOneCleanStream(scenario, spoken: 3 * Speech.soundingMilliseconds(words))
    }

    private func start(_ isForwarded: Bool) throws -> CallScenario {
        var setup = CallScenario.Setup()
        setup.pbxCodec = isForwarded ? .opus : .pcmu
        let scenario = try CallScenario(setup)
        try scenario.userCalls()
        scenario.run(milliseconds: 500)
        return scenario
    }

    private func expectOneCleanStream(_ scenario: CallScenario, spoken: Int) throws {
        let report = scenario.whatsApp.makeReport()
        #expect(report.violations.isEmpty, "\(report.violations)")
        #expect(report.ssrcs.count == 1)
        let heard = Speech.soundingMilliseconds(scenario.whatsApp.heard)
        #expect(abs(heard - spoken) <= 100, "heard \(heard) ms of \(spoken)")
    }
}
