public import Wire

/// The shared ports of one local address: bound at start, the same for as long as the process lives.
public final class SharedPortPool: Sendable {
    public let ports: [SharedPort]

    /// Binds the first free ports of the pool's range; port n belongs to worker n modulo `workers`.
    public init(_ pool: PortPool, _ configuration: SharedPortConfiguration, workers: Int) throws(SharedPortError) {
        let wanted = configuration.count
        guard wanted >= workers, workers > 0 else { throw .fewerThanWorkers(ports: wanted, workers: workers) }
        var options = pool.options
        options.receiveBuffer = max(options.receiveBuffer, configuration.receiveBuffer)
        options.sendBuffer = max(options.sendBuffer, configuration.sendBuffer)
        var ports: [SharedPort] = []
        for number in pool.range where ports.count < wanted {
            let lease: SocketLease?
            do throws(PortPoolError) { lease = try pool.lease(port: number, options) } catch { throw SharedPortError(error) }
            if let port = lease.flatMap({ SharedPort($0, worker: ports.count % workers) }) { ports.append(port) }
        }
        guard ports.count == wanted else { throw .tooFewFree(found: ports.count, wanted: wanted) }
        self.ports = ports
    }

    /// A port on which no other call has the fragment or one of the addresses: rather one where no call has just left
    /// them, then the one with the fewest calls.
    ///
    /// - Parameters:
    ///   - worker: that of the call (`CallHandle.worker`).
    ///   - ufrag: our user name fragment toward this peer.
    ///   - remotes: the peer's candidates, reserved for the call; those of the other family are left out.
    public func lease(worker: Int, ufrag: String, remotes: [TransportAddress]) throws(PortPoolError) -> SocketLease {
        let now = SystemClock.now
        let ranked = ports.filter { $0.worker == worker }.map { (port: $0, rank: $0.rank(remotes, at: now)) }
        let best = ranked.sorted { a, b in
            if a.rank.left == b.rank.left { return a.rank.load < b.rank.load }
            guard let first = a.rank.left else { return true }
            return b.rank.left.map { first < $0 } ?? false
        }
        if let fragment = ICEFragment(ufrag) {
            for candidate in best {
                if let lease = candidate.port.lease(fragment, remotes) { return lease }
            }
        }
        throw .exhausted
    }
}

extension SharedPortError {
    init(_ error: PortPoolError) {
        self = switch error {
        case .exhausted: .tooFewFree(found: 0, wanted: 1)
        case .system(let number): .system(errno: number)
        }
    }
}
