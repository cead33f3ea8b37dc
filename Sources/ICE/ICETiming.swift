public import Wire

/// Every interval of the agent, and why it is not the standard's where it is not.
public enum ICETiming {
    /// Between two checks of one agent (Ta). RFC 8445 section 14.2 has 50 ms as the default so that many agents
    /// behind one NAT do not flood it. A relay has two or four pairs a call, and each pair that waits its turn is speech lost.
    public static let pacing = Nanoseconds.milliseconds(20)
    /// From a check to its first repetition; the interval then doubles up to `retransmissionLimit`. RFC 8445
    /// section 14.3 asks for 500 ms at least and RFC 8489 for seven attempts with doubling; a peer that begins to
    /// answer late (because it has our description late) would then wait for the next check for seconds.
    public static let firstRetransmission = Nanoseconds.milliseconds(50)
    /// The longest time that a peer which has just begun to answer waits for the next check.
    public static let retransmissionLimit = Nanoseconds.milliseconds(200)
    /// From the first valid pair to the nomination, while a better pair may still become valid
    /// (RFC 8445 section 8.1.1 leaves the criterion open). Without a better pair there is no wait.
    public static let settling = Nanoseconds.milliseconds(50)
    /// A nomination without an answer for this long gives way to another valid pair.
    public static let nominationLimit = Nanoseconds.seconds(3)
    /// From the peer's description to `ICEEvent.failed`.
    public static let checkingLimit = Nanoseconds.seconds(30)
    /// Between two consent checks, times 0.8 to 1.2 (RFC 7675 section 5.1).
    public static let consentInterval = Nanoseconds.seconds(5)
    /// From the last answer to the loss of consent (RFC 7675 section 5.1).
    public static let consentLimit = Nanoseconds.seconds(30)
    /// How long the pair in use may leave probes unanswered when the peer turns up at another address.
    public static let challengeLimit = Nanoseconds.seconds(2)
    /// Between two such probes.
    public static let challengeInterval = Nanoseconds.milliseconds(200)
    /// A lite agent, which sends no checks of its own, lets a pair of lower priority be nominated after the
    /// one in use was silent for this long: more than one consent interval of the peer.
    public static let liteSilence = Nanoseconds.seconds(10)
    /// Checks toward a source that turned up after the nomination, before they stop until it sends another one.
    public static let lateSourceAttempts = 8
}
