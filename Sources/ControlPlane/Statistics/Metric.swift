/// Everything that GET /metrics shows: the table that the text and `proto/metrics.md` are written from.
struct Metric: Sendable {
    enum Kind: String, Sendable { case gauge, counter }

    /// With its prefix: `rtpengine_` for those that rtpengine has too, `rtpbridge_` for ours.
    let name: String
    let kind: Kind
    let labels: [String]
    let help: String

    private init(_ name: String, _ kind: Kind, _ labels: [String], _ help: String) {
        self.name = name
        self.kind = kind
        self.labels = labels
        self.help = help
    }

    private static func theirs(_ name: String, _ kind: Kind, _ labels: [String] = [], _ help: String) -> Metric {
        Metric("rtpengine_\(name)", kind, labels, help)
    }

    private static func ours(_ name: String, _ kind: Kind, _ labels: [String] = [], _ help: String) -> Metric {
        Metric("rtpbridge_\(name)", kind, labels, help)
    }

    // MARK: rtpengine's

    static let sessions = theirs("sessions", .gauge, ["type"], "Calls that there are")
    static let transcodedMedia = theirs("transcoded_media", .gauge, [], "Streams that are being converted")
    static let mediaStreams = theirs("mediastreams", .gauge, ["type"], "Streams that there are")
    static let uptime = theirs("uptime_seconds", .gauge, [], "Time since the start")
    static let sessionsTotal = theirs("sessions_total", .counter, [], "Calls that are over")
    static let closedSessions = theirs("closed_sessions_total", .counter, ["reason"], "Calls that are over or were refused, by reason")
    static let packets = theirs("packets_total", .counter, ["type"], "Packets received in calls that are over")
    static let packetErrors = theirs("packet_errors_total", .counter, ["type"], "Packets among them that were not relayed")
    static let bytes = theirs("bytes_total", .counter, ["type"], "Bytes received in calls that are over")
    static let zeroPacketStreams = theirs("zero_packet_streams_total", .counter, [], "Pairs of streams without a packet")
    static let oneWaySessions = theirs("one_way_sessions_total", .counter, [], "Pairs of streams with packets in one direction only")
    static let callDurationAverage = theirs("call_duration_avg", .gauge, [], "Average length of calls that are over [s]")
    static let callDuration = theirs("call_duration_total", .counter, [], "Sum of the calls' lengths [s]")
    static let callDurationSquares = theirs("call_duration2_total", .counter, [], "Sum of the squares of the calls' lengths [s2]")
    static let packetsLost = theirs("packets_lost", .counter, [], "RTP packets that never came")
    static let duplicates = theirs("rtp_duplicates", .counter, [], "RTP packets that came twice")
    static let reordered = theirs("rtp_reordered", .counter, [], "RTP packets that came behind a later one")
    static let requests = theirs("requests_total", .counter, ["proxy", "request"], "Requests, by client and command")
    static let requestSeconds = theirs("request_seconds_total", .counter, ["proxy", "request"], "Time from requests to replies [s]")
    static let errors = theirs("errors_total", .counter, ["proxy"], "Requests that were answered with an error")
    static let portsUsed = theirs("ports_used", .gauge, ["name", "address"], "UDP ports that calls have")
    static let portsFree = theirs("ports_free", .gauge, ["name", "address"], "UDP ports that calls may have")
    static let ports = theirs("ports", .gauge, ["name", "address"], "UDP ports in all")
    static let interfacePacketsLost = theirs("interface_packets_lost", .counter, ["name", "address"], "RTP packets that never came")
    static let interfaceDuplicates = theirs("interface_duplicates", .counter, ["name", "address"], "RTP packets that came twice")
    static let interfacePackets = theirs("interface_packets", .counter, ["name", "address", "direction"], "Packets of calls that are over")
    static let interfaceBytes = theirs("interface_bytes", .counter, ["name", "address", "direction"], "Bytes of calls that are over")
    static let interfaceErrors = theirs("interface_errors", .counter, ["name", "address", "direction"], "Errors in calls that are over")
    static let transcoders = theirs("transcoders", .gauge, ["chain"], "Streams that are being converted, by kind")
    static let transcodePackets = theirs("transcode_packets_total", .counter, ["chain"], "Packets sent by transcoders")
    static let transcodeBytes = theirs("transcode_bytes_total", .counter, ["chain"], "Bytes sent by transcoders")
    static let transcodeSamples = theirs("transcode_samples_total", .counter, ["chain"], "RTP clock units sent by transcoders")

