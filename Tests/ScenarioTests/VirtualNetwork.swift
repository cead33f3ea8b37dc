import Wire

/// A seeded network in virtual time: what is sent arrives later, out of order, twice or not at all.
struct VirtualNetwork {
    /// What a link does to its packets.
    struct Link {
        /// One way [ms].
        var latency = 5
        /// Added at random, evenly between 0 and this [ms]; more than a packet time reorders.
        var jitter = 0
        /// 0 to 1.
        var loss = 0.0
        var duplication = 0.0
    }

    struct Delivery {
        var at: MonotonicInstant
        var order: Int
        var bytes: [UInt8]
        var from: TransportAddress
        var to: TransportAddress
    }

    private var random: SplitMix64
    private var inFlight: [Delivery] = []
    private var order = 0
    private(set) var lost = 0

    init(seed: UInt64) { random = SplitMix64(seed: seed) }

    mutating func send(_ bytes: [UInt8], from: TransportAddress, to: TransportAddress, over link: Link, at now: MonotonicInstant) {
        if chance(link.loss) {
            lost += 1
            return
        }
        for _ in 0..<(chance(link.duplication) ? 2 : 1) {
            let delay = link.latency * 1000 + (link.jitter == 0 ? 0 : Int(random.next() % UInt64(link.jitter * 1000)))
            order += 1
            inFlight.append(Delivery(at: now + .microseconds(delay), order: order, bytes: bytes, from: from, to: to))
        }
    }

    var nextDelivery: MonotonicInstant { inFlight.map(\.at).min() ?? .distantFuture }

    /// What has arrived by `now`, in the order of arrival.
    mutating func takeArrived(by now: MonotonicInstant) -> [Delivery] {
        let arrived = inFlight.filter { $0.at <= now }.sorted { ($0.at, $0.order) < ($1.at, $1.order) }
        inFlight.removeAll { $0.at <= now }
        return arrived
    }

    private mutating func chance(_ probability: Double) -> Bool {
        probability > 0 && Double(random.next() >> 11) / Double(1 << 53) < probability
    }
}
