import MediaCore
import PeerSimulator
import Testing
import Wire

/// A call without media ends by itself and is then deaf and mute.
@Suite struct TimeoutTests {
    @Test func silenceOnAllLegsEndsTheCall() throws {
        var setup = CallScenario.Setup()
        setup.mediaTimeout = .seconds(10)
        let scenario = try CallScenario(setup)
        try scenario.userCalls()
        scenario.run(milliseconds: 3000)
        scenario.tap = { _ in nil }
        scenario.run(milliseconds: 9900)
        #expect(!scenario.call.isEnded)
        scenario.run(milliseconds: 200)
        #expect(scenario.call.isEnded)
        #expect(scenario.events.last == .ended(.mediaTimeout))
        #expect(scenario.call.nextDeadline == .distantFuture)
        let slot = try #require(scenario.resources.sockets.keys.first)
        scenario.inject([0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], slot: slot, from: CallScenario.pbxAddress)
        #expect(scenario.call.statistics().drops[DropReason.callEnded.rawValue] == 1)
    }

    /// A phone that rings for longer than the media timeout is answered all the same.
    @Test func ringingIsNoSilence() throws {
        var setup = CallScenario.Setup()
        setup.mediaTimeout = .seconds(10)
        let scenario = try CallScenario(setup)
        scenario.pbx.fillsWithSilence = false
        try scenario.businessCalls(answerDelay: 45_000)
        scenario.run(milliseconds: 1000)
        #expect(!scenario.call.isEnded && scenario.whatsApp.isConnected)
        scenario.tap = { _ in nil }
        scenario.run(milliseconds: 11_000)
        #expect(scenario.call.isEnded)
    }

    @Test func oneTalkingSideKeepsIt() throws {
        var setup = CallScenario.Setup()
        setup.mediaTimeout = .seconds(10)
        let scenario = try CallScenario(setup)
        try scenario.userCalls()
        scenario.run(milliseconds: 1000)
        scenario.tap = { $0.from == CallScenario.whatsAppAddress ? nil : $0 }
        scenario.run(milliseconds: 25_000)
        #expect(!scenario.call.isEnded)
    }

    /// STUN alone is no media: consent checks go on for ever.
    @Test func aCallThatNobodyAnswersWithMediaEnds() throws {
        var setup = CallScenario.Setup()
        setup.mediaTimeout = .seconds(10)
        let scenario = try CallScenario(setup)
        scenario.tap = { delivery in delivery.bytes.first.map { $0 < 20 } == true ? delivery : nil }
        try scenario.userCalls()
        scenario.run(milliseconds: 10_100)
        #expect(scenario.events.last == .ended(.mediaTimeout))
    }

    @Test func endingSaysGoodbyeAndNothingAfter() throws {
        let scenario = try CallScenario()
        try scenario.userCalls()
        scenario.run(milliseconds: 2000)
        let reports = scenario.pbx.reportsReceived
        let output = CallOutput()
        scenario.call.end(.requested, at: scenario.now, into: output)
        #expect(output.datagrams.count == 2 && output.events == [.ended(.requested)])
        output.removeAll()
        scenario.call.end(.requested, at: scenario.now, into: output)
        scenario.call.handleDeadline(at: scenario.now + .seconds(100), into: output)
        #expect(output.datagrams.isEmpty && output.events.isEmpty && reports > 0)
    }
}
