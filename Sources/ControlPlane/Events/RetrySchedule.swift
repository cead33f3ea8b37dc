public import Wire

/// When a post that failed is tried again, and when no more.
public struct RetrySchedule: Sendable, Equatable {
    /// Before the second try; it doubles with each further one.
    public var firstDelay = Nanoseconds.milliseconds(500)
    /// No two tries are further apart, whatever the server asks for.
    public var maximumDelay = Nanoseconds.seconds(60)
    /// The first one included. At least 1.
    public var maximumTries = 8
    /// An event that is older is not tried again.
    public var maximumAge = Nanoseconds.seconds(300)

    public init() {}

    /// The time until the next try. One half of it is fixed and the other drawn by lot, so that many clients of a server
    /// that was down do not all come back together.
    ///
    /// - Parameters:
    ///   - tries: how many there were.
    ///   - wished: the server's `Retry-After`; nothing comes earlier.
    func delay(after tries: Int, wished: Nanoseconds?, random: inout some RandomNumberGenerator) -> Nanoseconds {
        let (doubled, overflow) = max(1, firstDelay.count).multipliedReportingOverflow(by: 1 << Int64(min(max(tries - 1, 0), 32)))
        let delay = min(overflow ? .max : doubled, max(1, maximumDelay.count))
        let drawn = Nanoseconds(delay - Int64.random(in: 0...delay / 2, using: &random))
        return max(drawn, min(wished ?? .zero, maximumDelay))
    }
}
