import MediaCore
import MediaIO
import Wire

/// The daemon's figures at one moment, by value: what JSON, Prometheus and the operator's commands are written from.
struct StatisticsSnapshot {
    /// One local address under one name.
    struct Interface {
        var name: String
        var address: IPAddress
        var ports: ClosedRange<UInt16>
        var used: Int
        var totals: InterfaceTotals

        var free: Int { ports.count - used }
    }

    var calls = CallTotals()
    var requests = RequestTotals()
    var rates = TrafficRates()
    var interfaces: [Interface] = []
    /// Since the start [s].
    var uptime: Int64 = 0
    /// Calls that there are.
    var sessions = 0
    /// Those whose legs are all of one family, and the others.
    var ipv4Sessions = 0, ipv6Sessions = 0, mixedSessions = 0
    /// Streams that are being converted, by kind; and streams in all.
    var transcoders: [TranscoderChain: Int] = [:]
    var streams = 0

    var transcodedMedia: Int { transcoders.values.reduce(0, +) }

    /// Every kind that there is or was, with what it has done.
    var chains: [(chain: TranscoderChain, now: Int, totals: TranscoderTotals)] {
        let former = calls.transcoders.map { ($0.chain, transcoders[$0.chain] ?? 0, $0.totals) }
        let known = Set(calls.transcoders.map(\.chain))
        let new = transcoders.filter { !known.contains($0.key) }.sorted { $0.key < $1.key }
        return former + new.map { ($0.key, $0.value, TranscoderTotals()) }
    }

    /// - Parameter plan: what a call is at the moment.
    mutating func add(_ plan: CallPlan) {
        sessions += 1
        var families: Set<IPAddress.Family> = []
        for index in plan.media.indices where plan.media[index].isActive {
            streams += 1
            let transport = plan.media[index].transport
            if let family = transport.remoteRTP?.ip.family ?? transport.rtpSockets.first?.local.ip.family { families.insert(family) }
            if let chain = plan.transcoder(of: index) { transcoders[chain, default: 0] += 1 }
        }
        switch (families.contains(.v4), families.contains(.v6)) {
        case (true, false): ipv4Sessions += 1
        case (false, true): ipv6Sessions += 1
        case (true, true): mixedSessions += 1
        case (false, false): break
        }
    }
}

extension CallRegistry {
    /// The figures of now. It looks at every call once.
    var snapshot: StatisticsSnapshot {
        let statistics = environment.statistics
        var snapshot = StatisticsSnapshot()
        snapshot.calls = statistics.calls
        snapshot.requests = statistics.requests
        snapshot.rates = statistics.rates
        snapshot.uptime = Int64((environment.engine.now - statistics.start).seconds)
        snapshot.interfaces = environment.interfaces.entries.map { entry in
            StatisticsSnapshot.Interface(
                name: entry.name, address: entry.pool.address, ports: entry.pool.range, used: entry.pool.used,
                totals: statistics.calls.interfaces[entry.pool.address] ?? InterfaceTotals())
        }
        for session in byCallID.values { snapshot.add(session.plan) }
        return snapshot
    }
}
