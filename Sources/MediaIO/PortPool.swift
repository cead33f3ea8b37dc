import CSockets
import Glibc
public import Wire

/// The media ports of one local address.
///
/// Sockets are bound when they are leased, so that a port that another process has is found out at once
/// and passed over. Ports are handed out in rotation from a random start: one that was just given back, on
/// which late packets of the former call may still arrive, comes round again last.
public final class PortPool: Sendable {
    /// Where the sockets are bound.
    public let address: IPAddress
    /// The ports that may be leased, both ends included.
    public let range: ClosedRange<UInt16>
    let options: SocketOptions
    private let state: Locked<PortRotation>

    /// - Parameters:
    ///   - address: the local address to bind to, never the advertised one.
    ///   - excluded: ports of the range that are never leased.
    public init(
        address: IPAddress, range: ClosedRange<UInt16>, excluding excluded: Set<UInt16> = [], options: SocketOptions = SocketOptions()
    ) {
        self.address = address
        self.range = range
        self.options = options
        total = range.count - excluded.count(where: range.contains)
        state = Locked(PortRotation(range: range, excluding: excluded, start: Int.random(in: 0..<range.count)))
    }

    /// Ports of the range that are leased now.
    public var used: Int { state.withLock { $0.used } }
    /// Ports of the range that are not leased; other processes may have some of them.
    public var free: Int { total - used }
    /// Ports of the range that may be leased at all.
    public let total: Int

    /// One socket, on an even or odd port: for RTP and RTCP multiplexed (RFC 5761).
    public func lease() throws(PortPoolError) -> SocketLease {
        var walk = state.withLock { $0.beginWalk() }
        while let port = state.withLock({ $0.take(1, &walk) }) {
            if let lease = try bind(port, options) { return lease }
        }
        throw .exhausted
    }

    /// A socket on that port; `nil` if it is not of the range, leased, or somebody else's.
    func lease(port: UInt16, _ options: SocketOptions) throws(PortPoolError) -> SocketLease? {
        guard state.withLock({ $0.take(port) }) else { return nil }
        return try bind(port, options)
    }

    /// Two sockets: an even port for RTP and the next higher one for RTCP (RFC 3550 section 11).
    public func leasePair() throws(PortPoolError) -> (rtp: SocketLease, rtcp: SocketLease) {
        var walk = state.withLock { $0.beginWalk() }
        while let port = state.withLock({ $0.take(2, &walk) }) {
            let rtp: SocketLease?
            do { rtp = try bind(port, options) } catch {
                giveBack(port &+ 1)
                throw error
            }
            // A lease that is not returned to the caller closes itself.
            guard let rtp else {
                giveBack(port &+ 1)
                continue
            }
            if let rtcp = try bind(port &+ 1, options) { return (rtp, rtcp) }
        }
        throw .exhausted
    }

    func giveBack(_ port: UInt16) { state.withLock { $0.giveBack(port) } }

    /// Binds a port that was taken from the rotation. `nil`, with the port given back: somebody else has it.
    private func bind(_ port: UInt16, _ options: SocketOptions) throws(PortPoolError) -> SocketLease? {
        var system = options.system
        let descriptor = rtpbridge_udp_open(address.family.rawValue, &system)
        guard descriptor >= 0 else {
            giveBack(port)
            throw .system(errno: -descriptor)
        }
        let local = TransportAddress(ip: address, port: port)
        var bound = rtpbridge_address(local)
        let result = rtpbridge_udp_bind(descriptor, &bound)
        if result == 0 { return SocketLease(descriptor: descriptor, address: local, pool: self) }
        Glibc.close(descriptor)
        giveBack(port)
        // EACCES: a port below 1024 that this user may not bind; the rest of the range may still do.
        guard result == -EADDRINUSE || result == -EACCES else { throw .system(errno: -result) }
        return nil
    }
}
