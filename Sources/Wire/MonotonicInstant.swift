/// A span of time as a whole number of nanoseconds.
///
/// The packet path compares and adds times millions of times a second, so this is one `Int64`
/// rather than the standard library's 128-bit `Duration`. Range: ± 292 years.
@frozen
public struct Nanoseconds: Hashable, Comparable, Sendable {
    public var count: Int64

    @inlinable public init(_ count: Int64) { self.count = count }

    public static let zero = Nanoseconds(0)

    @inlinable public static func seconds(_ value: Int) -> Nanoseconds { Nanoseconds(Int64(truncatingIfNeeded: value) &* 1_000_000_000) }
    @inlinable public static func milliseconds(_ value: Int) -> Nanoseconds { Nanoseconds(Int64(truncatingIfNeeded: value) &* 1_000_000) }
    @inlinable public static func microseconds(_ value: Int) -> Nanoseconds { Nanoseconds(Int64(truncatingIfNeeded: value) &* 1_000) }

    /// Whole milliseconds, rounded toward zero.
    @inlinable public var milliseconds: Int64 { count / 1_000_000 }
    /// Whole microseconds, rounded toward zero.
    @inlinable public var microseconds: Int64 { count / 1_000 }
    /// Seconds as a floating-point number, for statistics and people.
    @inlinable public var seconds: Double { Double(count) / 1e9 }

    @inlinable public static func < (a: Nanoseconds, b: Nanoseconds) -> Bool { a.count < b.count }
    @inlinable public static func + (a: Nanoseconds, b: Nanoseconds) -> Nanoseconds { Nanoseconds(a.count &+ b.count) }
    @inlinable public static func - (a: Nanoseconds, b: Nanoseconds) -> Nanoseconds { Nanoseconds(a.count &- b.count) }
    @inlinable public static func * (a: Nanoseconds, b: Int) -> Nanoseconds { Nanoseconds(a.count &* Int64(truncatingIfNeeded: b)) }
}

/// A point on the clock that never steps back; its origin is arbitrary, so only differences mean anything.
///
/// Everything below `MediaIO` gets the time as an argument and never reads a clock, which is what
/// lets whole calls run in virtual time in the tests.
@frozen
public struct MonotonicInstant: Hashable, Comparable, Sendable {
    /// Nanoseconds since the clock's arbitrary origin.
    public var nanoseconds: Int64

    @inlinable public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// Later than every instant that a clock will show: "no deadline".
    public static let distantFuture = MonotonicInstant(nanoseconds: .max)

    @inlinable public static func < (a: MonotonicInstant, b: MonotonicInstant) -> Bool { a.nanoseconds < b.nanoseconds }
    @inlinable public static func - (a: MonotonicInstant, b: MonotonicInstant) -> Nanoseconds {
        Nanoseconds(a.nanoseconds &- b.nanoseconds)
    }

    /// `distantFuture` stays `distantFuture`; nothing here overflows.
    @inlinable public static func + (a: MonotonicInstant, b: Nanoseconds) -> MonotonicInstant {
        let (sum, overflow) = a.nanoseconds.addingReportingOverflow(b.count)
        return MonotonicInstant(nanoseconds: overflow ? (b.count < 0 ? .min : .max) : sum)
    }
    @inlinable public static func - (a: MonotonicInstant, b: Nanoseconds) -> MonotonicInstant { a + Nanoseconds(0 &- b.count) }

    /// The next whole multiple of `step` on the clock; itself if it is one, or if `step` is zero.
    @inlinable public func roundedUp(to step: Nanoseconds) -> MonotonicInstant {
        guard step > .zero, self != .distantFuture else { return self }
        let rest = nanoseconds % step.count
        return rest > 0 ? self + Nanoseconds(step.count &- rest) : self
    }
}
