public import Wire

/// A socket of ours and an address of the peer between which packets pass.
@frozen
public struct ICEPair: Hashable, Sendable {
    public var slot: Int
    public var remote: TransportAddress

    @inlinable public init(slot: Int, remote: TransportAddress) {
        self.slot = slot
        self.remote = remote
    }
}

/// A datagram that `ICEAgent.drain(into:)` wrote.
@frozen
public struct ICETransmit: Equatable, Sendable {
    /// Bytes from the start of the buffer.
    public var length: Int
    public var slot: Int
    public var destination: TransportAddress

    @inlinable public init(length: Int, slot: Int, destination: TransportAddress) {
        self.length = length
        self.slot = slot
        self.destination = destination
    }
}

/// What the agent reports upwards, by `ICEAgent.nextEvent()`.
public enum ICEEvent: Equatable, Sendable {
    /// A pair was nominated and is in use from now on. It comes again only where the pair changed: after an
    /// ICE restart, or when the former pair is dead and the peer turned up at another address.
    case connected(ICEPair)
    /// Nothing may be sent to the pair any more (RFC 7675 section 5.1): 30 s without an answer, or the peer said so.
    case consentLost
    /// No pair worked within `ICETiming.checkingLimit`.
    case failed
}

/// How far the agent is; with one component it is the state of the session (RFC 8445 section 6.1.3).
public enum ICEState: Equatable, Sendable {
    /// The peer's credentials are not known yet; its checks are answered.
    case new
    case checking
    case connected
    case failed
}

/// What became of a received STUN message.
public enum ICEInput: Equatable, Sendable {
    case accepted
    /// Well-formed, and for another user name, another transaction or an unused socket.
    case notForUs
    /// MESSAGE-INTEGRITY is missing or does not fit; nothing changed.
    case unauthenticated
    /// Not STUN as RFC 8489 has it, or its FINGERPRINT is wrong.
    case malformed
}
