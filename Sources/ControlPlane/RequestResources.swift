import MediaCore
import MediaIO
import Negotiation
import SRTP
import Wire

/// What one request took: every lease is written down here until the call has it, or goes back.
final class RequestResources: MediaResources {
    let certificate: DTLSCertificate
    private let interfaces: InterfaceTable
    private var usedSlots: Set<Int>
    private var random = SystemRandomNumberGenerator()
    /// The sockets that were leased for this request.
    private(set) var sockets: [CallSocket] = []

    /// - Parameter usedSlots: the numbers that the call's sockets have.
    init(interfaces: InterfaceTable, certificate: DTLSCertificate, usedSlots: Set<Int>) {
        self.interfaces = interfaces
        self.certificate = certificate
        self.usedSlots = usedSlots
    }

    func families(of interface: String?) -> [IPAddress.Family] {
        let families = interfaces.families(of: interface)
        return families.isEmpty ? [.v4] : families
    }

    func settleSockets(_ sockets: [LocalSocket], interface: String?, ice: ICESocketUse) throws(NegotiationError) -> [LocalSocket]? { nil }

    func leaseSockets(
        interface: String?, families: [IPAddress.Family], withRTCP: Bool, ice: ICESocketUse?
    ) throws(NegotiationError) -> LeasedSockets {
        var leased = LeasedSockets(rtp: [])
        for (index, family) in families.enumerated() {
            let pair = try lease(interface: interface, family: family, isPair: withRTCP && index == 0)
            leased.rtp.append(pair.rtp)
            if let rtcp = pair.rtcp { leased.rtcp = rtcp }
        }
        return leased
    }

    func randomBytes(_ count: Int) -> [UInt8] { (0..<max(0, count)).map { _ in UInt8.random(in: 0...255, using: &random) } }

    /// Closes every socket and gives its port back; for a request that failed.
    func giveBack() {
        for socket in sockets {
            socket.lease.close()
            usedSlots.remove(socket.slot)
        }
        sockets = []
    }

    /// One port or two of the first address of the family that has some free; failing the interface, of any interface.
    private func lease(
        interface: String?, family: IPAddress.Family, isPair: Bool
    ) throws(NegotiationError) -> (rtp: LocalSocket, rtcp: LocalSocket?) {
        var candidates = interfaces.interface(interface).filter { $0.family == family }
        if candidates.isEmpty { candidates = interfaces.entries.filter { $0.family == family } }
        guard !candidates.isEmpty else { throw .cannotRewrite(detail: "no interface has an address of that family") }
        for entry in candidates {
            do {
                guard isPair else { return (add(try entry.pool.lease(), entry), nil) }
                let pair = try entry.pool.leasePair()
                return (add(pair.rtp, entry), add(pair.rtcp, entry))
            } catch { continue }
        }
        throw .outOfPorts
    }

    private func add(_ lease: SocketLease, _ entry: InterfaceTable.Entry) -> LocalSocket {
        var slot = 0
        while usedSlots.contains(slot) { slot += 1 }
        usedSlots.insert(slot)
        sockets.append(CallSocket(slot: slot, lease: lease))
        return LocalSocket(slot: slot, local: lease.address, advertised: TransportAddress(ip: entry.advertised, port: lease.address.port))
    }
}
