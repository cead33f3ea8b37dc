public import Wire

/// What the operator chooses for all calls.
public struct MediaSettings: Sendable, Equatable {
    /// The delay that the jitter buffer of converted audio may have; more than half a second is half a second.
    public var jitterDelay: ClosedRange<Nanoseconds> = .milliseconds(10)...(.milliseconds(200))
    /// Between two RTCP reports, to which up to a second is added at random.
    public var reportInterval = Nanoseconds.seconds(5)
    /// The longest datagram of a DTLS handshake [bytes], 256 to 1,500.
    public var handshakeDatagram = 1200
    /// Quality is that of listening, without what delay costs a conversation.
    public var ratesListeningOnly = false

    public init() {}
}
