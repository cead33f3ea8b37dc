import MediaCore
import PeerSimulator
import RTP
import Testing
import Wire

/// The business side is always there: it speaks first, and never falls silent for long.
@Suite struct PresenceTests {
    static let meta = PresencePlan(sendsFirst: true, maximumGap: .milliseconds(400))

    /// The PBX is silent. Meta waits for our first packet before it sends its own, so without one nobody says a word.
    @Test(arguments: [(WhatsAppEndpoint.Keying.dtls, true), (.dtls, false), (.sdes, true), (.sdes, false)], [true, false])
    func weSpeakFirst(_ call: (keying: WhatsAppEndpoint.Keying, isUsers: Bool), _ hasPresence: Bool) throws {
        let scenario = try silentCall(call.keying, userCalls: call.isUsers, presence: hasPresence ? Self.meta : PresencePlan())
        scenario.whatsApp.play(Speech.words(4))
        scenario.run(milliseconds: 5000)
        let report = scenario.whatsApp.makeReport()
        #expect(report.violations.isEmpty, "\(report.violations)")
        #expect(Speech.wordLengths(scenario.pbx.heard).count == (hasPresence ? 4 : 0))
        guard hasPresence else { return #expect(report.packetsReceived == 0) }
        let ready = call.keying == .dtls ? try #require(report.dtlsConnected) : .zero
        #expect(try #require(report.firstPacketReceived) - ready <= .milliseconds(20), "at once, not at a tick")
    }

    /// An IVR that waits for a digit for ten minutes: comfort frames and reports go on. Without them there are reports only.
    @Test(arguments: [WhatsAppEndpoint.Keying.dtls, .sdes], [true, false])
    func tenMinutesOfSilence(_ keying: WhatsAppEndpoint.Keying, _ hasPresence: Bool) throws {
        let scenario = try silentCall(keying, userCalls: true, presence: hasPresence ? Self.meta : PresencePlan())
        scenario.pbx.play(Speech.words(2))
        scenario.run(milliseconds: 3000)
        let traffic = Traffic(towardMetaIn: scenario)
        scenario.run(milliseconds: 600_000)
        #expect(traffic.longestPause(of: .rtp, until: scenario.now) <= .milliseconds(hasPresence ? 400 : 600_000))
        #expect(traffic.longestPause(of: .rtcp, until: scenario.now) <= .seconds(6))
        #expect(hasPresence ? traffic.count(of: .rtp) >= 1490 : traffic.count(of: .rtp) == 0)
        scenario.pbx.play(Speech.words(2))
        scenario.run(milliseconds: 2000)
        #expect(Speech.wordLengths(scenario.whatsApp.heard).count == 4)
        #expect(scenario.whatsApp.makeReport().violations.isEmpty, "\(scenario.whatsApp.makeReport().violations)")
    }

    /// What the PBX does to its side is nothing that Meta would notice.
    @Test(arguments: ["inactive", "sendonly"])
    func holdIsNotHeardAsAnEnd(_ direction: String) throws {
        let scenario = try CallScenario()
        scenario.adjustPlan = { $0.media[1].presence = Self.meta }
        try scenario.businessCalls()
        scenario.pbx.play(Speech.words(2))
        scenario.run(milliseconds: 2000)
        let traffic = Traffic(towardMetaIn: scenario)
        try scenario.reoffer(.init(direction: direction))
        scenario.pbx.pause(milliseconds: 60_000)
        scenario.run(milliseconds: 60_000)
        try scenario.reoffer(.init())
        scenario.pbx.changeSSRC()
        scenario.pbx.play(Speech.words(2))
        scenario.run(milliseconds: 3000)
        #expect(traffic.longestPause(of: .rtp, until: scenario.now) <= .milliseconds(405))
        let report = scenario.whatsApp.makeReport()
        #expect(report.violations.isEmpty, "\(report.violations)")
        #expect(report.ssrcs.count == 1 && Speech.wordLengths(scenario.whatsApp.heard).count == 4)
    }

    /// Speech that was kept takes the place of the first packet, and is as whole as without presence.
    @Test(arguments: [0, 1000, 3000])
    func presenceCostsNoWord(_ delay: Int) throws {
        var setup = CallScenario.Setup()
        setup.dtlsDelay = .milliseconds(delay)
        let scenario = try CallScenario(setup)
        scenario.adjustPlan = { $0.media[0].presence = Self.meta }
        scenario.pbx.play(Speech.words(8))
        try scenario.userCalls()
        scenario.run(milliseconds: 12_000)
        let lengths = Speech.wordLengths(scenario.whatsApp.heard)
        #expect(lengths.count == 8, "\(lengths)")
        #expect(try #require(Speech.onset(scenario.whatsApp.heard)) <= 60)
        let statistics = scenario.call.statistics().media[0]
        #expect(statistics.clipped == .zero && statistics.presencePackets <= 1)
        #expect(scenario.whatsApp.makeReport().violations.isEmpty, "\(scenario.whatsApp.makeReport().violations)")
    }

    private func silentCall(_ keying: WhatsAppEndpoint.Keying, userCalls: Bool, presence: PresencePlan) throws -> CallScenario {
        var setup = CallScenario.Setup()
        setup.keying = keying
        setup.mediaTimeout = .seconds(3600)
        let scenario = try CallScenario(setup)
        scenario.pbx.fillsWithSilence = false
        scenario.adjustPlan = { $0.media[userCalls ? 0 : 1].presence = presence }
        if userCalls { try scenario.userCalls() } else { try scenario.businessCalls() }
        return scenario
    }
}

/// When packets came to Meta.
final class Traffic {
    private var moments: [(kind: PacketKind, at: MonotonicInstant)] = []
    private let start: MonotonicInstant

    /// Counts from now on; takes the scenario's tap.
    init(towardMetaIn scenario: CallScenario) {
        start = scenario.now
        scenario.tap = { delivery in
            if delivery.to == CallScenario.whatsAppAddress {
                self.moments.append((delivery.bytes.withBytes(PacketKind.classify), delivery.at))
            }
            return delivery
        }
    }

    func count(of kind: PacketKind) -> Int { moments.filter { $0.kind == kind }.count }

    func longestPause(of kind: PacketKind, until end: MonotonicInstant) -> Nanoseconds {
        let all = [start] + moments.filter { $0.kind == kind }.map(\.at) + [end]
        return zip(all, all.dropFirst()).map { $1 - $0 }.max() ?? .zero
    }
}
