import MediaCore
import RTP
import Testing
import Wire

/// What a call does when packets, plans and addresses change in an order that no quiet call has.
@Suite struct PlainCallTests {
    // MARK: - Addresses

    /// An unspecified address in the SDP: where the peer is, its first packet says, and only that makes it ready.
    @Test(arguments: [PlainCall.pcmu, PlainCall.pcma])
    func aLearntAddressMakesThePeerReady(_ codec: PayloadPlan) {
        let call = PlainCall([PlainCall.pcmu, codec])
        call.apply { $0.media[1].transport.remoteRTP = nil }
        #expect(!call.events.contains(.mediaReady(media: 1)) || call.sent[1].isEmpty)
        call.talk(from: 0, 0..<20)
        #expect(call.sent[1].isEmpty)
        call.send(from: 1, 500, payloadType: codec.payloadType)
        call.talk(from: 0, 20..<50)
        #expect(call.events.contains(.mediaReady(media: 1)))
        call.run(milliseconds: 6000)
        #expect(call.sent[1].count >= 48, "\(call.sent[1].count) packets")
        #expect(call.reports[1] > 0)
    }

    // MARK: - Sequence numbers of a forwarded stream

    @Test func aHeldPeerFindsNoGapAfterwards() {
        let call = PlainCall()
        call.talk(from: 0, 0..<10)
        call.apply { $0.media[1].peerReceives = false }
        call.talk(from: 0, 10..<200)
        call.apply { $0.media[1].peerReceives = true }
        call.talk(from: 0, 200..<220)
        #expect(call.gaps(toward: 1).isEmpty, "\(call.gaps(toward: 1))")
        #expect(call.sent[1].count == 30)
        #expect(call.sent[1].last?.header.timestamp == (call.sent[1].first?.header.timestamp ?? 0) &+ 219 * 160)
    }

    /// A packet of a type that was never announced takes a number of the stream, and none of ours.
    @Test func anUnknownPayloadTypeLeavesNoGap() {
        let call = PlainCall()
        call.talk(from: 0, 0..<10)
        call.send(from: 0, 10, payloadType: 77)
        call.talk(from: 0, 11..<20)
        #expect(call.gaps(toward: 1).isEmpty && call.sent[1].count == 19, "\(call.gaps(toward: 1))")
    }

    @Test func comfortNoiseLeavesNoGap() {
        let call = PlainCall()
        call.talk(from: 0, 0..<10)
        call.send(from: 0, 10, payloadType: 13, payload: [60])
        call.run(milliseconds: 200)
        call.talk(from: 0, 11..<20)
        #expect(call.gaps(toward: 1).isEmpty, "\(call.gaps(toward: 1))")
    }

    /// Forwarded, then kept while there is no address, then played through the transcoder, then forwarded again.
    @Test func aPeerWithoutAnAddressForAWhileFindsNoGapAfterwards() {
        let call = PlainCall()
        call.talk(from: 0, 0..<10)
        call.apply { $0.media[1].transport.remoteRTP = nil }
        call.talk(from: 0, 10..<40)
        call.apply { $0.media[1].transport.remoteRTP = PlainCall.addresses[1] }
        call.run(milliseconds: 3000)
        call.talk(from: 0, 190..<260)
        #expect(call.gaps(toward: 1).isEmpty, "\(call.gaps(toward: 1))")
        #expect(call.sent[1].count >= 100)
    }

    /// New numbers inside one SSRC, noticed at a packet that is not forwarded: an event, or one that comes on hold.
    @Test(arguments: [true, false])
    func aRestartAtAnotherPacketThanAudioIsNoted(_ isAtEvent: Bool) {
        let call = PlainCall()
        call.talk(from: 0, 40_000..<40_010)
        if isAtEvent {
            for number in 100..<110 {
                let digit = PlainCall.digit(5, duration: 160 * UInt16(number - 99))
                call.send(from: 0, number, timestamp: 16_000, payloadType: 101, payload: digit)
                call.run(milliseconds: 20)
            }
            call.run(milliseconds: 500)
        } else {
            call.apply { $0.media[1].peerReceives = false }
            call.talk(from: 0, 100..<110)
            call.apply { $0.media[1].peerReceives = true }
        }
        let before = call.sent[1].count
        call.talk(from: 0, 140..<160)
        #expect(call.sent[1].count == before + 20)
        #expect(call.gaps(toward: 1).isEmpty, "\(call.gaps(toward: 1))")
    }

