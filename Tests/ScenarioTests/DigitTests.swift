import MediaCore
import PeerSimulator
import RTP
import Testing
import Wire

/// RFC 4733 across payload types and clocks: each digit exactly once, whatever is lost.
@Suite struct DigitTests {
    private static let all: [UInt8] = Array(0...15)

    @Test(arguments: [SimulatedCodec.pcmu, .opus], [WhatsAppEndpoint.Keying.dtls, .sdes])
    func everyDigitBothWays(_ codec: SimulatedCodec, _ keying: WhatsAppEndpoint.Keying) throws {
        var setup = CallScenario.Setup()
        setup.pbxCodec = codec
        setup.keying = keying
        let scenario = try connected(setup)
        for code in Self.all {
            scenario.pbx.press(code)
            scenario.whatsApp.press(code)
        }
        scenario.run(milliseconds: 8000)
        let report = scenario.whatsApp.makeReport()
        #expect(report.digits == Self.all && report.violations.isEmpty, "\(report.digits) \(report.violations)")
        #expect(scenario.pbx.makeReport().digits == Self.all)
    }

    @Test(arguments: 1...10)
    func digitsSurviveLoss(_ seed: UInt64) throws {
        var setup = CallScenario.Setup()
        setup.seed = seed
        let scenario = try connected(setup)
        scenario.whatsAppLink.loss = 0.15
        for code: UInt8 in [1, 1, 5, 11, 10] { scenario.whatsApp.press(code) }
        scenario.run(milliseconds: 5000)
        #expect(scenario.pbx.makeReport().digits == [1, 1, 5, 11, 10])
    }

    /// All end packets are lost, or all but the end packets.
    @Test(arguments: [true, false])
    func lostStartsAndEndsAreRepaired(_ losesEnds: Bool) throws {
        var setup = CallScenario.Setup()
        setup.keying = .sdes
        setup.pbxTransport = "RTP/AVP"
        let scenario = try connected(setup)
        scenario.tap = { delivery in
            guard delivery.from == CallScenario.pbxAddress, delivery.bytes.count == 16 else { return delivery }
            let isEnd = delivery.bytes[13] & 0x80 != 0
            return isEnd == losesEnds ? nil : delivery
        }
        scenario.pbx.press(7)
        scenario.pbx.press(7)
        scenario.run(milliseconds: 2500)
        #expect(scenario.whatsApp.makeReport().digits == [7, 7])
        #expect(scenario.whatsApp.makeReport().violations.isEmpty, "\(scenario.whatsApp.makeReport().violations)")
    }

    /// Speech beside the digit goes on afterwards, and none of it is heard instead of the digit.
    @Test func speechGoesOnAfterADigit() throws {
        let scenario = try connected(CallScenario.Setup())
        scenario.pbx.press(3)
        scenario.run(milliseconds: 600)
        let word = Speech.burst(pitch: 400, milliseconds: 400)
        scenario.pbx.play(word)
        scenario.run(milliseconds: 1500)
        #expect(abs(Speech.soundingMilliseconds(scenario.whatsApp.heard) - 400) <= 40)
        #expect(scenario.whatsApp.makeReport().digits == [3])
    }

    @Test func aPeerWithoutEventsIsSentNone() throws {
        var setup = CallScenario.Setup()
        setup.pbxHasTelephoneEvent = false
        let scenario = try connected(setup)
        scenario.whatsApp.press(3)
        scenario.run(milliseconds: 1000)
        #expect(scenario.pbx.makeReport().digits.isEmpty)
        #expect(scenario.pbx.makeReport().packetsReceived > 0)
    }

    private func connected(_ setup: CallScenario.Setup) throws -> CallScenario {
        let scenario = try CallScenario(setup)
        try scenario.userCalls()
        scenario.run(milliseconds: 500)
        return scenario
    }
}