    /// Sum, squares and number of one quality: three metrics.
    struct Series: Sendable {
        let sum, squares, samples: Metric

        var all: [Metric] { [sum, squares, samples] }
    }

    private static func series(_ name: String, _ what: String, _ labels: [String] = []) -> Series {
        Series(
            sum: theirs("\(name)_total", .counter, labels, "Sum of all samples of \(what)"),
            squares: theirs("\(name)2_total", .counter, labels, "Sum of the squares of all samples of \(what)"),
            samples: theirs("\(name)_samples_total", .counter, labels, "Number of samples of \(what)"))
    }

    private static let qualities = [
        ("mos", "the MOS"), ("jitter", "the jitter that peers reported [ms]"), ("rtt_e2e", "the round trip of both legs [us]"),
        ("rtt_dsct", "the round trip of a leg [us]"), ("packetloss", "the loss [%]"),
        ("jitter_measured", "the jitter that was measured [ms]"),
    ]

    /// In the order of `QualityTotals.series`.
    static let quality = qualities.map { series($0.0, $0.1) }
    static let interfaceQuality = qualities.map { series("interface_\($0.0)", $0.1, ["name", "address"]) }

    // MARK: Ours

    static let setupSeconds = ours("setup_seconds_total", .counter, ["step"], "Time from a leg's first plan to the step [s]")
    static let setups = ours("setups_total", .counter, ["step"], "Legs that reached the step, in calls that are over")
    static let digits = ours("digits_total", .counter, ["direction"], "DTMF events of calls that are over")
    static let drops = ours("dropped_packets_total", .counter, ["reason"], "Packets that ended here, by reason")
    static let workerLoad = ours("worker_load", .gauge, ["worker"], "Share of the last second that the worker was busy, 0 to 1")
    static let workerCalls = ours("worker_calls", .gauge, ["worker"], "Calls of the worker")
    static let kernelDrops = ours("kernel_dropped_packets_total", .counter, ["worker"], "Packets that the kernel dropped for a full queue")
    static let sendErrors = ours("send_errors_total", .counter, ["worker"], "Packets that the system refused to send")
    static let lateDeadlines = ours("late_deadlines_total", .counter, ["worker"], "Deadlines met more than 5 ms late")

    /// In the order in which they are written.
    static let all: [Metric] = [
        sessions, transcodedMedia, mediaStreams, uptime, sessionsTotal, closedSessions, packets, packetErrors, bytes, zeroPacketStreams,
        oneWaySessions, callDurationAverage, callDuration, callDurationSquares,
    ] + quality.flatMap(\.all) + [packetsLost, duplicates, reordered, requests, requestSeconds, errors, portsUsed, portsFree, ports,
        interfacePacketsLost, interfaceDuplicates,
    ] + interfaceQuality.flatMap(\.all) + [interfacePackets, interfaceBytes, interfaceErrors, transcoders, transcodePackets, transcodeBytes,
        transcodeSamples, setupSeconds, setups, digits, drops, workerLoad, workerCalls, kernelDrops, sendErrors, lateDeadlines,
    ]

    /// The table of `proto/metrics.md`.
    static var document: String {
        let rows = all.map { "| `\($0.name)` | \($0.kind.rawValue) | \($0.labels.map { "`\($0)`" }.joined(separator: " ")) | \($0.help) |" }
        return (["| Name | Type | Labels | Meaning |", "|---|---|---|---|"] + rows).joined(separator: "\n") + "\n"
    }
}

extension QualityTotals {
    /// In the order of `Metric.quality`.
    var series: [SampleSum] { [mos, jitter, roundTrip, roundTripLeg, packetLoss, measuredJitter] }
}
