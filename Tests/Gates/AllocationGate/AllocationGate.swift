import CAllocationCounter
import Glibc
import MediaCore
import SteadyCalls
import Wire

/// Runs each kind of call in steady state and counts what is allocated for its packets: nothing may be.
///
/// Built for release, since the optimiser is part of the promise. Prints a line for each kind and ends
/// with 1 when any of them allocates.
@main
enum AllocationGate {
    static let warmUpPackets = 1_000
    static let countedPackets = 10_000

    static func main() {
        guard countsAllocations else {
            print("FAIL the counter does not count")
            exit(1)
        }
        var failures = 0
        for scenario in Scenario.all {
            guard let result = measure(scenario) else {
                print("FAIL \(scenario.name): no packet came out")
                failures += 1
                continue
            }
            let verdict = result.allocations == 0 ? "ok  " : "FAIL"
            if result.allocations != 0 { failures += 1 }
            print("\(verdict) \(scenario.name): \(result.allocations) allocations in \(countedPackets) packets each way, \(result.sent) out")
        }
        print("\(Scenario.all.count - failures) passed, \(failures) failed")
        exit(failures == 0 ? 0 : 1)
    }

    /// The gate must be able to fail.
    private static var countsAllocations: Bool {
        let before = rtpbridge_allocation_count()
        let memory = UnsafeMutableRawPointer.allocate(byteCount: 64, alignment: 16)
        memory.deallocate()
        return rtpbridge_allocation_count() == before + 1
    }

    /// Both directions of one call, a packet each way every 20 ms of virtual time.
    private static func measure(_ scenario: Scenario) -> (allocations: UInt64, sent: Int)? {
        guard let traffic = Traffic(scenario) else { return nil }
        for _ in 0..<warmUpPackets { traffic.step() }
        traffic.open()
        let sentBefore = traffic.sent
        let before = rtpbridge_allocation_count()
        for _ in 0..<countedPackets { traffic.step() }
        let after = rtpbridge_allocation_count()
        let sent = traffic.sent - sentBefore
        return sent > countedPackets * 3 / 2 ? (after - before, sent) : nil
    }
}
