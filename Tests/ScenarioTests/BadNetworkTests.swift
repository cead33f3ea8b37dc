import MediaCore
import PeerSimulator
import Testing
import Wire

/// Loss, reordering, duplicates and jitter on both sides.
@Suite struct BadNetworkTests {
    @Test(arguments: 1...4)
    func fivePercentLossIsConcealed(_ seed: UInt64) throws {
        var setup = CallScenario.Setup()
        setup.seed = seed
        let scenario = try CallScenario(setup)
        try scenario.userCalls()
        scenario.run(milliseconds: 500)
        scenario.whatsAppLink.loss = 0.05
        scenario.pbxLink.loss = 0.05
        let words = Speech.words(20)
        scenario.whatsApp.play(words)
        scenario.pbx.play(words)
        scenario.run(milliseconds: 12_000)
        let spoken = Speech.soundingMilliseconds(words)
        #expect(scenario.network.lost > 40)
        #expect(Speech.soundingMilliseconds(scenario.pbx.heard) > spoken * 88 / 100)
        #expect(Speech.soundingMilliseconds(scenario.whatsApp.heard) > spoken * 88 / 100)
        #expect(scenario.whatsApp.makeReport(isLossy: true).violations.isEmpty, "\(scenario.whatsApp.makeReport(isLossy: true).violations)")
        let statistics = scenario.call.statistics()
        let received = try #require(statistics.media[0].received.first)
        #expect(received.cumulativeLoss > 5)
        #expect(try #require(received.average).mos < 4.3, "the estimate notices")
    }

    @Test func reorderedAndDuplicatedPacketsAreSortedOut() throws {
        let scenario = try CallScenario()
        scenario.pbxLink.jitter = 45
        scenario.pbxLink.duplication = 0.1
        try scenario.userCalls()
        scenario.run(milliseconds: 500)
        let words = Speech.words(20)
        scenario.pbx.play(words)
        scenario.run(milliseconds: 12_000)
        let report = scenario.whatsApp.makeReport()
        #expect(report.violations.isEmpty, "\(report.violations)")
        #expect(abs(Speech.soundingMilliseconds(scenario.whatsApp.heard) - Speech.soundingMilliseconds(words)) <= 300)
        let received = try #require(scenario.call.statistics().media[1].received.first)
        #expect(received.reordered > 20 && received.duplicates > 20)
    }

    /// Opus to Opus: losses stay losses, so that the far side can conceal them; reordered packets keep their numbers.
    @Test func aForwardedStreamKeepsItsLosses() throws {
        var setup = CallScenario.Setup()
        setup.pbxCodec = .opus
        let scenario = try CallScenario(setup)
        try scenario.userCalls()
        scenario.run(milliseconds: 1000)
        scenario.pbxLink.loss = 0.1
        scenario.pbxLink.jitter = 30
        scenario.run(milliseconds: 10_000)
        let report = scenario.whatsApp.makeReport(isLossy: true)
        #expect(report.packetsLost > 20 && report.packetsLost < 90)
        #expect(report.violations.isEmpty, "\(report.violations)")
    }

    /// Two sound cards are never equally fast: ten minutes at ± 200 ppm.
    @Test(arguments: [200, -200])
    func clocksDrift(_ partsPerMillion: Int) throws {
        let scenario = try CallScenario()
        try scenario.userCalls()
        scenario.run(milliseconds: 500)
        scenario.pbx.drift(partsPerMillion: partsPerMillion)
        scenario.run(milliseconds: 600_000)
        let statistics = scenario.call.statistics()
        let late = statistics.drops[DropReason.late.rawValue]
        #expect(late <= 20, "\(late)")
        let before = scenario.whatsApp.heard.count
        scenario.pbx.play(Speech.burst(pitch: 500, milliseconds: 200))
        scenario.run(milliseconds: 600)
        let after = Array(scenario.whatsApp.heard[min(before, scenario.whatsApp.heard.count)...])
        #expect(try #require(Speech.onset(after)) <= 150, "the delay has not grown")
        #expect(scenario.whatsApp.makeReport().violations.isEmpty)
    }
}
