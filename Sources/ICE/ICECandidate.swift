public import Wire

/// A candidate of the peer, from a line of its session description or learnt from a check (RFC 8445 section 5.1).
///
/// UDP only: no other transport carries a call here.
public struct ICECandidate: Sendable, Equatable {
    /// How the address was found (RFC 8445 section 5.1.1).
    public enum Kind: Sendable, Equatable {
        case host, serverReflexive, peerReflexive, relayed

        /// The recommended type preference, 0 to 126 (RFC 8445 section 5.1.2.2).
        public var typePreference: UInt8 {
            switch self {
            case .host: 126
            case .peerReflexive: 110
            case .serverReflexive: 100
            case .relayed: 0
            }
        }
    }

    /// 1 to 32 characters, the same for candidates of one kind, base and server (RFC 8445 section 5.1.1.3).
    public var foundation: String
    /// 1 for RTP (and for RTCP beside it when multiplexed), 2 for RTCP.
    public var component: Int
    /// 1 to 2^31 - 1, higher is better (RFC 8445 section 5.1.2).
    public var priority: UInt32
    public var address: TransportAddress
    public var kind: Kind

    public init(foundation: String, component: Int, priority: UInt32, address: TransportAddress, kind: Kind) {
        self.foundation = foundation
        self.component = component
        self.priority = priority
        self.address = address
        self.kind = kind
    }

    /// RFC 8445 section 5.1.2.1: the type preference above the local preference above the component.
    ///
    /// - Parameters:
    ///   - typePreference: 0 to 126.
    ///   - localPreference: 0 to 65535, unique among an agent's candidates of one type.
    ///   - component: 1 to 256.
    public static func priority(typePreference: UInt8, localPreference: UInt16, component: Int) -> UInt32 {
        UInt32(typePreference) << 24 | UInt32(localPreference) << 8 | (UInt32(truncatingIfNeeded: 256 &- component) & 0xff)
    }
}

/// One of our own sockets as a host candidate.
public struct LocalCandidate: Sendable, Equatable {
    /// The call's number of the socket; checks leave and arrive by it.
    public var slot: Int
    /// The address that the peer was told.
    public var address: TransportAddress
    /// As in our session description.
    public var priority: UInt32

    public init(slot: Int, address: TransportAddress, priority: UInt32) {
        self.slot = slot
        self.address = address
        self.priority = priority
    }
}
