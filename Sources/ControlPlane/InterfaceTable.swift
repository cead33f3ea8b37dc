import MediaIO
import Wire

/// The interfaces by name, and the ports of each address.
final class InterfaceTable: Sendable {
    struct Entry: Sendable {
        var name: String
        var advertised: IPAddress
        var pool: PortPool
        /// The ports for ICE legs, if these share ports.
        var shared: SharedPortPool?

        var family: IPAddress.Family { pool.address.family }
    }

    /// In the order of the command line.
    let entries: [Entry]

    /// The shared ports of every address; for `MediaEngine.start`.
    let sharedPools: [SharedPortPool]

    /// The interfaces that take turns under a name, in the order of the command line.
    private let rotations: [Substring: [String]]

    /// An address that stands under several names has one set of ports.
    init(
        _ addresses: [InterfaceAddress], portRange: ClosedRange<UInt16>, excluding excluded: Set<UInt16> = [],
        sockets: SocketOptions = SocketOptions()
    ) {
        entries = Self.entries(addresses, portRange, excluded, sockets)
        sharedPools = []
        rotations = Self.rotations(entries)
    }

    /// The same, with the shared ports bound, if the engine is to have some.
    init(
        _ addresses: [InterfaceAddress], portRange: ClosedRange<UInt16>, excluding excluded: Set<UInt16> = [], engine: EngineConfiguration
    ) throws(SharedPortError) {
        var entries = Self.entries(addresses, portRange, excluded, engine.sockets)
        var pools: [IPAddress: SharedPortPool] = [:]
        if let sharing = engine.sharedPorts {
            for index in entries.indices {
                let own = entries[index].pool
                let pool = if let pool = pools[own.address] { pool } else { try SharedPortPool(own, sharing, workers: engine.threads) }
                pools[own.address] = pool
                entries[index].shared = pool
            }
        }
        self.entries = entries
        sharedPools = Array(pools.values)
        rotations = Self.rotations(entries)
    }

    private static func rotations(_ entries: [Entry]) -> [Substring: [String]] {
        entries.map(\.name).reduce(into: [:]) { rotations, name in
            guard let colon = name.firstIndex(of: ":") else { return }
            let base = name[..<colon]
            if rotations[base]?.contains(name) != true { rotations[base, default: []].append(name) }
        }
    }

    private static func entries(
        _ addresses: [InterfaceAddress], _ range: ClosedRange<UInt16>, _ excluded: Set<UInt16>, _ sockets: SocketOptions
    ) -> [Entry] {
        var pools: [IPAddress: PortPool] = [:]
        return addresses.map { address in
            let pool = pools[address.local] ?? PortPool(
                address: address.local, range: address.portRange ?? range, excluding: address.excludedPorts ?? excluded, options: sockets)
            pools[address.local] = pool
            return Entry(name: address.name, advertised: address.advertised, pool: pool)
        }
    }

    /// The addresses of the interface of that name; of the first one if there is none.
    /// - Parameter turn: a number of the call, which makes the choice among interfaces that take turns, the same for the whole call.
    func interface(_ name: String?, turn: UInt64 = 0) -> [Entry] {
        let named = named(name, turn)
        return named.isEmpty ? self.named(entries.first?.name, turn) : named
    }

    private func named(_ name: String?, _ turn: UInt64) -> [Entry] {
        guard let name, !entries.contains(where: { $0.name == name }), let rotation = rotations[name[...]] else {
            return entries.filter { $0.name == name }
        }
        let chosen = rotation[Int(turn % UInt64(rotation.count))]
        return entries.filter { $0.name == chosen }
    }

    /// The families that an interface has, in the order of its addresses.
    func families(of name: String?, turn: UInt64 = 0) -> [IPAddress.Family] {
        interface(name, turn: turn).map(\.family).reduce(into: []) { families, family in
            if !families.contains(family) { families.append(family) }
        }
    }
}
