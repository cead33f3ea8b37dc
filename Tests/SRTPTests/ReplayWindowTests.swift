import Testing
import Wire
@testable import SRTP

@Suite struct ReplayWindowTests {
    @Test func theFirstIndexMayBeZero() {
        var window = ReplayWindow()
        #expect(window.accepts(0))
        window.record(0)
        #expect(!window.accepts(0))
        #expect(window.accepts(1))
    }

    @Test func anUnrecordedIndexStaysAcceptable() {
        let window = ReplayWindow()
        #expect(window.accepts(7))
        #expect(window.accepts(7))
    }

    @Test func edgesOfTheWindow() {
        var window = ReplayWindow()
        window.record(1_000)
        #expect(window.accepts(1_000 - 127))
        #expect(!window.accepts(1_000 - 128))
        window.record(1_000 - 127)
        #expect(!window.accepts(1_000 - 127))
        #expect(window.accepts(1_000 - 126))
    }

    @Test(arguments: [1, 63, 64, 65, 127, 128, 129, 1 << 20] as [UInt64]) func advancingKeepsWhatIsStillInside(step: UInt64) {
        var window = ReplayWindow()
        window.record(500)
        window.record(500 + step)
        #expect(!window.accepts(500))
        #expect(!window.accepts(500 + step))
        #expect(window.highest == 500 + step)
        #expect(window.accepts(500 + step - 1) == (step > 1))
    }

    @Test func agreesWithASetOfEverythingSeen() {
        var random = SplitMix64(seed: 11)
        var window = ReplayWindow()
        var seen: Set<UInt64> = []
        var highest: UInt64 = 0
        for _ in 0..<20_000 {
            let index = UInt64(max(0, Int64(highest) + Int64.random(in: -140...(Bool.random(using: &random) ? 3 : 150), using: &random)))
            let expected = !seen.contains(index) && index + 128 > highest
            #expect(window.accepts(index) == expected)
            guard expected else { continue }
            window.record(index)
            seen.insert(index)
            highest = max(highest, index)
        }
    }
}
