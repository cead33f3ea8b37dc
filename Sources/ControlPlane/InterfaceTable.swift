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

    /// An address that stands under several names has one set of ports.
    init(_ addresses: [InterfaceAddress], portRange: ClosedRange<UInt16>, sockets: SocketOptions = SocketOptions()) {
        entries = Self.entries(addresses, portRange, sockets)
        sharedPools = []
    }

    /// The same, with the shared ports bound, if the engine is to have some.
    init(_ addresses: [InterfaceAddress], portRange: ClosedRange<UInt16>, engine: EngineConfiguration) throws(SharedPortError) {
        var entries = Self.entries(addresses, portRange, engine.sockets)
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
    }

    private static func entries(_ addresses: [InterfaceAddress], _ range: ClosedRange<UInt16>, _ sockets: SocketOptions) -> [Entry] {
        var pools: [IPAddress: PortPool] = [:]
        return addresses.map { address in
            let pool = pools[address.local] ?? PortPool(address: address.local, range: range, options: sockets)
            pools[address.local] = pool
            return Entry(name: address.name, advertised: address.advertised, pool: pool)
        }
    }

    /// The addresses of the interface of that name; of the first one if there is none.
    func interface(_ name: String?) -> [Entry] {
        let named = entries.filter { $0.name == name }
        return named.isEmpty ? entries.filter { $0.name == entries.first?.name } : named
    }

    /// The families that an interface has, in the order of its addresses.
    func families(of name: String?) -> [IPAddress.Family] {
        interface(name).map(\.family).reduce(into: []) { families, family in
            if !families.contains(family) { families.append(family) }
        }
    }
}
