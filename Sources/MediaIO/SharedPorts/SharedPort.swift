public import Wire

/// One UDP port that carries the ICE legs of many calls, all on one worker.
///
/// The control side leases it to calls; the worker reads it and finds the call of each datagram (`SharedSocket`). Both
/// ask the ledger, the control side with each request, the worker only when a call begins to send to another address.
public final class SharedPort: Sendable {
    /// Where it is bound.
    public let address: TransportAddress
    /// The number of the worker whose calls it carries.
    public let worker: Int
    let descriptor: Int32
    private let socket: SocketLease
    private let ledger = Locked(SharedPortLedger())

    /// - Parameter socket: it belongs to the port from now on; `nil` if it is closed or another has it.
    init?(_ socket: SocketLease, worker: Int) {
        guard let descriptor = socket.adopt() else { return nil }
        self.socket = socket
        self.descriptor = descriptor
        self.worker = worker
        address = socket.address
    }

    deinit { socket.end() }

    /// Leases that it has.
    public var load: Int { ledger.withLock { $0.load } }
    /// Remote addresses that some call has on it.
    var claimed: Int { ledger.withLock { $0.claimed } }

    /// `nil` if another call has the fragment or one of the addresses on this port.
    func lease(_ fragment: ICEFragment, _ remotes: [TransportAddress]) -> SocketLease? {
        let remotes = reachable(remotes)
        guard let id = ledger.withLock({ $0.open(fragment, remotes) }) else { return nil }
        return SocketLease(self, id: id)
    }

    func add(_ fragment: ICEFragment, _ remotes: [TransportAddress], to id: SharedPortLedger.LeaseID) -> SharedPortLedger.Addition? {
        let remotes = reachable(remotes)
        return ledger.withLock { $0.add(fragment, remotes, to: id) }
    }

    func remove(_ addition: SharedPortLedger.Addition, from id: SharedPortLedger.LeaseID) {
        ledger.withLock { $0.remove(addition, from: id) }
    }

    func end(_ id: SharedPortLedger.LeaseID) {
        let now = SystemClock.now
        ledger.withLock { $0.close(id, at: now) }
    }

    /// How well the port suits a call: how lately another left one of the addresses, and its leases.
    func rank(_ remotes: [TransportAddress], at now: MonotonicInstant) -> (left: MonotonicInstant?, load: Int) {
        let remotes = reachable(remotes)
        return ledger.withLock { ($0.left(remotes, at: now), $0.load) }
    }

    // MARK: The worker's

    func keys(of id: SharedPortLedger.LeaseID) -> (fragments: [ICEFragment], addresses: [TransportAddress]) {
        ledger.withLock { $0.keys(of: id) }
    }

    func use(_ address: TransportAddress, by id: SharedPortLedger.LeaseID) -> Bool { ledger.withLock { $0.use(address, by: id) } }

    func leave(_ address: TransportAddress, by id: SharedPortLedger.LeaseID, at now: MonotonicInstant) {
        ledger.withLock { $0.leave(address, by: id, at: now) }
    }

    /// The worker ends: the socket is closed, and nobody can lease it any more.
    func shut() {
        ledger.withLock { $0.shut() }
        socket.end()
    }

    private func reachable(_ remotes: [TransportAddress]) -> [TransportAddress] {
        remotes.filter { $0.ip.family == address.ip.family }
    }
}

/// What `SocketLease.reserve` added to a lease.
public struct PortReservation: Sendable {
    let port: SharedPort?
    let lease: SharedPortLedger.LeaseID
    let addition: SharedPortLedger.Addition

    /// Takes it back, for a request that failed; once, and not after it has succeeded.
    public func giveBack() { port?.remove(addition, from: lease) }
}
