@testable import ControlPlane
import MediaCore
import Negotiation
import Testing
import Wire

@Suite struct EventVerdictTests {
    private let answered = EventSamples.instant(40)

    /// A WhatsApp leg on which all went well, for `change` to spoil.
    private func leg(_ change: (inout MediaStatistics) -> Void = { _ in }) -> MediaStatistics {
        var media = MediaStatistics()
        media.iceState = .connected
        media.setup.planned = EventSamples.instant(0)
        media.setup.iceConnected = EventSamples.instant(100)
        media.setup.dtlsConnected = EventSamples.instant(150)
        media.setup.mediaReady = EventSamples.instant(150)
        media.setup.firstPacketReceived = EventSamples.instant(170)
        media.setup.firstPacketSent = EventSamples.instant(151)
        media.rtpOut.packets = 100
        media.rtcpOut.packets = 3
        media.sentSSRC = 7
        change(&media)
        return media
    }

    private func verdict(
        _ media: MediaStatistics, isMeta: Bool = true, gap: Nanoseconds? = nil, isAnswered: Bool = true, length: Nanoseconds = .seconds(60),
        findings: [SDPFinding] = []
    ) -> CallVerdict {
        var statistics = CallStatistics()
        statistics.media = [media]
        return CallVerdict(statistics, .init(
            reason: .deleted, duration: .seconds(60), parties: [.init(party: EventSamples.meta, isMeta: isMeta, longestSendGap: gap)],
            answered: isAnswered ? answered : nil, ended: answered + length, findings: findings))
    }

    private func finding(_ severity: SDPFinding.Severity, _ error: String?) -> SDPFinding {
        SDPFinding(rule: "r", origin: .ours, line: 1, severity: severity, message: "m", remedy: "do", metaError: error)
    }

    // MARK: What happened

    @Test func setUpTimesFromPlanAndAnswer() throws {
        var statistics = CallStatistics()
        statistics.media = [leg(), leg { $0.setup.planned = EventSamples.instant(-60) }]
        let verdict = CallVerdict(statistics, .init(
            reason: .deleted, duration: .zero,
            parties: [.init(party: EventSamples.meta, isMeta: true), .init(party: EventSamples.pbx, isMeta: false)],
            answered: EventSamples.instant(120), ended: EventSamples.instant(200)))
        let setup = try #require(verdict.parties.first?.setup)
        // From the first plan of the whole call.
        #expect(setup.fromPlan.ice == .milliseconds(160))
        #expect(setup.fromPlan.firstPacketOut == .milliseconds(211))
        // ICE was there before the answer.
        #expect(setup.fromAnswer?.ice == .milliseconds(-20))
        #expect(setup.fromAnswer?.mediaReady == .milliseconds(30))
    }

    @Test func withoutAnAnswerNothingCountsFromIt() {
        #expect(verdict(leg(), isAnswered: false).parties.first?.setup.fromAnswer == nil)
    }

