import Wire

/// Who has a shared port, and toward which addresses: the one place that keeps two calls off one 5-tuple.
///
///     lease ──► its fragments       each belongs to one lease of the port
///       └─────► its addresses       each belongs to one lease of the port: reserved from the peer's candidates,
///                                   or in use since something was sent there
struct SharedPortLedger: Sendable {
    /// Reservations of one lease; ICE takes no more candidates than 24. What is not reserved is still found out when it is used.
    static let maximumReserved = 32
    /// A lease keeps the fragments before its last ICE restarts, by which the pair in use still goes (RFC 8445 section 9).
    static let maximumFragments = 4
    /// How long an address that a call has left is better not used by the next one: late packets of the former call come
    /// from there, and the peer may not know yet that it is over.
    static let coolingTime = Nanoseconds.seconds(30)
    static let maximumCooling = 512

    typealias LeaseID = UInt64

    /// What a request added to a lease, for the case that it fails.
    struct Addition: Sendable, Equatable {
        var fragment: ICEFragment?
        var addresses: [TransportAddress] = []
    }

    private struct Lease {
        /// Oldest first.
        var fragments: [ICEFragment]
        var addresses: [TransportAddress] = []
    }

    private struct Claim {
        var lease: LeaseID
        var isInUse: Bool
    }

    private var leases: [LeaseID: Lease] = [:]
    private var fragments: [ICEFragment: LeaseID] = [:]
    private var claims: [TransportAddress: Claim] = [:]
    /// When a call left an address.
    private var cooling: [TransportAddress: MonotonicInstant] = [:]
    private var lastID: LeaseID = 0
    private var isClosed = false

    /// Leases that there are.
    var load: Int { leases.count }
    /// Addresses that some lease has.
    var claimed: Int { claims.count }

    // MARK: Leases

    /// `nil`, with nothing changed, if another lease has the fragment or one of the addresses.
    mutating func open(_ fragment: ICEFragment, _ remotes: [TransportAddress]) -> LeaseID? {
        guard !isClosed, isFree(fragment, remotes, for: nil) else { return nil }
        lastID += 1
        leases[lastID] = Lease(fragments: [fragment])
        fragments[fragment] = lastID
        _ = claim(remotes, for: lastID)
        return lastID
    }

    /// Gives a lease another fragment and more addresses. `nil`, with nothing changed, on a conflict or if the lease is over.
    mutating func add(_ fragment: ICEFragment, _ remotes: [TransportAddress], to id: LeaseID) -> Addition? {
        guard leases[id] != nil, isFree(fragment, remotes, for: id) else { return nil }
        var addition = Addition()
        if fragments.updateValue(id, forKey: fragment) == nil {
            leases[id]?.fragments.append(fragment)
            addition.fragment = fragment
            dropOldFragment(of: id)
        }
        addition.addresses = claim(remotes, for: id)
        return addition
    }

    /// Takes an addition back, but for addresses that have come into use meanwhile.
    mutating func remove(_ addition: Addition, from id: LeaseID) {
        guard leases[id] != nil else { return }
        if let fragment = addition.fragment {
            leases[id]?.fragments.removeAll { $0 == fragment }
            if fragments[fragment] == id { fragments[fragment] = nil }
        }
        for address in addition.addresses where claims[address]?.lease == id && claims[address]?.isInUse == false {
            drop(address, of: id)
        }
    }

    /// Frees everything that the lease had.
    mutating func close(_ id: LeaseID, at now: MonotonicInstant) {
        guard let lease = leases.removeValue(forKey: id) else { return }
        for fragment in lease.fragments { fragments[fragment] = nil }
        for address in lease.addresses {
            if let claim = claims.removeValue(forKey: address), claim.isInUse { noteLeft(address, at: now) }
        }
    }

    /// The port is gone: no more leases.
    mutating func shut() { isClosed = true }

    func keys(of id: LeaseID) -> (fragments: [ICEFragment], addresses: [TransportAddress]) {
        guard let lease = leases[id] else { return ([], []) }
        return (lease.fragments, lease.addresses)
    }

    /// When one of the addresses was last left by a call, the latest; `nil` if that is long ago.
    func left(_ remotes: [TransportAddress], at now: MonotonicInstant) -> MonotonicInstant? {
        let latest = remotes.compactMap { cooling[$0] }.max()
        return latest.flatMap { now - $0 < Self.coolingTime ? $0 : nil }
    }

    // MARK: Addresses in use

    /// The lease is about to send to the address; `false` if another lease has it.
    mutating func use(_ address: TransportAddress, by id: LeaseID) -> Bool {
        guard leases[id] != nil else { return false }
        if let claim = claims[address] {
            guard claim.lease == id else { return false }
        } else {
            leases[id]?.addresses.append(address)
        }
        claims[address] = Claim(lease: id, isInUse: true)
        return true
    }

    /// The lease sends there no more.
    mutating func leave(_ address: TransportAddress, by id: LeaseID, at now: MonotonicInstant) {
        guard claims[address]?.lease == id else { return }
        drop(address, of: id)
        noteLeft(address, at: now)
    }

    // MARK: -

    private func isFree(_ fragment: ICEFragment, _ remotes: [TransportAddress], for id: LeaseID?) -> Bool {
        if let holder = fragments[fragment], holder != id { return false }
        return remotes.allSatisfy { claims[$0] == nil || claims[$0]?.lease == id }
    }

    /// - Returns: those that the lease did not have before.
    private mutating func claim(_ remotes: [TransportAddress], for id: LeaseID) -> [TransportAddress] {
        var added: [TransportAddress] = []
        for remote in remotes where claims[remote] == nil {
            guard makeRoom(in: id, keeping: remotes) else { break }
            claims[remote] = Claim(lease: id, isInUse: false)
            leases[id]?.addresses.append(remote)
            added.append(remote)
        }
        return added
    }

    /// Candidates that a restart has replaced and that were never used make room for new ones.
    private mutating func makeRoom(in id: LeaseID, keeping remotes: [TransportAddress]) -> Bool {
        let reserved = leases[id]?.addresses.filter { claims[$0]?.isInUse == false } ?? []
        guard reserved.count >= Self.maximumReserved else { return true }
        guard let oldest = reserved.first(where: { !remotes.contains($0) }) else { return false }
        drop(oldest, of: id)
        return true
    }

    private mutating func dropOldFragment(of id: LeaseID) {
        guard var lease = leases[id], lease.fragments.count > Self.maximumFragments else { return }
        fragments[lease.fragments.removeFirst()] = nil
        leases[id] = lease
    }

    private mutating func drop(_ address: TransportAddress, of id: LeaseID) {
        claims[address] = nil
        leases[id]?.addresses.removeAll { $0 == address }
    }

    private mutating func noteLeft(_ address: TransportAddress, at now: MonotonicInstant) {
        if cooling.count >= Self.maximumCooling { cooling = cooling.filter { now - $0.value < Self.coolingTime } }
        // Beyond that nothing is noted: it only says which of several free ports is the better one.
        if cooling.count < Self.maximumCooling { cooling[address] = now }
    }
}
