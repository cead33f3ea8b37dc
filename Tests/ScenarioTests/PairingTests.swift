import MediaCore
import PeerSimulator
import Testing
import Wire

/// The four pairings in both directions: each peer hears the other, digits pass, no rule of Meta's is broken.
@Suite struct PairingTests {
    struct Pairing: CustomTestStringConvertible, Sendable {
        var keying: WhatsAppEndpoint.Keying
        var transport: String
        var codec: SimulatedCodec
        var multiplexes: Bool
        var testDescription: String { "\(keying) ↔ \(transport) \(codec)\(multiplexes ? " rtcp-mux" : "")" }
    }

    static let pairings = [
        Pairing(keying: .dtls, transport: "RTP/AVP", codec: .pcmu, multiplexes: false),
        Pairing(keying: .dtls, transport: "RTP/SAVPF", codec: .opus, multiplexes: true),
        Pairing(keying: .dtls, transport: "RTP/SAVP", codec: .pcma, multiplexes: false),
        Pairing(keying: .sdes, transport: "RTP/AVPF", codec: .pcma, multiplexes: true),
        Pairing(keying: .sdes, transport: "RTP/SAVP", codec: .pcmu, multiplexes: false),
        Pairing(keying: .sdes, transport: "RTP/AVP", codec: .opus, multiplexes: false),
    ]

    @Test(arguments: pairings, [true, false])
    func bothSidesHearEachOther(_ pairing: Pairing, _ userCalls: Bool) throws {
        var setup = CallScenario.Setup()
        setup.keying = pairing.keying
        setup.pbxTransport = pairing.transport
        setup.pbxCodec = pairing.codec
        setup.pbxMultiplexes = pairing.multiplexes
        let scenario = try CallScenario(setup)
        if userCalls { try scenario.userCalls() } else { try scenario.businessCalls(answerDelay: 200) }
        let words = Speech.words(6)
        scenario.whatsApp.play(words)
        scenario.pbx.play(words)
        scenario.run(milliseconds: 4000)
        for code: UInt8 in [1, 5, 11] {
            scenario.whatsApp.press(code)
            scenario.pbx.press(code)
        }
        scenario.run(milliseconds: 4000)

        let report = scenario.whatsApp.makeReport()
        #expect(report.violations.isEmpty, "\(report.violations)")
        #expect(report.digits == [1, 5, 11])
        #expect(scenario.pbx.makeReport().digits == [1, 5, 11])
        let spoken = Speech.soundingMilliseconds(words)
        #expect(abs(Speech.soundingMilliseconds(scenario.whatsApp.heard) - spoken) <= 60, "heard by the WhatsApp user")
        #expect(abs(Speech.soundingMilliseconds(scenario.pbx.heard) - spoken) <= 60, "heard by the PBX")
        #expect(scenario.pbx.makeReport().ssrcs.count == 1)
        let digits = scenario.events.filter { if case .digit = $0 { true } else { false } }
        #expect(digits.count == 6)
    }
}
