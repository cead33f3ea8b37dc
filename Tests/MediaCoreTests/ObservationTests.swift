import MediaCore
import Testing
import Wire

/// Silence and bad quality are told once, and again only after they ended.
@Suite struct ObservationTests {
    private func silences(_ call: PlainCall, of peer: Int = 0) -> [Bool] {
        call.events.compactMap { if case .silence(peer, let isSilent) = $0 { isSilent } else { nil } }
    }

    @Test func silenceIsToldOnceAndItsEndToo() {
        let call = PlainCall { $0.observation.silenceAfter = .seconds(5) }
        call.talk(from: 0, 0..<100)
        #expect(silences(call).isEmpty)
        call.run(milliseconds: 4900)
        #expect(silences(call).isEmpty)
        call.run(milliseconds: 200)
        #expect(silences(call) == [true])
        call.run(milliseconds: 20_000)
        #expect(silences(call) == [true])
        call.talk(from: 0, 1400..<1410)
        #expect(silences(call) == [true, false])
        call.run(milliseconds: 6000)
        #expect(silences(call) == [true, false, true])
    }

    @Test func withoutALimitNothingIsTold() {
        let call = PlainCall()
        call.run(milliseconds: 50_000)
        #expect(silences(call).isEmpty)
    }

    /// A peer that never says anything is silent from when it could be sent to.
    @Test func aPeerThatNeverSpokeIsSilent() {
        let call = PlainCall {
            $0.observation.silenceAfter = .seconds(5)
            $0.media[1].transport.remoteRTP = nil
        }
        call.run(milliseconds: 6000)
        #expect(silences(call) == [true] && silences(call, of: 1).isEmpty, "the other one cannot have heard of us")
    }

    /// Who may not send is not silent, and has its full time when it may again.
    @Test func holdIsNoSilence() {
        let call = PlainCall { $0.observation.silenceAfter = .seconds(5) }
        call.talk(from: 0, 0..<10)
        call.apply { $0.media[0].peerSends = false }
        call.run(milliseconds: 20_000)
        #expect(silences(call).isEmpty)
        call.apply { $0.media[0].peerSends = true }
        call.run(milliseconds: 4900)
        #expect(silences(call).isEmpty)
        call.run(milliseconds: 200)
        #expect(silences(call) == [true])
    }

    /// Reports without RTP are no sound.
    @Test func reportsAreSilence() {
        let call = PlainCall { $0.observation.silenceAfter = .seconds(5) }
        for _ in 0..<8 {
            call.receive([0x80, 201, 0, 1, 0, 0, 0, 99], on: 0, from: PlainCall.addresses[0])
            call.run(milliseconds: 1000)
        }
        #expect(silences(call) == [true] && call.call.statistics().media[0].rtcpIn.packets == 8)
    }

    @Test func talkingCostsNextToNothing() {
        let with = PlainCall { $0.observation.silenceAfter = .seconds(5) }
        let without = PlainCall()
        for call in [with, without] { call.talk(from: 0, 0..<1000) }
        #expect(with.steps - without.steps <= 10, "\(with.steps - without.steps) in 20 s")
    }

    // MARK: - Quality

    /// Seconds of talk of which every so many packets one is lost; 0 for none.
    private func talk(_ call: PlainCall, from first: Int, seconds: Int, losing every: Int) {
        for sequence in first..<first + seconds * 50 {
            if every == 0 || sequence % every != 0 { call.send(from: 0, sequence) }
            call.run(milliseconds: 20)
        }
    }

    private func lows(_ call: PlainCall) -> [Double] {
        call.events.compactMap { if case .qualityLow(0, let mos) = $0 { mos } else { nil } }
    }

    @Test func badQualityIsToldOnceAndAgainAfterItWasGood() throws {
        let call = PlainCall { $0.observation.lowQuality = 3.5 }
        talk(call, from: 0, seconds: 20, losing: 0)
        #expect(lows(call).isEmpty)
        talk(call, from: 1000, seconds: 30, losing: 5)
        #expect(lows(call).count == 1)
        #expect(try #require(lows(call).first) < 3.5)
        talk(call, from: 2500, seconds: 20, losing: 0)
        #expect(lows(call).count == 1)
        talk(call, from: 3500, seconds: 20, losing: 5)
        #expect(lows(call).count == 2)
    }

    @Test func withoutALimitBadQualityIsNotTold() {
        let call = PlainCall()
        talk(call, from: 0, seconds: 20, losing: 5)
        #expect(lows(call).isEmpty && call.call.statistics().media[0].received.first?.lowest?.mos ?? 5 < 3.5)
    }
}
