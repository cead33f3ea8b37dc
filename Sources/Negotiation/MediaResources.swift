public import MediaCore
public import SRTP
public import Wire

/// What a negotiation takes from the machine: ports, secrets and the certificate.
///
/// The caller records every lease, so that a failed request gives everything back; slots that a
/// successful one no longer needs are named in its result.
public protocol MediaResources: AnyObject {
    /// The address families that the interface has, its preferred one first; never empty. An unknown name,
    /// and `nil`, mean the first interface.
    func families(of interface: String?) -> [IPAddress.Family]

    /// Leases one port for each family, and with `withRTCP` the next higher port beside the first.
    /// - Parameter ice: what is known of the leg's ICE, where it has any: its ports may then be shared with other calls, if the
    ///   daemon shares ports (`--shared-ports`).
    /// - Throws: `.outOfPorts`.
    func leaseSockets(
        interface: String?, families: [IPAddress.Family], withRTCP: Bool, ice: ICESocketUse?
    ) throws(NegotiationError) -> LeasedSockets

    /// The candidates of a leg's peer are known now, or are others: makes sure that its sockets may be used toward them.
    ///
    /// A port that this call has for itself always may. A shared one may not toward an address with which another call has it.
    /// - Returns: sockets to use in place of `sockets`, newly leased and of the same families; `nil` to keep them.
    /// - Throws: `.outOfPorts`.
    func settleSockets(_ sockets: [LocalSocket], interface: String?, ice: ICESocketUse) throws(NegotiationError) -> [LocalSocket]?

    /// Cryptographically strong random bytes.
    func randomBytes(_ count: Int) -> [UInt8]

    /// The daemon's certificate.
    var certificate: DTLSCertificate { get }
}

/// How the packets of one call are told from those of others on a port that they share.
public struct ICESocketUse: Sendable, Equatable {
    /// Our user name fragment: checks that arrive name it (RFC 8445 section 7.2.2).
    public var localUfrag: String
    /// The peer's candidates; empty while they are not known.
    public var remotes: [TransportAddress]

    public init(localUfrag: String, remotes: [TransportAddress] = []) {
        self.localUfrag = localUfrag
        self.remotes = remotes
    }
}

/// Ports that were just bound for a call; their slots are new in it.
public struct LeasedSockets: Sendable, Equatable {
    /// One for each family that was asked for, in that order.
    public var rtp: [LocalSocket]
    /// The port after that of `rtp[0]`, of the same family.
    public var rtcp: LocalSocket?

    public init(rtp: [LocalSocket], rtcp: LocalSocket? = nil) {
        self.rtp = rtp
        self.rtcp = rtcp
    }
}
