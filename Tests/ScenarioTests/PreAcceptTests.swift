import MediaCore
import NGProtocol
import Negotiation
import PeerSimulator
import Testing
import Wire

/// `early-answer` and `hold-until-accept`: the media is set up while it rings, and the accept repeats the pre-accept.
@Suite struct PreAcceptTests {
    private let early = CallScenario.whatsApp { ($0.answersEarly, $0.holdsUntilAccept) = (true, true) }

    /// The PBX rings for 5 s; its answers with 183 and 200 differ from what was decided without it, and from each other.
    @Test(arguments: [WhatsAppEndpoint.Keying.dtls, .sdes]) func thePBXAnswersLateAndInItsOwnWay(_ keying: WhatsAppEndpoint.Keying) throws {
        var setup = CallScenario.Setup()
        setup.keying = keying
        let scenario = try CallScenario(setup)
        let offer = try scenario.negotiate(scenario.whatsApp.makeOffer(at: scenario.now), isOffer: true, options: early)
        scenario.whatsApp.receivePreAccept(try #require(scenario.lastResult?.answer), at: scenario.now)
        scenario.run(milliseconds: 5000)
        #expect(scenario.whatsApp.isConnected, "long before anybody answers")
        let waiting = CallScenario.whatsApp { $0.holdsUntilAccept = true }
        let ringing = scenario.pbx.makeAnswer(to: offer, at: scenario.now)
        _ = try scenario.negotiate(ringing, isOffer: false, options: waiting)
        scenario.pbx.play(Speech.words(4))
        scenario.run(milliseconds: 1500)
        #expect(scenario.plan.media[0].isGated)
        let answer = try scenario.negotiate(
            ringing.replacing("s=call", with: "s=answered").replacing("a=ptime:20", with: "a=ptime:40"), isOffer: false,
            options: MediaOptions())
        scenario.whatsApp.receiveAccept(answer, at: scenario.now)
        scenario.run(milliseconds: 6000)
        let report = scenario.whatsApp.makeReport()
        #expect(report.failure == nil && report.violations.isEmpty, "\(report.violations)")
        // Every word that the PBX said from its 183 on.
        #expect(Speech.wordLengths(scenario.whatsApp.heard).count == 4)
    }

    /// The same without the flag: the second answer is another one, and Meta ends the call.
    @Test func twoAnswersOfThePBXAreTwoAnswers() throws {
        let scenario = try CallScenario()
        let offer = try scenario.negotiate(scenario.whatsApp.makeOffer(at: scenario.now), isOffer: true, options: scenario.toPBX)
        let ringing = scenario.pbx.makeAnswer(to: offer, at: scenario.now)
        scenario.whatsApp.receivePreAccept(
            try scenario.negotiate(ringing, isOffer: false, options: scenario.backToWhatsApp), at: scenario.now)
        scenario.run(milliseconds: 1000)
        let second = ringing.replacing("s=call", with: "s=answered")
        scenario.whatsApp.receiveAccept(
            try scenario.negotiate(second, isOffer: false, options: scenario.backToWhatsApp), at: scenario.now)
        #expect(scenario.whatsApp.makeReport().violations.map(\.rule) == [.acceptRepeatsPreAccept])
    }

    /// Without the gate the words before the accept are lost on Meta.
    @Test(arguments: [true, false]) func theGateKeepsTheFirstWords(_ isGated: Bool) throws {
        let scenario = try CallScenario()
        let options = CallScenario.whatsApp { ($0.answersEarly, $0.holdsUntilAccept) = (true, isGated) }
        let offer = try scenario.negotiate(scenario.whatsApp.makeOffer(at: scenario.now), isOffer: true, options: options)
        scenario.whatsApp.receivePreAccept(try #require(scenario.lastResult?.answer), at: scenario.now)
        scenario.run(milliseconds: 1000)
        let answer = try scenario.negotiate(
            scenario.pbx.makeAnswer(to: offer, at: scenario.now), isOffer: false,
            options: CallScenario.whatsApp { $0.holdsUntilAccept = isGated })
        scenario.pbx.play(Speech.words(6))
        scenario.run(milliseconds: 2000)
        scenario.whatsApp.receiveAccept(answer, at: scenario.now)
        // `unblock media`
        var dialogue = try #require(scenario.dialogue)
        dialogue.openGate()
        scenario.apply(dialogue.plan(certificate: scenario.resources.certificate, defaults: scenario.defaults))
        scenario.run(milliseconds: 6000)
        let words = Speech.wordLengths(scenario.whatsApp.heard).count
        #expect(isGated ? words == 6 : words < 4, "\(words)")
    }
}
