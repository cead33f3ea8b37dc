import Testing
@testable import rtpbridge_load

private let frame: Int64 = 20_000_000

@Suite struct RelayAccountTests {
    private func taken(by account: inout RelayAccount, _ counters: [UInt32]) -> [UInt32] {
        var result: [UInt32] = []
        for counter in counters where account.take(counter) { result.append(counter) }
        return result
    }

    @Test func eachPacketOfTheWindowCountsOnce() {
        var account = RelayAccount()
        account.prepare(capacity: 100)
        account.begin(at: 1000)
        // Sent before the window; in order, reordered, twice.
        #expect(taken(by: &account, [999, 1000, 1002, 1001, 1001]) == [1000, 1002, 1001])
        account.finish(at: 1010)
        // Sent in the window but heard after it; sent after it.
        #expect(taken(by: &account, [1009, 1010]) == [1009])
        #expect(account.sent == 10)
        #expect(account.received == 4)
        #expect(account.duplicates == 1)
    }

    @Test func theCounterMayWrap() {
        var account = RelayAccount()
        account.prepare(capacity: 100)
        account.begin(at: .max - 1)
        #expect(taken(by: &account, [.max - 1, .max, 0, 1]).count == 4)
        account.finish(at: 2)
        #expect(account.sent == 4)
        #expect(account.received == 4)
    }

    @Test func nothingCountsWithoutAWindow() {
        var account = RelayAccount()
        #expect(taken(by: &account, [0]).isEmpty)
        #expect(account.sent == 0)
    }
}

@Suite struct FrameAccountTests {
    /// A stream of 8 kHz whose first timestamp is near the wrap, with so much delay for each frame.
    private func play(
        _ account: inout FrameAccount, _ numbers: Range<Int>, late: (Int) -> Int64? = { _ in 0 }
    ) -> [Int64] {
        var result: [Int64] = []
        for number in numbers {
            guard let late = late(number) else { continue }
            let timestamp = (UInt32.max - 320) &+ UInt32(number) &* 160
            if let time = account.take(timestamp: timestamp, frames: 1, at: 1_000_000_000 + Int64(number) * frame + late) {
                result.append(time)
            }
        }
        return result
    }

    private func begun() -> FrameAccount {
        var account = FrameAccount(frameTicks: 160)
        account.prepare(capacity: 200)
        _ = play(&account, 0..<100) { $0 % 3 == 0 ? 1_000_000 : 3_000_000 }
        account.begin(at: 1_000_000_000 + 100 * frame)
        return account
    }

    @Test func latenessIsWhatComesOnTopOfTheLeastDelay() {
        var account = begun()
        // 1 ms was the least before the window.
        let late = play(&account, 100..<103) { [1_000_000, 6_000_000, 0][$0 - 100] }
        #expect(late == [0, 5_000_000, 0])
    }

    @Test func missingFramesAreLost() {
        var account = begun()
        _ = play(&account, 100..<150) { $0 == 120 || $0 == 121 ? nil : 1_000_000 }
        account.finish(at: 1_000_000_000 + 150 * frame)
        #expect(account.expected == 50)
        #expect(account.received == 48)
        #expect(account.restarts == 0)
    }

    @Test func aStreamThatEndsIsLostToo() {
        var account = begun()
        _ = play(&account, 100..<110) { _ in 1_000_000 }
        account.finish(at: 1_000_000_000 + 150 * frame)
        #expect(account.expected == 50)
        #expect(account.received == 10)
    }

    @Test func aLateFrameOfTheWindowCountsAndALaterOneDoesNot() {
        var account = begun()
        account.finish(at: 1_000_000_000 + 110 * frame)
        let late = play(&account, 109..<111) { _ in 200_000_000 }
        #expect(late == [199_000_000])
        #expect(account.received == 1)
    }

    @Test func aDuplicateIsNoFrame() {
        var account = begun()
        _ = play(&account, 100..<101)
        _ = play(&account, 100..<101)
        #expect(account.received == 1)
        #expect(account.duplicates == 1)
    }

    @Test func aPacketMayHoldSeveralFrames() {
        var account = begun()
        _ = account.take(timestamp: (UInt32.max - 320) &+ 100 * 160, frames: 3, at: 1_000_000_000 + 102 * frame)
        #expect(account.received == 3)
    }

    @Test func aTimestampThatStraysBeginsAnotherLine() {
        var account = begun()
        for number in Int64(100)..<150 {
            _ = account.take(timestamp: 900_000 &+ UInt32(number) &* 160, frames: 1, at: 1_000_000_000 + number * frame + 1_000_000)
        }
        account.finish(at: 1_000_000_000 + 150 * frame)
        #expect(account.restarts == 1)
        #expect(account.received == 50)
        #expect(account.expected == 50)
    }

    @Test func nothingIsExpectedOfAStreamThatWasNeverHeard() {
        var account = FrameAccount(frameTicks: 960)
        account.prepare(capacity: 100)
        account.begin(at: 0)
        account.finish(at: 1_000_000_000)
        #expect(account.expected == nil)
        #expect(account.received == 0)
    }
}
