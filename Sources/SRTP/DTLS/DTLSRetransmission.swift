public import Wire

/// When a flight that nobody answers is repeated: first after `first`, then after twice as long each time, up to `longest`.
public struct DTLSRetransmission: Sendable, Equatable {
    /// 1 ms to a minute.
    public var first: Nanoseconds
    /// As long as `first`, or longer; an hour at most.
    public var longest: Nanoseconds

    public init(first: Nanoseconds, longest: Nanoseconds) {
        self.first = min(max(first, .milliseconds(1)), .seconds(60))
        self.longest = min(max(longest, self.first), .seconds(3600))
    }

    /// Ours: whatever is said during the handshake is lost or delayed.
    public static let eager = DTLSRetransmission(first: .milliseconds(50), longest: .seconds(1))
    /// RFC 6347 section 4.2.4.1, and what most peers do: after 1, 2, 4 s and so on, up to a minute.
    public static let standard = DTLSRetransmission(first: .seconds(1), longest: .seconds(60))
}
