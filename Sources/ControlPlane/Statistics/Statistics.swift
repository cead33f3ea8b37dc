import MediaCore
import MediaIO
import Wire

/// What the daemon counted since it started. Calls add theirs when they end; requests when they are answered.
@ControlActor
final class Statistics {
    private(set) var calls = CallTotals()
    private(set) var requests = RequestTotals()
    private(set) var rates = TrafficRates()
    /// Answers and refusals that were given at once.
    nonisolated let start: MonotonicInstant

    nonisolated init(at start: MonotonicInstant = SystemClock.now) { self.start = start }

    func count(_ request: RequestTotals.Request) { requests.count(request) }

    func countRejected() { calls.rejected &+= 1 }

    /// - Parameter length: the call's age [s].
    func countEnd(_ end: CallEnd, length: Double, plan: CallPlan, _ statistics: CallStatistics) {
        calls.add(end, length: length, plan: plan, statistics)
    }

    /// Once a second.
    func sample(_ workers: [WorkerStatistics], at now: MonotonicInstant) { rates.sample(workers, at: now) }
}

/// Media that all calls receive.
struct TrafficRates: Equatable {
    /// [1/s]
    private(set) var packets: UInt64 = 0
    /// [bytes/s]
    private(set) var bytes: UInt64 = 0
    /// [1/s]
    private(set) var errors: UInt64 = 0
    private var last: (packets: UInt64, bytes: UInt64, errors: UInt64, at: MonotonicInstant)?

    init() {}

    mutating func sample(_ workers: [WorkerStatistics], at now: MonotonicInstant) {
        let sums = workers.reduce((packets: UInt64(0), bytes: UInt64(0), errors: UInt64(0))) {
            ($0.packets &+ $1.packetsReceived, $0.bytes &+ $1.bytesReceived, $0.errors &+ $1.sendErrors &+ $1.receiveErrors)
        }
        if let last, now > last.at {
            let seconds = (now - last.at).seconds
            func rate(_ new: UInt64, _ old: UInt64) -> UInt64 { UInt64((Double(new &- old) / seconds).rounded()) }
            if sums.packets >= last.packets, sums.bytes >= last.bytes, sums.errors >= last.errors {
                packets = rate(sums.packets, last.packets)
                bytes = rate(sums.bytes, last.bytes)
                errors = rate(sums.errors, last.errors)
            }
        }
        last = (sums.packets, sums.bytes, sums.errors, now)
    }

    static func == (a: TrafficRates, b: TrafficRates) -> Bool { a.packets == b.packets && a.bytes == b.bytes && a.errors == b.errors }
}
