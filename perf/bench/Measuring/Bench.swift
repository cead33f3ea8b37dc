import CAllocationCounter

/// One operation whose cost is worth knowing.
struct Bench {
    enum Kind {
        /// `make` gives the work of one batch; its cost is divided by `operations`.
        case work(operations: Int, make: () throws -> Work)
        /// The work reads the clock itself, because it has parts that do not count; gives CPU time [ns].
        case timed(operations: Int, make: () throws -> () -> Int64)
        /// Bytes of heap that one of them keeps.
        case memory(() throws -> Int)
    }

    /// `group/what it is`.
    var name: String
    /// Its allocations are ours and the same on every machine; those inside OpenSSL are not.
    var isGated = true
    var kind: Kind

    static func work(_ name: String, operations: Int, isGated: Bool = true, _ make: @escaping () throws -> Work) -> Bench {
        Bench(name: name, isGated: isGated, kind: .work(operations: operations, make: make))
    }

    /// An operation that needs nothing made anew: it is repeated.
    static func simple(_ name: String, operations: Int = 1000, isGated: Bool = true, _ make: @escaping () throws -> () -> Void) -> Bench {
        work(name, operations: operations, isGated: isGated) {
            let operation = try make()
            return Work { for _ in 0..<operations { operation() } }
        }
    }

    static func timed(_ name: String, operations: Int, _ make: @escaping () throws -> () -> Int64) -> Bench {
        Bench(name: name, isGated: false, kind: .timed(operations: operations, make: make))
    }

    static func memory(_ name: String, isGated: Bool = true, _ bytes: @escaping () throws -> Int) -> Bench {
        Bench(name: name, isGated: isGated, kind: .memory(bytes))
    }

    static var all: [Bench] {
        packets + protection + codecs + calls + reports + sockets + messages + descriptions + handshakes + memory
    }

    /// - Parameter batches: of which the best and the middle one count, after one that nobody counts.
    func measure(batches: Int = 15) throws -> BenchResult {
        switch kind {
        case .memory(let bytes): return BenchResult(name: name, bytes: try bytes())
        case .timed(let operations, let make):
            let work = try make()
            return result(times: (0...batches).map { _ in work() }, operations)
        case .work(let operations, let make):
            let work = try make()
            var times: [Int64] = []
            var allocations: [UInt64] = []
            for _ in 0...batches {
                work.prepare()
                let count = rtpbridge_allocation_count()
                let start = ThreadClock.now
                work.run()
                times.append(ThreadClock.now - start)
                allocations.append(rtpbridge_allocation_count() - count)
            }
            var result = result(times: times, operations)
            result.mallocs = Double(allocations.dropFirst().min() ?? 0) / Double(operations)
            return result
        }
    }

    private func result(times: [Int64], _ operations: Int) -> BenchResult {
        let sorted = times.dropFirst().sorted()
        return BenchResult(
            name: name, bestNanoseconds: Double(sorted[0]) / Double(operations),
            medianNanoseconds: Double(sorted[sorted.count / 2]) / Double(operations))
    }
}

/// One batch.
struct Work {
    /// What is not counted: packets to be made for it.
    var prepare: () -> Void = {}
    var run: () -> Void
}

extension Optional {
    /// Benches are made of parts that can't be missing; if one is, the run ends with its name.
    func need(_ what: String) throws -> Wrapped {
        guard let self else { throw MissingPart(what: what) }
        return self
    }
}

struct MissingPart: Error, CustomStringConvertible {
    var what: String
    var description: String { "cannot make \(what)" }
}

/// Keeps the optimiser from leaving out what has no effect.
@inline(never) func consume<T>(_ value: T) { withExtendedLifetime(value) {} }
