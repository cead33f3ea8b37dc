import CAllocationCounter
import Glibc

/// CPU time of the calling thread, so that other work on the machine does not count.
enum ThreadClock {
    /// [ns]
    static var now: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    /// What one reading costs, to be taken off where steps are timed one by one [ns].
    static let cost: Int64 = {
        let start = now
        for _ in 0..<10_000 { _ = now }
        return (now - start) / 10_000
    }()
}

/// Bytes that the program has from malloc.
enum Heap {
    static var used: Int { Int(rtpbridge_heap_in_use()) }

    /// What each of `count` objects keeps; the first few, which make what is shared, do not count.
    static func perObject<T>(_ count: Int = 200, _ make: (Int) throws -> T) throws -> Int {
        var kept: [T] = []
        kept.reserveCapacity(count + 8)
        for index in 0..<8 { kept.append(try make(index)) }
        let before = used
        for index in 0..<count { kept.append(try make(index + 8)) }
        let after = used
        return withExtendedLifetime(kept) { (after - before) / count }
    }
}
