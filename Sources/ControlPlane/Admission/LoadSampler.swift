import Glibc
import MediaIO
import Wire

/// Reads once a second what `AdmissionControl` judges by.
struct LoadSampler {
    static let interval = Nanoseconds.seconds(1)

    var limits: AdmissionLimits
    private var lastTimes: ProcessorTimes?
    private var lastBytes: UInt64?
    private var lastSample: MonotonicInstant?

    init(_ limits: AdmissionLimits) { self.limits = limits }

    /// Only what a limit needs is read.
    mutating func sample(_ workers: [WorkerStatistics], at now: MonotonicInstant) -> AdmissionControl.Figures {
        var figures = AdmissionControl.Figures()
        figures.workers = workers.map { AdmissionControl.WorkerFigures(load: $0.load, calls: $0.calls) }
        let bytes = workers.reduce(UInt64(0)) { $0 &+ $1.bytesReceived }
        if let lastBytes, let lastSample, now > lastSample {
            figures.bandwidth = Double(bytes &- lastBytes) / (now - lastSample).seconds
        }
        (lastBytes, lastSample) = (bytes, now)
        if limits.load != nil { figures.load = Self.loadAverage }
        if limits.cpu != nil, let times = ProcessorTimes(statistics: Self.read("/proc/stat")) {
            figures.cpu = lastTimes.map(times.use) ?? 0
            lastTimes = times
        }
        return figures
    }

    /// Of the last minute.
    private static var loadAverage: Double {
        var averages = [0.0]
        return getloadavg(&averages, 1) == 1 ? averages[0] : 0
    }

    /// The first 4 KiB of a file of the system's; empty if it cannot be read.
    private static func read(_ path: String) -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return "" }
        defer { close(descriptor) }
        return String(unsafeUninitializedCapacity: 4_096) { max(0, Glibc.read(descriptor, $0.baseAddress, 4_096)) }
    }
}

/// What all processors together did since the machine started (proc(5), `/proc/stat`) [ticks].
struct ProcessorTimes: Equatable {
    var total: UInt64
    /// Without work, waiting for a disk included.
    var idle: UInt64

    /// - Parameter statistics: the file's text; its first line is that of all processors.
    init?(statistics: String) {
        guard let line = statistics.split(separator: "\n").first, line.hasPrefix("cpu ") else { return nil }
        // user, nice, system, idle, iowait, irq, softirq, steal; guests are in user already.
        let fields = line.split(separator: " ").dropFirst().prefix(8).compactMap { UInt64($0) }
        guard fields.count >= 4 else { return nil }
        total = fields.reduce(0, &+)
        idle = fields[3] &+ (fields.count > 4 ? fields[4] : 0)
    }

    /// The share of the time since `former` in which processors were busy; 0 to 1.
    func use(since former: ProcessorTimes) -> Double {
        guard total > former.total else { return 0 }
        let span = Double(total - former.total)
        return min(max(1 - Double(idle &- former.idle) / span, 0), 1)
    }
}
