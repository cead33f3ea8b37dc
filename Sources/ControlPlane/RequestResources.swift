import MediaCore
import MediaIO
import Negotiation
import SRTP
import Wire

/// What one request took: every lease is written down here until the call has it, or goes back.
final class RequestResources: MediaResources {
    let certificate: DTLSCertificate
    private let interfaces: InterfaceTable
    private let call: CallHandle
    /// The call's sockets by number: those that it had before, and those leased here.
    private var leases: [Int: SocketLease]
    private var random = SystemRandomNumberGenerator()
    /// The sockets that were leased for this request.
    private(set) var sockets: [CallSocket] = []
    /// What this request added to leases of shared ports that the call has.
    private var reservations: [PortReservation] = []

    /// - Parameters:
    ///   - leases: the call's sockets by number.
    ///   - call: its worker's shared ports are the ones that it may have.
    init(interfaces: InterfaceTable, certificate: DTLSCertificate, leases: [Int: SocketLease], call: CallHandle) {
        self.interfaces = interfaces
        self.certificate = certificate
        self.leases = leases
        self.call = call
    }

    func families(of interface: String?) -> [IPAddress.Family] {
        let families = interfaces.families(of: interface, turn: call.id)
        return families.isEmpty ? [.v4] : families
    }

    func leaseSockets(
        interface: String?, families: [IPAddress.Family], withRTCP: Bool, ice: ICESocketUse?
    ) throws(NegotiationError) -> LeasedSockets {
        if let ice, !withRTCP, !interfaces.sharedPools.isEmpty {
            return LeasedSockets(rtp: try leaseShared(interface: interface, families: families, ice: ice))
        }
        var leased = LeasedSockets(rtp: [])
        for (index, family) in families.enumerated() {
            let pair = try lease(interface: interface, family: family, isPair: withRTCP && index == 0)
            leased.rtp.append(pair.rtp)
            if let rtcp = pair.rtcp { leased.rtcp = rtcp }
        }
        return leased
    }

    func settleSockets(_ sockets: [LocalSocket], interface: String?, ice: ICESocketUse) throws(NegotiationError) -> [LocalSocket]? {
        var result = sockets
        for (index, socket) in sockets.enumerated() {
            guard let lease = leases[socket.slot], lease.isShared else { continue }
            if let reservation = lease.reserve(ufrag: ice.localUfrag, remotes: ice.remotes) {
                reservations.append(reservation)
            } else {
                result[index] = try leaseShared(interface: interface, families: [socket.local.ip.family], ice: ice).first ?? socket
            }
        }
        return result == sockets ? nil : result
    }

    func randomBytes(_ count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: max(0, count)) { bytes, filled in
            // The generator's every number is a system call, so each is used whole.
            while filled < bytes.count {
                var number = random.next()
                withUnsafeBytes(of: &number) { number in
                    for byte in number.prefix(bytes.count - filled) {
                        bytes.initializeElement(at: filled, to: byte)
                        filled += 1
                    }
                }
            }
        }
    }

    /// Closes every socket and gives its port and its reservations back; for a request that failed. What a call has by now,
    /// and what was given back already, is left alone.
    func giveBack() {
        for reservation in reservations { reservation.giveBack() }
        reservations = []
        close(sockets)
        sockets = []
    }

    private func close(_ sockets: [CallSocket]) {
        for socket in sockets {
            socket.lease.close()
            leases[socket.slot] = nil
        }
    }

    // MARK: Own ports

    /// One port or two of the first address of the family that has some free; failing the interface, of any interface.
    private func lease(
        interface: String?, family: IPAddress.Family, isPair: Bool
    ) throws(NegotiationError) -> (rtp: LocalSocket, rtcp: LocalSocket?) {
        for entry in try entries(interface, family) {
            do {
                guard isPair else { return (add(try entry.pool.lease(), entry), nil) }
                let pair = try entry.pool.leasePair()
                return (add(pair.rtp, entry), add(pair.rtcp, entry))
            } catch { continue }
        }
        throw .outOfPorts
    }

    private func entries(_ interface: String?, _ family: IPAddress.Family) throws(NegotiationError) -> [InterfaceTable.Entry] {
        let named = interfaces.interface(interface, turn: call.id).filter { $0.family == family }
        let entries = named.isEmpty ? interfaces.entries.filter { $0.family == family } : named
        guard !entries.isEmpty else { throw .cannotRewrite(detail: "no interface has an address of that family") }
        return entries
    }

    // MARK: Shared ports

    /// A shared port of each family, all of one worker. A call that is still on its way to its worker may go to another one,
    /// if that one's ports suit it better.
    private func leaseShared(
        interface: String?, families: [IPAddress.Family], ice: ICESocketUse
    ) throws(NegotiationError) -> [LocalSocket] {
        let choices = try families.map { family throws(NegotiationError) in try entries(interface, family) }
        let isBound = leases.values.contains { $0.isShared }
        for worker in isBound ? call.possibleWorkers.prefix(1) : call.possibleWorkers[...] {
            let start = sockets.count
            let leased = choices.compactMap { leaseShared(of: $0, worker: worker, ice: ice) }
            if leased.count == choices.count, call.move(to: worker) { return leased }
            close(Array(sockets[start...]))
            sockets.removeSubrange(start...)
        }
        throw .outOfPorts
    }

    private func leaseShared(of entries: [InterfaceTable.Entry], worker: Int, ice: ICESocketUse) -> LocalSocket? {
        for entry in entries {
            let lease = try? entry.shared?.lease(worker: worker, ufrag: ice.localUfrag, remotes: ice.remotes)
            if let lease { return add(lease, entry) }
        }
        return nil
    }

    private func add(_ lease: SocketLease, _ entry: InterfaceTable.Entry) -> LocalSocket {
        var slot = 0
        while leases[slot] != nil { slot += 1 }
        leases[slot] = lease
        sockets.append(CallSocket(slot: slot, lease: lease))
        return LocalSocket(slot: slot, local: lease.address, advertised: TransportAddress(ip: entry.advertised, port: lease.address.port))
    }
}
