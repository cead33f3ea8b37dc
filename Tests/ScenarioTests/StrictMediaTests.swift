import MediaCore
import PeerSimulator
import RTP
import Testing
import Wire

/// Who is heard, how long Meta waits, and how digits are counted.
@Suite struct StrictMediaTests {
    /// RTCP alone keeps a call; without it Meta ends it after 20 s.
    @Test(arguments: [WhatsAppEndpoint.Keying.dtls, .sdes], [true, false])
    func twentySecondsForTheFirstPacket(_ keying: WhatsAppEndpoint.Keying, _ hasRTCP: Bool) throws {
        let scenario = try silentScenario(keying, hasRTCP: hasRTCP)
        try scenario.userCalls()
        scenario.run(milliseconds: 19_900)
        #expect(scenario.whatsApp.failure == nil)
        scenario.run(milliseconds: 60_000)
        let report = scenario.whatsApp.makeReport()
        #expect(report.packetsReceived == 0 && scenario.pbx.makeReport().packetsReceived == 0)
        #expect(report.failure?.code == (hasRTCP ? nil : 138_021))
        #expect(report.violations.map(\.rule) == (hasRTCP ? [] : [.inactivity]))
    }

    @Test(arguments: [WhatsAppEndpoint.Keying.dtls, .sdes])
    func thirtySecondsForEveryOther(_ keying: WhatsAppEndpoint.Keying) throws {
        let scenario = try silentScenario(keying, hasRTCP: false)
        scenario.pbx.play(Speech.words(2))
        try scenario.businessCalls()
        scenario.run(milliseconds: 30_000)
        #expect(scenario.whatsApp.failure == nil)
        scenario.run(milliseconds: 2000)
        #expect(scenario.whatsApp.failure?.code == 138_021)
        let sent = scenario.network.lost
        scenario.pbx.play(Speech.words(2))
        scenario.run(milliseconds: 2000)
        #expect(scenario.network.lost == sent && Speech.soundingMilliseconds(scenario.whatsApp.heard) <= 640, "it hears nothing any more")
    }

    /// Meta's own media begins with our first packet of RTP.
    @Test(arguments: [WhatsAppEndpoint.Keying.dtls, .sdes], [true, false])
    func metaDoesNotSpeakFirst(_ keying: WhatsAppEndpoint.Keying, _ waits: Bool) throws {
        var setup = CallScenario.Setup()
        setup.keying = keying
        setup.metaWaitsForFirstPacket = waits
        let scenario = try CallScenario(setup)
        scenario.pbx.fillsWithSilence = false
        scenario.adjustPlan = Self.withoutPresence
        try scenario.userCalls()
        scenario.run(milliseconds: 5000)
        #expect((scenario.pbx.makeReport().packetsReceived == 0) == waits)
        scenario.pbx.play(Speech.words(1))
        scenario.run(milliseconds: 1000)
        #expect(scenario.pbx.makeReport().packetsReceived > 25)
    }

    /// Meta's relay writes its own SSRC over ours, so a second stream is garbage to it.
    @Test func aSecondSSRCIsNotHeard() throws {
        let scenario = try CallScenario()
        try scenario.userCalls()
        scenario.run(milliseconds: 2000)
        let before = scenario.whatsApp.makeReport()
        #expect(before.violations.isEmpty)
        let forger = try CallScenario(scenario.setup)
        forger.adjustPlan = { $0.media[0].ssrc ^= 1 }
        try forger.userCalls()
        forger.run(milliseconds: 2000)
        #expect(forger.whatsApp.makeReport().violations.isEmpty, "one SSRC, whichever it is")
        scenario.adjustPlan = { $0.media[0].ssrc ^= 1 }
        scenario.apply()
        scenario.run(milliseconds: 1000)
        let report = scenario.whatsApp.makeReport()
        guard report.ssrcs.count > 1 else { return #expect(report.violations.isEmpty, "the call keeps the SSRC whatever a plan says") }
        #expect(report.violations.map(\.rule).contains(.oneSSRC))
    }

    /// An event whose duration counts at 48 kHz makes no tone.
    @Test(arguments: [8000, 48_000])
    func digitsAreCountedAt8000(_ clockRate: Int) throws {
        let scenario = try CallScenario()
        scenario.adjustPlan = { plan in
            for index in plan.media[0].sendPayloads.indices where plan.media[0].sendPayloads[index].format == .telephoneEvent {
                plan.media[0].sendPayloads[index].clockRate = clockRate
            }
        }
        try scenario.userCalls()
        scenario.run(milliseconds: 1000)
        for code: UInt8 in [1, 5] { scenario.pbx.press(code) }
        scenario.run(milliseconds: 2000)
        let report = scenario.whatsApp.makeReport()
        #expect(report.digits == (clockRate == 8000 ? [1, 5] : []))
        #expect(Set(report.violations.map(\.rule)) == (clockRate == 8000 ? [] : [.eventClock]))
    }

    private func silentScenario(_ keying: WhatsAppEndpoint.Keying, hasRTCP: Bool) throws -> CallScenario {
        var setup = CallScenario.Setup()
        setup.keying = keying
        let scenario = try CallScenario(setup)
        scenario.pbx.fillsWithSilence = false
        scenario.adjustPlan = Self.withoutPresence
        if !hasRTCP { scenario.tap = Self.withoutRTCPToMeta }
        return scenario
    }

    static func withoutPresence(_ plan: inout CallPlan) {
        for index in plan.media.indices { plan.media[index].presence = PresencePlan() }
    }

    static func withoutRTCPToMeta(_ delivery: VirtualNetwork.Delivery) -> VirtualNetwork.Delivery? {
        let isRTCP = delivery.bytes.withBytes(PacketKind.classify) == .rtcp
        return isRTCP && delivery.to == CallScenario.whatsAppAddress ? nil : delivery
    }
}
