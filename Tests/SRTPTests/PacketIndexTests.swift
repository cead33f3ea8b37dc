import Testing
@testable import SRTP

@Suite struct PacketIndexTests {
    @Test(arguments: [
        // highest so far, sequence number, index
        (0, 0, 0), (0, 0xffff, 0xffff), (0x8000, 0xffff, 0xffff), (0x8001, 0x0000, 0x1_0000),
        (0xffff, 0x0000, 0x1_0000), (0xffff, 0x7ffe, 0x1_7ffe), (0xffff, 0x7fff, 0x7fff), (0xffff, 0xfffe, 0xfffe),
        (0x1_0000, 0xffff, 0xffff), (0x1_0000, 0x8001, 0x8001), (0x1_0000, 0x8000, 0x1_8000), (0x1_0000, 0x0001, 0x1_0001),
        (0x5_0002, 0xfff0, 0x4_fff0), (0x5_fff0, 0x0002, 0x6_0002), (0x5_8000, 0x0000, 0x5_0000), (0x5_8001, 0x0000, 0x6_0000),
    ] as [(UInt64, UInt16, UInt64)])
    func nearestToTheHighest(highest: UInt64, sequenceNumber: UInt16, index: UInt64) {
        #expect(PacketIndex.estimate(sequenceNumber, highest: highest) == index)
    }

    @Test func theLastRoundIsFollowedByAReplay() {
        let last: UInt64 = 0xffff_ffff_ffff
        #expect(PacketIndex.estimate(0, highest: last) == 0)
        var window = ReplayWindow()
        window.record(last)
        #expect(!window.accepts(0))
    }

    @Test func followsEveryRoundOfACountingSender() {
        var highest: UInt64 = 40_000
        for index in stride(from: UInt64(40_001), to: 400_000, by: 97) {
            #expect(PacketIndex.estimate(UInt16(truncatingIfNeeded: index), highest: highest) == index)
            highest = index
        }
        #expect(PacketIndex.rollOverCounter(highest) == 6)
    }
}
