import Wire

/// Handshake datagrams that came before ICE had its pair or the answer told our role: kept, not dropped,
/// so that the peer does not have to wait for its own retransmission timer (one to several seconds at Meta).
struct EarlyFlights {
    struct Flight {
        var bytes: [UInt8]
        var source: TransportAddress
        var slot: Int
    }

    /// A ClientHello or a server's whole first flight and one repetition of it.
    private static let capacity = 8
    private var flights: [Flight] = []

    /// `false` when there is no more room; the datagram is dropped then.
    mutating func keep(_ datagram: Bytes, from source: TransportAddress, slot: Int) -> Bool {
        guard flights.count < Self.capacity else { return false }
        flights.append(Flight(bytes: datagram.array, source: source, slot: slot))
        return true
    }

    mutating func takeAll() -> [Flight] {
        defer { flights = [] }
        return flights
    }
}
