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
    /// - Throws: `.outOfPorts`.
    func leaseSockets(interface: String?, families: [IPAddress.Family], withRTCP: Bool) throws(NegotiationError) -> LeasedSockets

    /// Cryptographically strong random bytes.
    func randomBytes(_ count: Int) -> [UInt8]

    /// The daemon's certificate.
    var certificate: DTLSCertificate { get }
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