    @Test func severalStreamsAreOneParty() throws {
        let party = try #require(verdict(leg { media in
            media.received = (1...3).map { index in
                var stream = SSRCStatistics()
                stream.ssrc = UInt32(index)
                stream.cumulativeLoss = 10
                stream.jitter = Double(index)
                return stream
            }
            media.received[0].samples = 9
            media.received[0].average = QualitySample(mos: 4, roundTrip: 20_000, jitter: 1, packetLoss: 0, at: answered)
            media.received[0].lowest = QualitySample(mos: 3, roundTrip: 20_000, jitter: 1, packetLoss: 0, at: answered)
            media.received[1].samples = 1
            media.received[1].average = QualitySample(mos: 2, roundTrip: 0, jitter: 1, packetLoss: 0, at: answered)
            media.received[1].lowest = QualitySample(mos: 2, roundTrip: 0, jitter: 1, packetLoss: 0, at: answered)
        }).parties.first)
        #expect(party.receivedSSRCs == [1, 2, 3])
        #expect(party.lost == 30)
        #expect(party.jitter == 3)
        #expect(party.averageMOS == 3.8)
        #expect(party.lowestMOS == 2)
        // The newest that is known.
        #expect(party.roundTrip == .milliseconds(20))
    }

    @Test func anEmptyCallHasAVerdictToo() throws {
        let verdict = CallVerdict(CallStatistics(), .init(
            reason: .offerTimeout, duration: .zero, parties: [.init(party: EventSamples.meta, isMeta: true)], answered: nil,
            ended: answered))
        let party = try #require(verdict.parties.first)
        #expect(party.sentSSRC == nil && party.averageMOS == nil && party.jitter == nil && party.receivedSSRCs.isEmpty)
        #expect(party.setup.fromPlan == SetupVerdict.Steps(SetupTimes(), from: answered))
        #expect(verdict.forecast == nil)
    }

    // MARK: What Meta will say

    @Test func nothingSpeaksAgainstAGoodCall() {
        #expect(verdict(leg(), gap: .seconds(30)).forecast == nil)
    }

    @Test func silenceTowardThePBXIsNoneOfMetas() {
        #expect(verdict(leg { $0.rtpOut.packets = 0; $0.rtcpOut.packets = 0 }, isMeta: false).forecast == nil)
    }

    @Test func nothingSent() {
        let silent = leg { $0.rtpOut.packets = 0; $0.rtcpOut.packets = 0; $0.setup.firstPacketSent = nil }
        #expect(verdict(silent).forecast?.cause == .nothingSent)
        // Nobody has accepted the call yet, so nobody waits for media.
        #expect(verdict(silent, isAnswered: false).forecast == nil)
        var media = silent
        media.setup.mediaReady = nil
        #expect(verdict(media).forecast?.cause == .noKeys)
        media.setup.iceConnected = nil
        media.iceState = .failed
        #expect(verdict(media).forecast?.cause == .iceNotConnected)
        // SDES has no ICE to fail.
        media.iceState = .none
        #expect(verdict(media).forecast?.cause == .noKeys)
    }

    /// Whoever hangs up at once had no time to miss media.
    @Test func aShortCallWithoutMediaIsNoError() {
        let silent = leg {
            $0.rtpOut.packets = 0
            $0.rtcpOut.packets = 0
            $0.setup = SetupTimes()
            $0.iceState = .checking
        }
        #expect(verdict(silent, length: .seconds(20), findings: [finding(.warning, "w")]).forecast == nil)
        #expect(verdict(silent, length: .milliseconds(20_001)).forecast?.cause == .iceNotConnected)
        #expect(verdict(silent, length: .seconds(1), findings: [finding(.error, "e")]).forecast?.cause == .description)
    }

    @Test func reportsAloneKeepTheCall() {
        #expect(verdict(leg { $0.rtpOut.packets = 0; $0.setup.firstPacketSent = nil }).forecast == nil)
    }

    @Test func theFirstPacketHasTwentySeconds() {
        func sent(at milliseconds: Int) -> MediaStatistics {
            leg {
                $0.setup.firstPacketSent = answered + .milliseconds(milliseconds)
                $0.setup.mediaReady = answered + .milliseconds(milliseconds)
            }
        }
        #expect(verdict(sent(at: 20_000)).forecast == nil)
        #expect(verdict(sent(at: 20_001)).forecast?.cause == .firstPacketLate)
        // Reports leave as soon as media could.
        let reported = leg { $0.setup.firstPacketSent = answered + .seconds(25) }
        #expect(verdict(reported).forecast == nil)
        let alone = leg { $0.setup.firstPacketSent = answered + .seconds(25); $0.rtcpOut.packets = 0 }
        #expect(verdict(alone).forecast?.cause == .firstPacketLate)
    }

    @Test func aGapOfThirtySecondsEndsACall() {
        #expect(verdict(leg(), gap: .milliseconds(30_001)).forecast?.cause == .sendGap)
    }

    @Test func theWorstFindingSpeaksWhereMetaNeverSent() {
        let findings = [finding(.error, nil), finding(.warning, "w"), finding(.error, "first"), finding(.error, "second")]
        let refused = leg { $0.setup.firstPacketReceived = nil }
        #expect(verdict(refused, findings: findings).forecast?.text == "first")
        #expect(verdict(refused, findings: findings).forecast?.cause == .description)
        #expect(verdict(leg(), findings: findings).forecast == nil)
        // A warning speaks only where nothing better is known.
        let silent = leg { $0.setup.firstPacketReceived = nil; $0.rtpOut.packets = 0; $0.rtcpOut.packets = 0 }
        #expect(verdict(silent, findings: [finding(.warning, "w")]).forecast?.cause == .nothingSent)
        #expect(verdict(refused, findings: [finding(.warning, "w")]).forecast?.text == "w")
    }
}
