import MediaCore
import MediaIO
import Wire

/// The text of GET /metrics (Prometheus' text format 0.0.4): HELP and TYPE stand before the first sample of a name.
struct MetricsText {
    private(set) var text = ""
    private var written: Set<String> = []

    private mutating func add(_ metric: Metric, _ labels: [String] = [], _ value: String) {
        if written.insert(metric.name).inserted {
            text += "# HELP \(metric.name) \(metric.help)\n# TYPE \(metric.name) \(metric.kind.rawValue)\n"
        }
        let pairs = zip(metric.labels, labels).map { "\($0)=\"\(Self.escaped($1))\"" }
        text += pairs.isEmpty ? "\(metric.name) \(value)\n" : "\(metric.name){\(pairs.joined(separator: ","))} \(value)\n"
    }

    private mutating func add(_ metric: Metric, _ labels: [String] = [], _ value: UInt64) { add(metric, labels, String(value)) }
    private mutating func add(_ metric: Metric, _ labels: [String] = [], _ value: Int) { add(metric, labels, String(value)) }
    private mutating func add(_ metric: Metric, _ labels: [String] = [], _ value: Double) {
        add(metric, labels, DecimalText.fixed(value, 6))
    }

    private mutating func add(_ series: Metric.Series, _ labels: [String] = [], _ sum: SampleSum) {
        add(series.sum, labels, sum.sum)
        add(series.squares, labels, sum.squares)
        add(series.samples, labels, sum.count)
    }

    private static func escaped(_ label: String) -> String {
        label.reduce(into: "") { text, character in
            switch character {
            case "\\": text += "\\\\"
            case "\"": text += "\\\""
            case "\n": text += "\\n"
            default: text.append(character)
            }
        }
    }

    init(_ figures: StatisticsSnapshot, workers: [WorkerStatistics]) {
        addCurrent(figures)
        addCalls(figures.calls)
        addRequests(figures.requests)
        for interface in figures.interfaces { add(interface) }
        for (chain, now, totals) in figures.chains {
            add(.transcoders, [chain.description], now)
            add(.transcodePackets, [chain.description], totals.packets)
            add(.transcodeBytes, [chain.description], totals.bytes)
            add(.transcodeSamples, [chain.description], totals.samples)
        }
        addOurs(figures.calls, workers)
    }

    private mutating func addCurrent(_ figures: StatisticsSnapshot) {
        add(.sessions, ["own"], figures.sessions)
        add(.sessions, ["foreign"], 0)
        add(.transcodedMedia, [], figures.transcodedMedia)
        add(.mediaStreams, ["userspace"], figures.streams)
        add(.mediaStreams, ["kernel"], 0)
        add(.mediaStreams, ["mixed"], 0)
        add(.uptime, [], Int(clamping: figures.uptime))
    }

    private mutating func addCalls(_ calls: CallTotals) {
        add(.sessionsTotal, [], calls.managed)
        let reasons: [(String, UInt64)] = [
            ("rejected", calls.rejected), ("timeout", calls.ended(.mediaTimeout)), ("silent_timeout", calls.ended(.silentTimeout)),
            ("final_timeout", calls.ended(.finalTimeout)), ("offer_timeout", calls.ended(.offerTimeout)),
            ("terminated", calls.ended(.deleted)), ("force_terminated", calls.ended(.terminated, .shutdown)),
        ]
        for (reason, count) in reasons { add(.closedSessions, [reason], count) }
        for (kind, counters) in [("userspace", calls.traffic), ("kernel", PacketCounters())] {
            add(.packets, [kind], counters.packets)
            add(.packetErrors, [kind], counters.errors)
            add(.bytes, [kind], counters.bytes)
        }
        add(.zeroPacketStreams, [], calls.silentStreams)
        add(.oneWaySessions, [], calls.oneWayStreams)
        add(.callDurationAverage, [], calls.duration.average)
        add(.callDuration, [], calls.duration.sum)
        add(.callDurationSquares, [], calls.duration.squares)
        for (metrics, sum) in zip(Metric.quality, calls.quality.series) { add(metrics, [], sum) }
        add(.packetsLost, [], calls.quality.packetsLost)
        add(.duplicates, [], calls.quality.duplicates)
        add(.reordered, [], calls.quality.reordered)
    }

    private mutating func addRequests(_ requests: RequestTotals) {
        for proxy in requests.proxies {
            let name = proxy.proxy.description
            for command in CountedCommand.allCases {
                add(.requests, [name, command.rawValue], proxy[command].count)
                add(.requestSeconds, [name, command.rawValue], proxy[command].seconds)
            }
        }
        for proxy in requests.proxies { add(.errors, [proxy.proxy.description], proxy.errors) }
    }

    private mutating func add(_ interface: StatisticsSnapshot.Interface) {
        let labels = [interface.name, interface.address.description]
        add(.portsUsed, labels, interface.used)
        add(.portsFree, labels, interface.free)
        add(.ports, labels, interface.ports.count)
        add(.interfacePacketsLost, labels, interface.totals.quality.packetsLost)
        add(.interfaceDuplicates, labels, interface.totals.quality.duplicates)
        for (metrics, sum) in zip(Metric.interfaceQuality, interface.totals.quality.series) { add(metrics, labels, sum) }
        for (direction, counters) in [("ingress", interface.totals.received), ("egress", interface.totals.sent)] {
            add(.interfacePackets, labels + [direction], counters.packets)
            add(.interfaceBytes, labels + [direction], counters.bytes)
            add(.interfaceErrors, labels + [direction], counters.errors)
        }
    }

    private mutating func addOurs(_ calls: CallTotals, _ workers: [WorkerStatistics]) {
        let setup = calls.setup
        for (step, sum) in [("ice", setup.ice), ("dtls", setup.dtls), ("first_packet_in", setup.firstPacketReceived),
            ("first_packet_out", setup.firstPacketSent)] {
            add(.setupSeconds, [step], sum.sum)
            add(.setups, [step], sum.count)
        }
        add(.digits, ["in"], calls.digitsReceived)
        add(.digits, ["out"], calls.digitsSent)
        for (reason, count) in zip(DropReason.allCases, calls.drops) { add(.drops, ["\(reason)"], count) }
        for (index, worker) in workers.enumerated() {
            add(.workerLoad, [String(index)], worker.load)
            add(.workerCalls, [String(index)], worker.calls)
            add(.kernelDrops, [String(index)], worker.kernelDrops)
            add(.sendErrors, [String(index)], worker.sendErrors)
            add(.lateDeadlines, [String(index)], worker.lateDeadlines)
        }
    }
}
