import MediaIO
import Synchronization
import Wire

/// The machine's clock, put forward by the test.
final class TestTime: Sendable {
    private let ahead = Atomic<Int64>(0)

    var now: MonotonicInstant { SystemClock.now + Nanoseconds(ahead.load(ordering: .acquiring)) }

    func pass(_ length: Nanoseconds) { ahead.wrappingAdd(length.count, ordering: .acquiringAndReleasing) }
}
