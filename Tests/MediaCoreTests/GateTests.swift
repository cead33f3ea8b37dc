import MediaCore
import Testing
import Wire

/// Media is held back until a later plan opens the gate, and then leaves from its first word.
@Suite struct GateTests {
    @Test(arguments: [PlainCall.pcmu, PlainCall.pcma])
    func whatIsSaidBeforeTheGateOpensIsHeardAfterwards(_ format: PayloadPlan) throws {
        let call = PlainCall([PlainCall.pcmu, format]) { $0.media[1].isGated = true }
        #expect(call.events.contains(.mediaReady(media: 1)), "the transport is there, whatever the gate")
        #expect(call.call.statistics().media[1].setup.mediaReady != nil && !call.call.statistics().media[1].isReady)
        call.talk(from: 0, 0..<50)
        #expect(call.sent[1].isEmpty)
        call.apply { $0.media[1].isGated = false }
        #expect(call.sent[1].count == 1, "the first word leaves at once")
        #expect(call.call.statistics().media[1].isReady)
        call.run(milliseconds: 3000)
        // It is played at most a tenth faster to come back into step.
        #expect(call.sent[1].filter(isSound).count >= 44)
        #expect(call.gaps(toward: 1).isEmpty && call.stepsBack(toward: 1) == 0)
    }

    @Test func anOpenGateHoldsNothingBack() {
        let call = PlainCall()
        call.talk(from: 0, 0..<50)
        #expect(call.sent[1].count == 50 && call.call.statistics().media[1].isReady)
    }

    @Test func presenceGoesOnBehindAClosedGate() {
        let call = PlainCall {
            $0.media[1].isGated = true
            $0.media[1].presence = PresencePlan(sendsFirst: true, maximumGap: .milliseconds(400))
        }
        call.talk(from: 0, 0..<500)
        #expect(!call.sent[1].contains(where: isSound) && call.longestPause(toward: 1) <= 400)
        #expect(call.reports[1] >= 2)
        call.apply { $0.media[1].isGated = false }
        #expect(call.sent[1].last.map(isSound) == true)
        call.run(milliseconds: 8000)
        #expect(call.gaps(toward: 1).isEmpty && call.stepsBack(toward: 1) == 0)
    }

    /// Closed in mid-call: what comes meanwhile is kept.
    @Test(arguments: [PlainCall.pcmu, PlainCall.pcma])
    func aGateThatClosesInMidCallKeepsWhatComes(_ format: PayloadPlan) {
        let call = PlainCall([PlainCall.pcmu, format])
        call.talk(from: 0, 0..<50)
        call.apply { $0.media[1].isGated = true }
        call.talk(from: 0, 50..<100)
        let before = call.sent[1].count
        call.run(milliseconds: 500)
        #expect(call.sent[1].count == before)
        call.apply { $0.media[1].isGated = false }
        call.run(milliseconds: 3000)
        #expect(call.sent[1].filter(isSound).count >= 94)
        #expect(call.gaps(toward: 1).isEmpty && call.stepsBack(toward: 1) == 0)
    }

    private func isSound(_ packet: PlainCall.Sent) -> Bool {
        packet.payload.contains { $0 & 0x7f != 0x7f && $0 & 0x7f != 0x55 && $0 & 0x7f != 0x7e && $0 & 0x7f != 0x54 }
    }
}
