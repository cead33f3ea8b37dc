@testable import MediaIO
import Testing
import Wire

@Suite struct DeadlineHeapTests {
    private func instant(_ milliseconds: Int) -> MonotonicInstant { MonotonicInstant(nanoseconds: 0) + .milliseconds(milliseconds) }

    @Test func theEarliestComesFirst() {
        var heap = DeadlineHeap()
        for (key, milliseconds) in [50, 10, 40, 20, 30].enumerated() { heap.set(key, to: instant(milliseconds)) }
        #expect(heap.earliest == instant(10))
        var order: [Int] = []
        while let key = heap.popDue(at: instant(100)) { order.append(key) }
        #expect(order == [1, 3, 4, 2, 0])
        #expect(heap.earliest == .distantFuture)
    }

    @Test func nothingIsDueBeforeItsTime() {
        var heap = DeadlineHeap()
        heap.set(7, to: instant(20))
        #expect(heap.popDue(at: instant(20) - Nanoseconds(1)) == nil)
        #expect(heap.popDue(at: instant(20)) == 7)
        #expect(heap.popDue(at: instant(20)) == nil)
    }

    @Test func distantFutureMeansNone() {
        var heap = DeadlineHeap()
        heap.set(0, to: .distantFuture)
        #expect(heap.popDue(at: .distantFuture) == nil)
        heap.set(0, to: instant(1))
        heap.set(0, to: .distantFuture)
        #expect(heap.deadline(of: 0) == .distantFuture)
        #expect(heap.earliest == .distantFuture)
    }

    /// Calls come, go and move their deadlines while virtual time passes; a plain dictionary says what is right.
    @Test(arguments: [UInt64(1), 2, 3, 4])
    func itAgreesWithADictionary(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var heap = DeadlineHeap()
        var model: [Int: MonotonicInstant] = [:]
        var now = instant(0)
        for _ in 0..<20_000 {
            let key = Int.random(in: 0..<64, using: &random)
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<6:
                let deadline = now + Nanoseconds(Int64.random(in: -1_000_000...30_000_000, using: &random))
                heap.set(key, to: deadline)
                model[key] = deadline
            case 6:
                heap.remove(key)
                model[key] = nil
            default:
                now = now + .microseconds(Int.random(in: 0...500, using: &random))
                while let due = heap.popDue(at: now) {
                    let deadline = model.removeValue(forKey: due)
                    #expect(deadline.map { $0 <= now } == true)
                    #expect(model.values.allSatisfy { $0 >= deadline ?? .distantFuture })
                }
                #expect(model.values.allSatisfy { $0 > now })
            }
            #expect(heap.earliest == model.values.min() ?? .distantFuture)
            #expect(heap.deadline(of: key) == model[key] ?? .distantFuture)
        }
    }
}
