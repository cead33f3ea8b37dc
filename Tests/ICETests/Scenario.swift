import ICE
import Wire

/// A relay and a peer on a `VirtualNetwork`, each with an IPv6 address (slot 0, preferred) and an IPv4 address (slot 1).
struct Scenario {
    let network: VirtualNetwork
    let relay: VirtualNetwork.Host
    let peer: VirtualNetwork.Host
    let start: MonotonicInstant

    static let relayV6 = address("2001:db8::1", 30000)
    static let relayV4 = address("192.0.2.1", 30000)
    static let peerV6 = address("2001:db8:f::2", 3478)
    static let peerV4 = address("198.51.100.2", 3478)
    static let priorities = [
        ICECandidate.priority(typePreference: 126, localPreference: 65535, component: 1),
        ICECandidate.priority(typePreference: 126, localPreference: 65534, component: 1),
    ]

    enum Role { case controlling, controlled, lite }

    init(relay relayRole: Role = .controlling, peer peerRole: Role = .lite, seed: UInt64 = 1) {
        network = VirtualNetwork(seed: seed)
        relay = Self.host("relay", role: relayRole, addresses: [Self.relayV6, Self.relayV4], tieBreaker: 1000, seed: seed &* 3)
        peer = Self.host("peer", role: peerRole, addresses: [Self.peerV6, Self.peerV4], tieBreaker: 2000, seed: seed &* 5)
        network.add(relay)
        network.add(peer)
        start = network.now
    }

    static func host(
        _ name: String, role: Role, addresses: [TransportAddress], tieBreaker: UInt64, seed: UInt64
    ) -> VirtualNetwork.Host {
        let credentials = Self.credentials(name)
        let agent = ICEAgent(
            localCredentials: credentials, isControlling: role == .controlling, isLite: role == .lite, tieBreaker: tieBreaker, seed: seed)
        return VirtualNetwork.Host(name, agent: agent, credentials: credentials, addresses: addresses, priorities: priorities)
    }

    static func credentials(_ name: String) -> ICECredentials {
        ICECredentials(ufrag: name + "Frag", password: name + "Password0123456789ab")
    }

    static func address(_ ip: String, _ port: UInt16) -> TransportAddress {
        TransportAddress(ip, port: port) ?? TransportAddress(ip: IPAddress(v4: 0), port: 0)
    }

    /// Both descriptions arrive now.
    func exchange() {
        network.describe(relay, to: peer, isLite: relay.agent.isLite)
        network.describe(peer, to: relay, isLite: peer.agent.isLite)
    }

    func connect(within limit: Nanoseconds = .seconds(5)) {
        exchange()
        network.run(until: network.now + limit) { relay.connectedPairs.isEmpty || peer.connectedPairs.isEmpty }
    }

    /// Since the start.
    func elapsed(_ instant: MonotonicInstant?) -> Nanoseconds {
        (instant ?? .distantFuture) - start
    }

    static let overV6 = ICEPair(slot: 0, remote: peerV6)
    static let overV4 = ICEPair(slot: 1, remote: peerV4)
}
