import MediaCore
import NGProtocol
import PeerSimulator
import Testing
import Wire

/// A minute of everything at once, drawn from a seed: bad links, new streams, jumps, pauses, digits, other codecs, hold and resume.
@Suite struct ChaosTests {
    @Test(arguments: 1...20)
    func aCallOutlivesAMinuteOfChaos(_ seed: UInt64) throws {
        let scenario = try CallScenario(setup(seed))
        try scenario.businessCalls()
        scenario.run(milliseconds: 1000)
        var random = SplitMix64(seed: seed &* 0x9e37)
        for second in 1...60 {
            for _ in 0..<random.next() % 3 { try disturb(scenario, &random) }
            let before = scenario.wakeUps
            scenario.run(milliseconds: 1000)
            #expect(scenario.wakeUps - before < 400, "second \(second): \(scenario.wakeUps - before) wake-ups")
            #expect(scenario.call.nextDeadline >= scenario.now)
        }
        try calmDown(scenario)
        #expect(!scenario.call.isEnded)
        try expectSpeechBothWays(scenario)
        for report in [scenario.whatsApp.makeReport(isLossy: true), scenario.pbx.makeReport(isLossy: true)] {
            #expect(report.violations.isEmpty, "\(report.violations)")
            #expect(report.ssrcs.count == 1)
        }
    }

    private func setup(_ seed: UInt64) -> CallScenario.Setup {
        var setup = CallScenario.Setup()
        setup.seed = seed
        setup.keying = seed % 2 == 0 ? .dtls : .sdes
        setup.pbxTransport = seed % 4 < 2 ? "RTP/AVP" : "RTP/SAVP"
        setup.pbxCodec = [SimulatedCodec.pcmu, .opus, .pcma][Int(seed % 3)]
        setup.pbxMultiplexes = seed % 5 == 0
        return setup
    }

    private func disturb(_ scenario: CallScenario, _ random: inout SplitMix64) throws {
        switch random.next() % 10 {
        case 0: scenario.pbxLink = link(&random)
        case 1: scenario.whatsAppLink = link(&random)
        case 2: scenario.pbx.changeSSRC()
        case 3: scenario.pbx.jumpTimestamps(by: UInt32(truncatingIfNeeded: random.next()))
        case 4: scenario.pbx.pause(milliseconds: Int(random.next() % 3000))
        case 5: scenario.pbx.press(UInt8(random.next() % 16))
        case 6: scenario.whatsApp.press(UInt8(random.next() % 16))
        case 7: scenario.pbx.fillsWithSilence.toggle()
        case 8: switchCodec(scenario, &random)
        default: try reoffer(scenario, ["sendonly", "inactive", "recvonly", "sendrecv", "sendrecv"][Int(random.next() % 5)])
        }
        if random.next() % 2 == 0 { scenario.pbx.play(Speech.words(1)) }
        if random.next() % 2 == 0 { scenario.whatsApp.play(Speech.words(1)) }
    }

    private func link(_ random: inout SplitMix64) -> VirtualNetwork.Link {
        VirtualNetwork.Link(
            latency: 1 + Int(random.next() % 50), jitter: Int(random.next() % 60), loss: Double(random.next() % 15) / 100,
            duplication: Double(random.next() % 10) / 100)
    }

    /// To a codec that may or may not have been agreed on, and back.
    private func switchCodec(_ scenario: CallScenario, _ random: inout SplitMix64) {
        guard scenario.setup.pbxCodec != .opus else { return }
        if random.next() % 2 == 0 {
            scenario.pbx.switchCodec(to: .pcma, payloadType: 8)
        } else {
            scenario.pbx.switchCodec(to: .pcmu, payloadType: 0)
        }
    }

    /// Back in the codec of the first offer, so that packets still in flight are of one that the PBX knows.
    private func reoffer(_ scenario: CallScenario, _ direction: String) throws {
        if scenario.setup.pbxCodec == .pcmu { scenario.pbx.switchCodec(to: .pcmu, payloadType: 0) }
        if scenario.setup.pbxCodec == .pcma { scenario.pbx.switchCodec(to: .pcma, payloadType: 8) }
        try scenario.reoffer(.init(direction: direction))
    }

    private func calmDown(_ scenario: CallScenario) throws {
        scenario.pbxLink = VirtualNetwork.Link()
        scenario.whatsAppLink = VirtualNetwork.Link()
        try reoffer(scenario, "sendrecv")
        scenario.pbx.fillsWithSilence = true
        for _ in 0..<60 where scenario.pbx.isSpeaking || scenario.whatsApp.isSpeaking { scenario.run(milliseconds: 1000) }
        scenario.run(milliseconds: 3000)
    }

    private func expectSpeechBothWays(_ scenario: CallScenario) throws {
        let before = (scenario.whatsApp.heard.count, scenario.pbx.heard.count)
        let words = Speech.words(4)
        scenario.pbx.play(words)
        scenario.whatsApp.play(words)
        scenario.run(milliseconds: 3500)
        let spoken = Speech.soundingMilliseconds(words)
        let atWhatsApp = Speech.soundingMilliseconds(Array(scenario.whatsApp.heard.dropFirst(before.0)))
        let atPBX = Speech.soundingMilliseconds(Array(scenario.pbx.heard.dropFirst(before.1)))
        #expect(abs(atWhatsApp - spoken) <= 100, "WhatsApp heard \(atWhatsApp) ms of \(spoken)")
        #expect(abs(atPBX - spoken) <= 100, "the PBX heard \(atPBX) ms of \(spoken)")
    }
}