    /// RFC 6263 section 4.1: an empty packet keeps a NAT's mapping alive; it says nothing of the packet time.
    @Test func anEmptyPacketDoesNotBeginTranscoding() {
        let call = PlainCall()
        call.apply { $0.media[1].packetTime = 20 }
        call.talk(from: 0, 0..<10)
        call.send(from: 0, 10, payload: [])
        call.talk(from: 0, 11..<20)
        #expect(call.call.statistics().media[1].isTranscoding == false)
    }

    // MARK: - Legs that come and go

    @Test func reportsGoOnAfterALegWasInactive() {
        let call = PlainCall()
        call.talk(from: 0, 0..<10)
        call.apply { $0.media[1].isActive = false }
        call.run(milliseconds: 1000)
        call.apply { $0.media[1].isActive = true }
        let before = call.reports[1]
        call.run(milliseconds: 8000)
        #expect(call.reports[1] > before)
    }

    /// The leg goes, or is held, in the middle of a digit: when it is back, audio is heard.
    @Test(arguments: [PlainCall.pcmu, PlainCall.pcma], [true, false])
    func aDigitThatWasCutOffDoesNotMuteThePeer(_ codec: PayloadPlan, _ isRemoved: Bool) {
        let call = PlainCall([PlainCall.pcmu, codec])
        call.talk(from: 0, 0..<10)
        for number in 10..<14 {
            call.send(from: 0, number, timestamp: 1600, payloadType: 101, payload: PlainCall.digit(5, duration: 160 * UInt16(number - 9)))
            call.run(milliseconds: 20)
        }
        call.apply { if isRemoved { $0.media[1].isActive = false } else { $0.media[1].peerReceives = false } }
        call.run(milliseconds: 5000)
        let steps = call.steps
        call.run(milliseconds: 10_000)
        #expect(call.steps - steps < 100, "nothing is to be done on hold: \(call.steps - steps) steps")
        call.apply { if isRemoved { $0.media[1].isActive = true } else { $0.media[1].peerReceives = true } }
        let before = call.sent[1].count
        call.talk(from: 0, 800..<850)
        #expect(call.sent[1].count - before >= 45)
        #expect(call.sent[1].suffix(20).allSatisfy { $0.header.payloadType == codec.payloadType })
    }

    // MARK: - The backlog

    /// A source that stops while the backlog still makes its audio a little late: the clock stops all the same.
    @Test func theClockStopsAfterABacklog() {
        let call = PlainCall([PlainCall.pcmu, PlainCall.pcma])
        call.apply { $0.media[1].transport.remoteRTP = nil }
        call.talk(from: 0, 0..<4)
        call.apply { $0.media[1].transport.remoteRTP = PlainCall.addresses[1] }
        call.talk(from: 0, 4..<20)
        call.run(milliseconds: 2000)
        let steps = call.steps
        call.run(milliseconds: 10_000)
        #expect(call.steps - steps < 50, "\(call.steps - steps) steps")
    }

    /// Two streams in one backlog, the second's numbers a plausible jump ahead of the first's: both are played whole.
    @Test(arguments: [2000, -60])
    func aNewStreamInTheBacklogDisplacesNothing(_ jump: Int) {
        let call = PlainCall([PlainCall.pcmu, PlainCall.pcma])
        call.apply { $0.media[1].transport.remoteRTP = nil }
        call.talk(from: 0, 1000..<1050)
        call.run(milliseconds: 100)
        call.talk(from: 0, 1050 + jump..<1100 + jump, ssrc: 98)
        call.apply { $0.media[1].transport.remoteRTP = PlainCall.addresses[1] }
        call.run(milliseconds: 4000)
        let heard = call.sent[1].filter { $0.payload.contains { $0 != 0xd5 && $0 != 0x55 } }.count
        // Speech is played at most a tenth faster to work the backlog off.
        #expect(heard >= 91, "\(heard) frames")
    }

    // MARK: - Counters

    @Test func bytesAreThoseOfTheDatagram() {
        let call = PlainCall()
        call.send(from: 0, 1)
        call.send(from: 0, 2, payload: PlainCall.sound + [0, 0, 0, 4], isPadded: true)
        #expect(call.call.statistics().media[0].rtpIn.bytes == 172 + 176)
    }
}
