@testable import MediaCore
import Testing
import Wire

/// Memory that grows with what is asked of it: whatever comes in whichever order, each packet is as it was.
@Suite struct PacketRingTests {
    @Test(arguments: 1...6)
    func packetsKeepTheirContentsWhileItGrows(_ seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let capacity = [4, 16, 64, 256][Int(seed % 4)]
        var ring = PacketRing(capacity: capacity, maximumPayload: 640)
        var expected: [Int64: [UInt8]] = [:]
        var first: Int64 = -5
        for step in 0..<1500 {
            let longest = step < 400 ? 80 : 640
            let spread = step < 800 ? min(8, capacity) : capacity
            let sequence = first + Int64.random(in: 0..<Int64(spread), using: &random)
            if expected[sequence] == nil {
                let payload = [UInt8](repeating: UInt8(truncatingIfNeeded: step), count: Int.random(in: 0...longest, using: &random))
                payload.withBytes { ring.insert(Self.entry(sequence), payload: $0) }
                expected[sequence] = payload
                let isSeen = ring.hasSeen(sequence)
                #expect(isSeen)
            }
            if random.next() % 3 == 0, let gone = expected.keys.min() {
                if let entry = ring.entry(gone), random.next() % 2 == 0 {
                    let lent = ring.lend(entry)
                    #expect(lent.array == expected[gone])
                } else {
                    ring.remove(gone)
                }
                expected[gone] = nil
                first = max(first, gone + 1)
            }
            #expect(ring.count == expected.count)
        }
        for (sequence, payload) in expected {
            let entry = ring.entry(sequence)
            #expect(entry.map { ring.payload($0).array } == payload)
        }
        ring.removeAll()
        let (count, isSeen) = (ring.count, ring.hasSeen(first))
        #expect(count == 0 && !isSeen)
    }

    @Test func whatIsLongerThanTheMaximumStaysOut() {
        var ring = PacketRing(capacity: 16, maximumPayload: 100)
        [UInt8](repeating: 1, count: 101).withBytes { ring.insert(Self.entry(1), payload: $0) }
        #expect(ring.count == 0)
        [UInt8](repeating: 1, count: 100).withBytes { ring.insert(Self.entry(1), payload: $0) }
        #expect(ring.count == 1)
    }

    private static func entry(_ sequence: Int64) -> PacketRing.Entry {
        PacketRing.Entry(
            sequence: sequence, timestamp: sequence, sourceTimestamp: 0, duration: 960, arrival: MonotonicInstant(nanoseconds: 0),
            format: 0, marker: false, isAudio: true)
    }
}
