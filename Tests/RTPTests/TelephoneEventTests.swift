import RTP
import Testing
import Wire

/// RFC 4733 section 2.3.
@Suite struct TelephoneEventTests {
    private func parse(_ payload: [UInt8]) -> TelephoneEvent? { payload.withBytes(TelephoneEvent.parse) }

    @Test func readsTheFields() {
        #expect(parse([11, 0x8a, 0x03, 0x20]) == TelephoneEvent(code: 11, isEnd: true, volume: 10, duration: 800))
        #expect(parse([0, 0x3f, 0xff, 0xff]) == TelephoneEvent(code: 0, isEnd: false, volume: 63, duration: 0xffff))
    }

    @Test func theReservedBitIsIgnored() {
        #expect(parse([5, 0xca, 0, 160]) == TelephoneEvent(code: 5, isEnd: true, volume: 10, duration: 160))
    }

    @Test func ofSeveralEventsTheFirstIsRead() {
        #expect(parse([5, 10, 0, 160, 6, 10, 0, 160])?.code == 5)
    }

    @Test func threeBytesAreNoEvent() {
        for length in 0..<4 { #expect([UInt8](repeating: 1, count: length).withBytes(TelephoneEvent.parse) == nil) }
    }

    @Test func everyEventIsReadAsWritten() {
        for code in UInt8.min...UInt8.max {
            for isEnd in [false, true] {
                let event = TelephoneEvent(code: code, isEnd: isEnd, volume: code & 0x3f, duration: UInt16(code) &* 257)
                var payload: [UInt8] = [0xff, 0xff, 0xff, 0xff]
                let fits = payload.withMutableBytes(event.write)
                #expect(fits && payload.withBytes(TelephoneEvent.parse) == event)
                #expect(payload[1] & 0x40 == 0, "the reserved bit is written as zero")
            }
        }
    }

    @Test func volumesHaveSixBits() {
        #expect(TelephoneEvent(code: 1, isEnd: false, volume: 0xff, duration: 0).volume == 63)
    }

    @Test func whatDoesNotFitIsNotWritten() {
        var payload: [UInt8] = [7, 7, 7]
        let fits = payload.withMutableBytes(TelephoneEvent(code: 1, isEnd: false, volume: 0, duration: 0).write)
        #expect(!fits && payload == [7, 7, 7])
    }
}
