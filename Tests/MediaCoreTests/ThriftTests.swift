import Codecs
@testable import MediaCore
import RTP
import Testing
import Wire

/// A call that follows the load, spares what nobody hears, and gives back what it needs no more.
@Suite struct ThriftTests {
    @Test func aCallFollowsTheLoadWithTheNextFrame() {
        let call = PlainCall([PlainCall.pcmu, PlainCall.opus])
        call.talk(from: 0, 0..<50)
        #expect(call.media.thriftyFrames == 0)
        call.output.thrift = .lowest
        call.talk(from: 0, 50..<100)
        #expect((49...51).contains(call.media.thriftyFrames), "\(call.media.thriftyFrames)")
        call.output.thrift = .none
        call.talk(from: 0, 100..<150)
        #expect((49...51).contains(call.media.thriftyFrames))
        #expect(call.gaps(toward: 1).isEmpty)
    }

    @Test func digitalSilenceOfTheSourceIsSentAsPreparedFrames() {
        let call = PlainCall([PlainCall.pcmu, PlainCall.opus])
        call.talk(from: 0, 0..<50)
        for sequence in 50..<150 {
            call.send(from: 0, sequence, payload: [UInt8](repeating: 0xff, count: 160))
            call.run(milliseconds: 20)
        }
        call.talk(from: 0, 150..<200)
        #expect((95...99).contains(call.media.preparedFrames), "\(call.media.preparedFrames)")
        #expect(call.gaps(toward: 1).isEmpty && call.longestPause(toward: 1) <= 20)
        let steps = zip(call.sent[1], call.sent[1].dropFirst()).map { $1.header.timestamp &- $0.header.timestamp }
        #expect(steps.allSatisfy { $0 == 960 })
    }

    /// Delay that nobody notices is left to the pauses; where there is none for long it is worked off even so.
    @Test func aShortDelayIsLeftToThePauses() {
        let call = PlainCall([PlainCall.pcmu, PlainCall.pcma]) { $0.media[1].transport.remoteRTP = nil }
        call.talk(from: 0, 0..<3)
        call.apply { $0.media[1].transport.remoteRTP = PlainCall.addresses[1] }
        let late = call.media.longestBacklogDelay
        #expect(late > .milliseconds(20) && late <= .milliseconds(60), "\(late)")
        call.talk(from: 0, 3..<200)
        #expect(call.media.backlogDelay == late, "speech is played as it came")
        for sequence in 200..<210 {
            call.send(from: 0, sequence, payload: [UInt8](repeating: 0xff, count: 160))
            call.run(milliseconds: 20)
        }
        #expect(call.media.backlogDelay == .zero)
    }

    @Test func aShortDelayUnderUninterruptedSoundGoesToo() {
        let call = PlainCall([PlainCall.pcmu, PlainCall.pcma]) { $0.media[1].transport.remoteRTP = nil }
        call.talk(from: 0, 0..<3)
        call.apply { $0.media[1].transport.remoteRTP = PlainCall.addresses[1] }
        call.talk(from: 0, 3..<350)
        #expect(call.media.longestBacklogDelay > .milliseconds(20) && call.media.backlogDelay == .zero, "\(call.media.backlogDelay)")
        #expect(call.gaps(toward: 1).isEmpty)
    }

    /// Codecs are most of a call's memory: where packets are forwarded, those that were needed for the beginning are given back.
    @Test func aRelayedCallKeepsNoCodecs() {
        let call = PlainCall([PlainCall.pcmu, PlainCall.pcmu]) { $0.media[1].transport.remoteRTP = nil }
        call.talk(from: 0, 0..<10)
        #expect(call.call.legs[1].bridge != nil)
        call.apply { $0.media[1].transport.remoteRTP = PlainCall.addresses[1] }
        for sequence in 10..<200 {
            let isPause = sequence % 20 > 12
            call.send(from: 0, sequence, payload: isPause ? [UInt8](repeating: 0xff, count: 160) : PlainCall.sound)
            call.run(milliseconds: 20)
        }
        #expect(call.call.legs[1].bridge == nil && call.media.clipped == .zero)
        #expect(call.sent[1].last?.payload == PlainCall.sound || call.sent[1].last?.payload.allSatisfy { $0 == 0xff } == true)
        #expect(call.gaps(toward: 1).isEmpty)
    }

    @Test func whatOnlyLateAudioNeedsIsGivenBack() {
        let call = PlainCall([PlainCall.pcmu, PlainCall.pcma]) { $0.media[1].transport.remoteRTP = nil }
        call.talk(from: 0, 0..<20)
        #expect(call.call.legs[1].bridge?.stretcher != nil)
        call.apply { $0.media[1].transport.remoteRTP = PlainCall.addresses[1] }
        call.talk(from: 0, 20..<600)
        #expect(call.call.legs[1].bridge?.stretcher == nil && call.call.legs[1].bridge?.backlog == nil)
    }
}

extension PlainCall {
    fileprivate var media: MediaStatistics { call.statistics().media[1] }
}
