public import Wire

/// A datagram that a simulated peer wants sent.
public struct PeerDatagram: Sendable, Equatable {
    public var bytes: [UInt8]
    /// Which of the peer's sockets it leaves from.
    public var from: TransportAddress
    public var to: TransportAddress
}
