import MediaCore
import PeerSimulator
import Testing
import Wire

/// Music on hold: Meta hears it on the one stream that it knows, and the agent again afterwards.
@Suite struct PlaybackTests {
    private static let music = AudioClip(samples: Speech.words(3), sampleRate: 8000)

    @Test(arguments: [SimulatedCodec.pcmu, .opus], [true, false])
    func musicOnHold(_ codec: SimulatedCodec, _ hasMusic: Bool) throws {
        var setup = CallScenario.Setup()
        setup.pbxCodec = codec
        let scenario = try CallScenario(setup)
        try scenario.businessCalls()
        scenario.pbx.play(Speech.words(2))
        scenario.run(milliseconds: 2000)
        let before = Speech.wordLengths(scenario.whatsApp.heard).count

        scenario.adjustPlan = { $0.media[1].playback = hasMusic ? PlaybackPlan(clip: Self.music) : nil }
        try scenario.reoffer(.init(direction: "sendonly"))
        scenario.run(milliseconds: 6000)
        let onHold = Speech.wordLengths(scenario.whatsApp.heard).count
        #expect(hasMusic ? (11...13).contains(onHold - before) : onHold == before, "\(onHold - before) words in 6 s")

        scenario.adjustPlan = { $0.media[1].playback = nil }
        try scenario.reoffer(.init())
        scenario.pbx.changeSSRC()
        scenario.pbx.play(Speech.words(2))
        scenario.pbx.press(7)
        scenario.run(milliseconds: 3000)
        let after = Speech.wordLengths(scenario.whatsApp.heard).count
        #expect((2...3).contains(after - onHold), "\(after - onHold)")
        let report = scenario.whatsApp.makeReport()
        #expect(report.violations.isEmpty, "\(report.violations)")
        #expect(report.ssrcs.count == 1 && report.digits == [7])
        #expect(report.longestGap <= .milliseconds(60), "\(report.longestGap)")
    }

    /// A wideband clip for Meta, whose Opus plays 16 kHz.
    @Test func aWidebandClipIsPlayed() throws {
        let samples = Speech.words(2).flatMap { [$0, $0] }
        let scenario = try CallScenario()
        scenario.adjustPlan = { $0.media[0].playback = PlaybackPlan(clip: AudioClip(samples: samples, sampleRate: 16_000)) }
        try scenario.userCalls()
        scenario.run(milliseconds: 4000)
        #expect((7...8).contains(Speech.wordLengths(scenario.whatsApp.heard).count))
        #expect(scenario.whatsApp.makeReport().violations.isEmpty)
    }
}
