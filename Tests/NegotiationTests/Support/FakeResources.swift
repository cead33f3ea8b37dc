import MediaCore
import Negotiation
import SRTP
import Wire

/// Ports counted up from 30000, secrets from a seed, two interfaces: what a test can foresee.
///
/// `pub` has 10.0.0.5 advertised as 203.0.113.9, and IPv6; `v4` has 127.0.0.1 only; `v6` has ::1 only.
final class FakeResources: MediaResources {
    static let certificate: DTLSCertificate? = try? DTLSCertificate.generate()

    let certificate: DTLSCertificate
    private(set) var leasedSlots: [Int] = []
    /// How many more leases succeed.
    var leasesLeft = Int.max
    /// What the leases were told of ICE, one each, and what came later.
    private(set) var leasedUses: [ICESocketUse?] = []
    private(set) var settled: [ICESocketUse] = []
    /// Another call has the ports toward the candidates that become known.
    var movesSharedSockets = false
    private var random = SplitMix64(seed: 1)
    private var nextPort: UInt16 = 30000
    private var nextSlot = 0

    struct NoCertificate: Error {}

    init() throws {
        guard let certificate = Self.certificate else { throw NoCertificate() }
        self.certificate = certificate
    }

    func families(of interface: String?) -> [IPAddress.Family] {
        switch interface {
        case "v4": [.v4]
        case "v6": [.v6]
        default: [.v4, .v6]
        }
    }

    func settleSockets(_ sockets: [LocalSocket], interface: String?, ice: ICESocketUse) throws(NegotiationError) -> [LocalSocket]? {
        settled.append(ice)
        guard movesSharedSockets else { return nil }
        return try leaseSockets(interface: interface, families: sockets.map(\.advertised.ip.family), withRTCP: false, ice: ice).rtp
    }

    func leaseSockets(
        interface: String?, families: [IPAddress.Family], withRTCP: Bool, ice: ICESocketUse?
    ) throws(NegotiationError) -> LeasedSockets {
        guard leasesLeft > 0 else { throw .outOfPorts }
        leasesLeft -= 1
        leasedUses.append(ice)
        let port = nextPort
        nextPort += 2
        var leased = LeasedSockets(rtp: families.map { socket($0, interface, port) })
        if withRTCP, let first = families.first { leased.rtcp = socket(first, interface, port + 1) }
        leasedSlots += leased.rtp.map(\.slot) + (leased.rtcp.map { [$0.slot] } ?? [])
        return leased
    }

    func randomBytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) } }

    private func socket(_ family: IPAddress.Family, _ interface: String?, _ port: UInt16) -> LocalSocket {
        defer { nextSlot += 1 }
        let addresses: (local: String, advertised: String) = switch (interface, family) {
        case ("v4", _): ("127.0.0.1", "127.0.0.1")
        case ("v6", _): ("::1", "::1")
        case (_, .v4): ("10.0.0.5", "203.0.113.9")
        case (_, .v6): ("2001:db8::5", "2001:db8::5")
        }
        func address(_ text: String) -> TransportAddress {
            TransportAddress(text, port: port) ?? TransportAddress(ip: IPAddress(v4: 0), port: port)
        }
        return LocalSocket(slot: nextSlot, local: address(addresses.local), advertised: address(addresses.advertised))
    }
}
