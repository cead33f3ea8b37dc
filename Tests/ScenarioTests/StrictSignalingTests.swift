import PeerSimulator
import Testing
import Wire

/// Pre-accept, accept and what comes after them.
@Suite struct StrictSignalingTests {
    /// ICE and DTLS are done before the business picks up; what the PBX sent until then is lost on Meta.
    @Test func aPreAcceptSetsTheMediaUp() throws {
        let (scenario, answer) = try preAccepted()
        scenario.run(milliseconds: 2000)
        #expect(scenario.whatsApp.isConnected && scenario.whatsApp.heard.isEmpty)
        #expect(scenario.pbx.makeReport().packetsReceived == 0, "Meta sends nothing before the accept")
        scenario.whatsApp.receiveAccept(answer, at: scenario.now)
        scenario.pbx.play(Speech.words(2))
        scenario.run(milliseconds: 2000)
        let report = scenario.whatsApp.makeReport()
        #expect(report.failure == nil && report.violations.isEmpty, "\(report.violations)")
        #expect(report.packetsBeforeAccept > 50 && report.packetsReceived > 50)
        #expect(Speech.soundingMilliseconds(scenario.whatsApp.heard) >= 580)
        #expect(scenario.pbx.makeReport().packetsReceived > 50)
    }

    @Test func wordsBeforeTheAcceptAreLost() throws {
        let (scenario, answer) = try preAccepted()
        scenario.pbx.play(Speech.words(4))
        scenario.run(milliseconds: 1000)
        scenario.whatsApp.receiveAccept(answer, at: scenario.now)
        scenario.run(milliseconds: 3000)
        #expect(Speech.soundingMilliseconds(scenario.whatsApp.heard) < 700)
    }

    /// The PBX's SDP comes with 183 and again with 200: what the relay makes of them is the pre-accept and the accept.
    @Test(arguments: [WhatsAppEndpoint.Keying.dtls, .sdes])
    func ringingWithEarlyMedia(_ keying: WhatsAppEndpoint.Keying) throws {
        var setup = CallScenario.Setup()
        setup.keying = keying
        let scenario = try CallScenario(setup)
        try scenario.userCallsWithEarlyMedia(ringing: 3000)
        #expect(scenario.whatsApp.isConnected && scenario.whatsApp.heard.isEmpty)
        scenario.pbx.play(Speech.words(3))
        scenario.run(milliseconds: 2500)
        let report = scenario.whatsApp.makeReport()
        #expect(report.failure == nil && report.violations.isEmpty, "\(report.violations)")
        #expect(report.packetsBeforeAccept > 100)
        #expect(Speech.wordLengths(scenario.whatsApp.heard).count == 3)
    }

    /// A number with SDES cannot hear us before our answer has told it the key: what the PBX says until then waits.
    @Test(arguments: [WhatsAppEndpoint.Keying.dtls, .sdes])
    func wordsBeforeTheAnswerAreKept(_ keying: WhatsAppEndpoint.Keying) throws {
        var setup = CallScenario.Setup()
        setup.keying = keying
        let scenario = try CallScenario(setup)
        let offer = try scenario.negotiate(scenario.whatsApp.makeOffer(at: scenario.now), isOffer: true, options: scenario.toPBX)
        let answer = scenario.pbx.makeAnswer(to: offer, at: scenario.now)
        scenario.pbx.play(Speech.words(4))
        scenario.run(milliseconds: 1200)
        scenario.whatsApp.receiveAnswer(
            try scenario.negotiate(answer, isOffer: false, options: scenario.backToWhatsApp), at: scenario.now)
        scenario.run(milliseconds: 5000)
        let report = scenario.whatsApp.makeReport()
        #expect(report.failure == nil && report.violations.isEmpty, "\(report.violations)")
        #expect(report.packetsBeforeAccept == 0 && report.packetsBeforeKeys == 0)
        #expect(Speech.wordLengths(scenario.whatsApp.heard).count == 4)
    }

    /// One byte is enough, wherever.
    @Test(arguments: ["a=ptime:20 ", "a=PTIME:20"])
    func anotherSDPInTheAcceptEndsTheCall(_ line: String) throws {
        let (scenario, answer) = try preAccepted()
        scenario.run(milliseconds: 1000)
        scenario.whatsApp.receiveAccept(answer.replacing("a=ptime:20", with: line), at: scenario.now)
        scenario.run(milliseconds: 1000)
        let report = scenario.whatsApp.makeReport()
        #expect(report.failure?.code == 100)
        #expect(report.violations.map(\.rule) == [.acceptRepeatsPreAccept])
        #expect(report.packetsReceived == 0)
    }

    /// 59 s of ringing are fine, 61 are not; a pre-accept does not count.
    @Test(arguments: [false, true], [59, 61])
    func aMinuteToAccept(_ hasPreAccept: Bool, _ seconds: Int) throws {
        let (scenario, answer) = try preAccepted(hasPreAccept)
        scenario.run(milliseconds: seconds * 1000)
        scenario.whatsApp.receiveAccept(answer, at: scenario.now)
        scenario.run(milliseconds: 1000)
        let report = scenario.whatsApp.makeReport()
        #expect((report.failure == nil) == (seconds == 59), "\(String(describing: report.failure))")
        #expect((report.packetsReceived > 20) == (seconds == 59))
        #expect(report.violations.map(\.rule) == (seconds == 59 ? [] : [.acceptInTime]))
    }

    /// Refused with 500; the call goes on.
    @Test func aReInviteIsRefused() throws {
        let scenario = try CallScenario()
        try scenario.businessCalls()
        scenario.run(milliseconds: 1000)
        let offer = try scenario.negotiate(
            scenario.pbx.makeReoffer(.init(direction: "sendonly")), isOffer: true, options: scenario.toWhatsApp)
        #expect(scenario.whatsApp.receiveReoffer(offer).code == 500)
        #expect(scenario.whatsApp.makeAnswer(to: offer, at: scenario.now).isEmpty)
        let before = scenario.whatsApp.makeReport().packetsReceived
        scenario.run(milliseconds: 1000)
        let report = scenario.whatsApp.makeReport()
        #expect(report.violations.map(\.rule) == [.noRenegotiation] && report.failure == nil)
        #expect(report.packetsReceived > before + 40)
    }

    private func preAccepted(_ hasPreAccept: Bool = true) throws -> (CallScenario, String) {
        let scenario = try CallScenario()
        let offer = try scenario.negotiate(scenario.whatsApp.makeOffer(at: scenario.now), isOffer: true, options: scenario.toPBX)
        let answer = try scenario.negotiate(
            scenario.pbx.makeAnswer(to: offer, at: scenario.now), isOffer: false, options: scenario.backToWhatsApp)
        if hasPreAccept { scenario.whatsApp.receivePreAccept(answer, at: scenario.now) }
        return (scenario, answer)
    }
}
