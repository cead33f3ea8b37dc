import MediaCore
import Negotiation
import NGProtocol
import PeerSimulator
import Testing
import Wire

/// Re-offers: hold, resume, a new address. Ports, keys and SSRCs stay; what was learnt about the other leg stays.
@Suite struct HoldTests {
    /// The PBX holds and resumes; Meta's end is told nothing new that matters and its stream goes on where it was.
    @Test(arguments: ["sendonly", "inactive"])
    func thePBXHoldsAndResumes(_ direction: String) throws {
        let scenario = try CallScenario()
        try scenario.businessCalls()
        scenario.run(milliseconds: 1000)
        let before = scenario.plan
        try scenario.reoffer(.init(direction: direction))
        scenario.run(milliseconds: 500)
        let heardOnHold = scenario.pbx.makeReport().packetsReceived
        scenario.whatsApp.play(Speech.words(2))
        scenario.run(milliseconds: 2000)
        #expect(scenario.pbx.makeReport().packetsReceived == heardOnHold, "held, so nothing is sent to the PBX")
        try scenario.reoffer(.init())
        scenario.whatsApp.play(Speech.words(2))
        scenario.pbx.play(Speech.words(2))
        scenario.run(milliseconds: 2500)
        #expect(scenario.pbx.makeReport().packetsReceived > heardOnHold + 100)
        #expect(Speech.soundingMilliseconds(scenario.whatsApp.heard) >= 580)
        #expect(scenario.whatsApp.makeReport().violations.isEmpty, "\(scenario.whatsApp.makeReport().violations)")
        #expect(scenario.pbx.makeReport().ssrcs.count == 1)
        let after = scenario.plan
        #expect(before.media.map(\.ssrc) == after.media.map(\.ssrc))
        #expect(before.media.map(\.transport.rtpSockets) == after.media.map(\.transport.rtpSockets))
    }
}
