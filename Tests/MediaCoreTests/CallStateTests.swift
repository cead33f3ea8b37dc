import RTP
import Testing
import Wire
@testable import MediaCore

/// The small parts that a call's state is made of.
@Suite struct CallStateTests {
    private func at(_ milliseconds: Int) -> MonotonicInstant { MonotonicInstant(nanoseconds: Int64(milliseconds) * 1_000_000) }

    @Test func everyReasonHasACounter() {
        #expect(DropReason.allCases.count <= DropCounters.capacity)
        var drops = DropCounters()
        for reason in DropReason.allCases { for _ in 0...reason.rawValue { drops.count(reason) } }
        #expect(drops.all == DropReason.allCases.map { UInt64($0.rawValue + 1) })
    }

    @Test func theEarliestTimerIsKnownWhateverIsSet() {
        var timers = Deadlines()
        var model = [MonotonicInstant](repeating: .distantFuture, count: LegTimer.allCases.count)
        var random = SplitMix64(seed: 3)
        for _ in 0..<2_000 {
            let timer = LegTimer.allCases[Int(random.next() % UInt64(LegTimer.allCases.count))]
            // Few moments, so that several timers often share the earliest.
            let moment = random.next() % 4 == 0 ? MonotonicInstant.distantFuture : at(Int(random.next() % 8))
            timers[timer] = moment
            model[timer.rawValue] = moment
            #expect(timers.earliest == model.min())
        }
    }

    @Test func socketsOfAnyNumberHaveTheirLeg() {
        var random = SplitMix64(seed: 1)
        let legs = (0..<3).map { MediaLeg(index: $0, plan: MediaPlan(participant: $0, ssrc: UInt32($0), cname: "c"), random: &random) }
        let owners = SlotOwners([(0, legs[0], nil), (3, legs[1], nil), (4, legs[2], nil), (90, legs[1], nil), (-1, legs[0], nil)])
        #expect(owners[0] === legs[0] && owners[3] === legs[1] && owners[4] === legs[2] && owners[90] === legs[1])
        for slot in [-1, 1, 2, 5, 89, 91, .max, .min] { #expect(owners[slot] == nil) }
        withExtendedLifetime(legs) {}
    }

    @Test func everySinkHearsItsSourceInTheOrderOfTheLegs() {
        var random = SplitMix64(seed: 1)
        let sources: [Int?] = [1, 0, 0, nil, 0, 7]
        let legs = sources.enumerated().map { index, source in
            MediaLeg(index: index, plan: MediaPlan(participant: index, ssrc: 1, cname: "c", source: source), random: &random)
        }
        legs[4].plan.isActive = false
        for _ in 0..<2 {
            MediaLeg.connect(legs)
            #expect(legs.map { $0.sinks.map(\.index) } == [[1, 2], [0], [], [], [], []])
        }
    }

    /// A stream that comes back is the one it was, and the list is in the order in which they came.
    @Test func formerStreamsKeepTheirPlaceAndTheirCounts() {
        var streams = IngressStreams()
        func receive(_ ssrc: UInt32, _ number: UInt16, at milliseconds: Int) -> Bool {
            let header = RTPHeader(payloadType: 0, marker: false, sequenceNumber: number, timestamp: UInt32(number) * 160, ssrc: ssrc)
            guard case .play(_, _, let startsAnew) = streams.receive(header, clockRate: 8000, isAuthenticated: true, at: at(milliseconds))
            else { return false }
            return startsAnew
        }
        #expect(streams.streams.isEmpty)
        for (step, ssrc) in [UInt32(5), 3, 5, 9, 3].enumerated() {
            #expect(receive(ssrc, UInt16(10 + step), at: step * 1000))
            #expect(!receive(ssrc, UInt16(11 + step), at: step * 1000 + 20))
        }
        #expect(streams.streams.map(\.ssrc) == [5, 3, 9])
        #expect(streams.streams.map(\.statistics.packets) == [4, 4, 2])
        for ssrc in UInt32(100)..<115 { #expect(receive(ssrc, 1, at: 10_000 + Int(ssrc) * 1000)) }
        #expect(streams.streams.count == 16)
        #expect(Set(streams.streams.map(\.place)).count == 16)
        #expect(!streams.streams.contains { $0.ssrc == 5 || $0.ssrc == 9 }, "the oldest two gave way")
    }
}
