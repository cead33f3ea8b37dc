import MediaCore
import Negotiation
import SRTP
import Wire

/// Ports and secrets without a machine: port numbers count up, random bytes come from a seed.
final class ScenarioResources: MediaResources {
    let certificate: DTLSCertificate
    private(set) var sockets: [Int: TransportAddress] = [:]
    private var random: SplitMix64
    private var nextPort: UInt16
    private let addresses: [IPAddress]

    init(certificate: DTLSCertificate, seed: UInt64, hasIPv6: Bool = false, firstPort: UInt16 = 30_000) {
        self.certificate = certificate
        random = SplitMix64(seed: seed)
        nextPort = firstPort
        addresses = ["198.51.100.10"].compactMap { IPAddress($0) } + (hasIPv6 ? ["2001:db8::10"].compactMap { IPAddress($0) } : [])
    }

    func families(of interface: String?) -> [IPAddress.Family] { addresses.map(\.family) }

    func settleSockets(_ sockets: [LocalSocket], interface: String?, ice: ICESocketUse) throws(NegotiationError) -> [LocalSocket]? { nil }

    func leaseSockets(
        interface: String?, families: [IPAddress.Family], withRTCP: Bool, ice: ICESocketUse?
    ) throws(NegotiationError) -> LeasedSockets {
        var leased = LeasedSockets(rtp: [])
        for family in families {
            guard let ip = addresses.first(where: { $0.family == family }) else { throw .outOfPorts }
            leased.rtp.append(bind(TransportAddress(ip: ip, port: nextPort)))
        }
        if withRTCP, let first = leased.rtp.first {
            leased.rtcp = bind(TransportAddress(ip: first.local.ip, port: nextPort + 1))
        }
        nextPort += 2
        return leased
    }

    func randomBytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) } }

    private func bind(_ address: TransportAddress) -> LocalSocket {
        let slot = sockets.count
        sockets[slot] = address
        return LocalSocket(slot: slot, local: address, advertised: address)
    }

    func slot(of address: TransportAddress) -> Int? { sockets.first { $0.value == address }?.key }
}
