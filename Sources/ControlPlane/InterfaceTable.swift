import MediaIO
import Wire

/// The interfaces by name, and the ports of each address.
final class InterfaceTable: Sendable {
    struct Entry: Sendable {
        var name: String
        var advertised: IPAddress
        var pool: PortPool

        var family: IPAddress.Family { pool.address.family }
    }

    /// In the order of the command line.
    let entries: [Entry]

    /// An address that stands under several names has one set of ports.
    init(_ addresses: [InterfaceAddress], portRange: ClosedRange<UInt16>, sockets: SocketOptions = SocketOptions()) {
        var pools: [IPAddress: PortPool] = [:]
        var entries: [Entry] = []
        for address in addresses {
            let pool = pools[address.local] ?? PortPool(address: address.local, range: portRange, options: sockets)
            pools[address.local] = pool
            entries.append(Entry(name: address.name, advertised: address.advertised, pool: pool))
        }
        self.entries = entries
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
