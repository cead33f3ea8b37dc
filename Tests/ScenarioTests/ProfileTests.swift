import MediaCore
import NGProtocol
import Negotiation
import PeerSimulator
import Testing
import Wire

/// The flag `whatsapp` alone makes a call that Meta takes.
@Suite struct ProfileTests {
    @Test(arguments: [true, false], [(WhatsAppEndpoint.Keying.dtls, SimulatedCodec.pcmu), (.sdes, .pcmu), (.dtls, .pcma), (.sdes, .pcma)])
    func theFlagIsEnough(_ userCalls: Bool, _ kind: (keying: WhatsAppEndpoint.Keying, codec: SimulatedCodec)) throws {
        let scenario = try scenario(kind.keying, kind.codec)
        try scenario.flaggedCall(userCalls: userCalls)
        try talk(scenario)
    }

    /// The same calls with the same words, and not the flag.
    @Test(arguments: [true, false], [WhatsAppEndpoint.Keying.dtls, .sdes])
    func withoutTheFlagItIsNot(_ userCalls: Bool, _ keying: WhatsAppEndpoint.Keying) throws {
        let scenario = try scenario(keying, .pcmu)
        try? scenario.flaggedCall(userCalls: userCalls, options: MediaOptions())
        scenario.pbx.play(Speech.words(2))
        scenario.run(milliseconds: 3000)
        #expect(Speech.soundingMilliseconds(scenario.whatsApp.heard) == 0)
    }

    @Test func anInterfaceProfileIsEnoughToo() throws {
        let scenario = try scenario(.dtls, .pcmu)
        scenario.defaults.profiles = ["": .whatsApp]
        try scenario.flaggedCall(userCalls: true, options: MediaOptions())
        try talk(scenario)
    }

    /// Nothing is converted where the number has G.711, and the report says what it costs where it has none.
    @Test(arguments: [true, false]) func g711FromEndToEnd(_ hasIt: Bool) throws {
        var setup = CallScenario.Setup()
        setup.numberHasG711 = hasIt
        let scenario = try CallScenario(setup)
        try scenario.flaggedCall(userCalls: true)
        #expect(scenario.plan.media[0].sendPayloads.first?.format == (hasIt ? .pcmu : .opus))
        #expect(scenario.lastResult?.findings.contains { $0.rule == "transcoding" } == !hasIt)
        try talk(scenario)
    }

    /// A part that is off is off: nobody is heard before the PBX speaks.
    @Test(arguments: [true, false]) func theFirstPacketIsSentUnlessItIsTurnedOff(_ isOn: Bool) throws {
        let scenario = try scenario(.dtls, .pcmu)
        scenario.pbx.fillsWithSilence = false
        try scenario.flaggedCall(userCalls: true, options: CallScenario.whatsApp {
            if !isOn { ($0.sendsFirstPacket, $0.keepsAlive) = (false, false) }
        })
        scenario.run(milliseconds: 2000)
        #expect((scenario.whatsApp.makeReport().packetsReceived > 0) == isOn)
    }

    private func scenario(_ keying: WhatsAppEndpoint.Keying, _ codec: SimulatedCodec) throws -> CallScenario {
        var setup = CallScenario.Setup()
        setup.keying = keying
        setup.pbxCodec = codec
        return try CallScenario(setup)
    }

    private func talk(_ scenario: CallScenario) throws {
        scenario.pbx.play(Speech.words(2))
        scenario.run(milliseconds: 1000)
        scenario.whatsApp.play(Speech.words(2))
        scenario.whatsApp.press(5)
        scenario.run(milliseconds: 2500)
        let report = scenario.whatsApp.makeReport()
        #expect(report.violations.isEmpty && report.failure == nil, "\(report.violations)")
        #expect(Speech.soundingMilliseconds(scenario.whatsApp.heard) >= 580)
        #expect(Speech.soundingMilliseconds(scenario.pbx.heard) >= 580)
        #expect(scenario.pbx.makeReport().digits == [5] && report.ssrcs.count == 1)
    }
}
