import RTP
import Testing
import Wire

@Suite struct UnwrapperTests {
    @Test func theFirstSequenceNumberLeavesRoomForEarlierOnes() {
        var unwrapper = SequenceUnwrapper()
        #expect(unwrapper.unwrap(0) == 65_536)
        #expect(unwrapper.unwrap(65_535) == 65_535)
        #expect(unwrapper.unwrap(32_768) == 32_768)
        #expect(unwrapper.unwrap(1) == 65_537)
    }

    @Test func sequenceNumbersGoOnOverTheWrap() {
        var unwrapper = SequenceUnwrapper()
        let first = unwrapper.unwrap(65_530)
        let wrong = (1...200_000).first { unwrapper.unwrap(UInt16(truncatingIfNeeded: 65_530 + $0)) != first + Int64($0) }
        #expect(wrong == nil)
    }

    @Test func aLateOneDoesNotTakeTheNumbersBack() {
        var unwrapper = SequenceUnwrapper()
        let first = unwrapper.unwrap(65_535)
        #expect(unwrapper.unwrap(2) == first + 3)
        #expect(unwrapper.unwrap(65_534) == first - 1)
        // 32,770 is 32,768 after 2 and 32,764 before 65,534: measured from the highest it is behind.
        #expect(unwrapper.unwrap(32_770) == first + 3 - 32_768)
        #expect(unwrapper.unwrap(32_769) == first + 3 + 32_767)
    }

    @Test func randomWalksAreUnwrapped() {
        var random = SplitMix64(seed: 1)
        var unwrapper = SequenceUnwrapper()
        var highest = Int64(UInt16.random(in: 0...UInt16.max, using: &random)) + 65_536
        #expect(unwrapper.unwrap(UInt16(truncatingIfNeeded: highest)) == highest)
        for _ in 0..<20_000 {
            let value = highest + Int64.random(in: -32_768...32_767, using: &random)
            #expect(unwrapper.unwrap(UInt16(truncatingIfNeeded: value)) == value)
            highest = max(highest, value)
        }
    }

    @Test func timestampsGoOnOverTheWrap() {
        var unwrapper = TimestampUnwrapper()
        let first = unwrapper.unwrap(0xffff_ff00)
        #expect(first == 4_294_967_296 + 0xffff_ff00)
        #expect(unwrapper.unwrap(0x0000_02c0) == first + 960)
        #expect(unwrapper.unwrap(0xffff_ff00) == first)
        #expect(unwrapper.unwrap(0x8000_02c0) == first + 960 - 2_147_483_648)
        #expect(unwrapper.unwrap(0x8000_02bf) == first + 960 + 2_147_483_647)
    }

    @Test func aFirstTimestampOfZeroLeavesRoomForEarlierOnes() {
        var unwrapper = TimestampUnwrapper()
        #expect(unwrapper.unwrap(0) == 4_294_967_296)
        #expect(unwrapper.unwrap(0xffff_ffff) == 4_294_967_295)
    }
}
