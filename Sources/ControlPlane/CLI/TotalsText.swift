import MediaCore
import Wire

/// The text of `list totals`, with rtpengine's lines. Its intervals belong to Graphite, which is not served here, so they are left out.
struct TotalsText {
    private(set) var text = ""

    init(_ figures: StatisticsSnapshot) {
        addCurrent(figures)
        addTotals(figures)
        addQuality(figures.calls.quality)
        addRequests(figures.requests)
    }

    private mutating func add(_ title: String, _ value: some CustomStringConvertible, _ unit: String = "") {
        text += " \(title.left(48)):\(value)\(unit.isEmpty ? "" : " " + unit)\n"
    }

    private mutating func add(_ title: String, _ value: Double, _ unit: String = "") { add(title, DecimalText.fixed(value, 6), unit) }

    /// `list counters`.
    static func counters(_ figures: StatisticsSnapshot) -> String {
        var totals = TotalsText()
        totals.text = "\nCurrent per-second counters:\n\n"
        totals.addRates(figures.rates)
        return totals.text
    }

    private init() {}

    private mutating func addRates(_ rates: TrafficRates) {
        for (place, shown) in [("userspace", rates), ("kernel", TrafficRates()), ("total", rates)] {
            add("Packets per second (\(place))", shown.packets)
            add("Bytes per second (\(place))", shown.bytes)
            add("Errors per second (\(place))", shown.errors)
        }
    }

    private mutating func addCurrent(_ figures: StatisticsSnapshot) {
        text += "\nStatistics over currently running sessions:\n\n"
        add("Owned sessions", figures.sessions)
        add("Foreign sessions", 0)
        add("Total sessions", figures.sessions)
        add("Transcoded media", figures.transcodedMedia)
        addRates(figures.rates)
        add("Userspace-only media streams", figures.streams)
        add("Kernel-only media streams", 0)
        add("Mixed kernel/userspace media streams", 0)
    }

    private mutating func addTotals(_ figures: StatisticsSnapshot) {
        let calls = figures.calls
        text += "\nTotal statistics (does not include current running sessions):\n\n"
        add("Uptime of rtpengine", figures.uptime, "seconds")
        add("Total managed sessions", calls.managed)
        add("Total rejected sessions", calls.rejected)
        add("Total timed-out sessions via TIMEOUT", calls.ended(.mediaTimeout))
        add("Total timed-out sessions via SILENT_TIMEOUT", calls.ended(.silentTimeout))
        add("Total timed-out sessions via FINAL_TIMEOUT", calls.ended(.finalTimeout))
        add("Total timed-out sessions via OFFER_TIMEOUT", calls.ended(.offerTimeout))
        add("Total regular terminated sessions", calls.ended(.deleted))
        add("Total forced terminated sessions", calls.ended(.terminated, .shutdown))
        for (place, traffic) in [(" (userspace)", calls.traffic), (" (kernel)", PacketCounters()), ("", calls.traffic)] {
            add("Total relayed packets\(place)", traffic.packets)
            add("Total relayed packet errors\(place)", traffic.errors)
            add("Total relayed bytes\(place)", traffic.bytes)
        }
        add("Total number of streams with no relayed packets", calls.silentStreams)
        add("Total number of 1-way streams", calls.oneWayStreams)
        add("Average call duration", calls.duration.average, "seconds")
        add("Total calls duration", calls.duration.sum, "seconds")
        add("Total calls duration squared", calls.duration.squares, "seconds squared")
        add("Total calls duration standard deviation", calls.duration.deviation, "seconds")
        text += "\n"
    }

    private mutating func addQuality(_ quality: QualityTotals) {
        text += "\nMOS statistics:\n\n"
        add("Sum of all MOS values sampled", quality.mos.sum)
        add("Sum of all MOS square values sampled", quality.mos.squares)
        add("Total number of MOS samples", quality.mos.count)
        add("Average MOS", quality.mos.average)
        add("MOS standard deviation", quality.mos.deviation)
        text += "\n"
    }

    private mutating func addRequests(_ requests: RequestTotals) {
        let commands = CountedCommand.allCases
        text += "\nControl statistics:\n\n"
        text += " \("Proxy".right(20)) | " + commands.map { $0.heading.right(10) }.joined(separator: " | ") + " \n"
        if requests.proxies.isEmpty { text += "\n                  No proxies have yet tried to send data.\n" }
        for proxy in requests.proxies {
            let counts = commands.map { String(proxy[$0].count).right(10) }.joined(separator: " | ")
            text += " \(proxy.proxy.description.right(20)) | \(counts) \n"
        }
        text += "\n"
    }
}
