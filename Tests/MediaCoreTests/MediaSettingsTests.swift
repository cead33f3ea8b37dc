@testable import MediaCore
import RTP
import Testing
import Wire

/// What the operator chooses for all calls reaches what it is about.
@Suite struct MediaSettingsTests {
    private let start = MonotonicInstant(nanoseconds: 1_000_000_000)

    @Test func reportsAreAnIntervalAndUpToASecondApart() {
        var random = SplitMix64(seed: 4)
        let schedule = ReportSchedule()
        for interval in [Nanoseconds.milliseconds(500), .seconds(5)] {
            let waits = (0..<200).map { _ in schedule.next(after: start, interval: interval, random: &random) - start }
            #expect(waits.allSatisfy { $0 >= interval && $0 < interval + .seconds(1) })
            #expect(Set(waits).count > 50)
        }
    }

    @Test func delayCostsAConversationAndNoListener() {
        func mos(_ listeningOnly: Bool) -> Double {
            var history = QualityHistory()
            return history.add(
                lossPercent: 1, jitter: 40, roundTrip: .milliseconds(600), codec: .g711, listeningOnly: listeningOnly, at: start).mos
        }
        #expect(mos(true) > mos(false) + 0.5)
    }

    @Test func standardsAreThoseThatCallsHadBefore() {
        let settings = MediaSettings()
        let jitter = JitterBufferConfiguration()
        #expect(settings.jitterDelay == jitter.minimumDelay...jitter.maximumDelay)
        #expect(CallConfiguration(seed: 1).media == settings)
    }
}
