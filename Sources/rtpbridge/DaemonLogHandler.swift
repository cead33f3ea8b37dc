import Glibc
import Logging

/// The daemon's log: lines to stderr or to syslog, each if its subsystem's level wants it.
struct DaemonLogHandler: LogHandler {
    enum Sink: Sendable {
        case stderr(Style)
        /// `records`: the facility of the last line of each call.
        case syslog(SyslogSocket, facility: Int, records: Int)
    }

    /// How a line on stderr begins.
    enum Style: Sendable {
        /// With the time (UTC) and level.
        case timestamped
        case plain
        /// With the priority in the form that systemd's journal understands (sd-daemon(3)).
        case journal
    }

    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?
    private let sink: Sink
    private let format: LogFormat
    private let levels: LogLevels
    private var ownLevel: Logger.Level?

    init(sink: Sink, format: LogFormat = LogFormat(), levels: LogLevels = .shared) {
        self.sink = sink
        self.format = format
        self.levels = levels
    }

    var isOnStderr: Bool { if case .stderr = sink { true } else { false } }

    /// The process's level, unless this logger was given one.
    var logLevel: Logger.Level {
        get { ownLevel ?? levels.threshold }
        set { ownLevel = newValue }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var fields = metadata.merging(metadataProvider?.get() ?? [:]) { $1 }
        if let more = event.metadata { fields.merge(more) { $1 } }
        let subsystem = LogSubsystem.of(fields, file: event.file)
        // A logger with a level of its own is one that is being debugged.
        guard ownLevel != nil || event.level.syslog <= levels[subsystem] ?? levels["core"] ?? levels.level else { return }
        for line in format.lines("\(event.message)", fields, error: event.error) {
            write(line, event.level, isRecord: subsystem == LogSubsystem.records)
        }
    }

    private func write(_ line: String, _ level: Logger.Level, isRecord: Bool) {
        switch sink {
        case .stderr(.timestamped): StandardError.write(line: "\(Self.timestamp) \(level.label): \(line)")
        case .stderr(.plain): StandardError.write(line: "\(level.label): \(line)")
        case .stderr(.journal): StandardError.write(line: "<\(level.syslog)>\(line)")
        case .syslog(let socket, let facility, let records):
            socket.send(line, priority: (isRecord ? records : facility) << 3 | level.syslog)
        }
    }

    /// RFC 3339, to the millisecond.
    private static var timestamp: String {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        var parts = tm()
        gmtime_r(&now.tv_sec, &parts)
        let date = [parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday].map { pad(Int($0), 2) }.joined(separator: "-")
        let time = [parts.tm_hour, parts.tm_min, parts.tm_sec].map { pad(Int($0), 2) }.joined(separator: ":")
        return date + "T" + time + "." + pad(now.tv_nsec / 1_000_000, 3) + "Z"
    }

    private static func pad(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

/// Which of rtpengine's subsystems a line is of.
enum LogSubsystem {
    /// The last line of each call; it has the level of `core`.
    static let records = "cdr"

    /// What the line says itself, or else by the source file that it comes from.
    static func of(_ fields: Logger.Metadata, file: String) -> String {
        if case .string(let name)? = fields[LogFormat.subsystemKey] { return name }
        let file = file.split(separator: "/").last ?? ""
        if file.hasPrefix("HTTP") || file.hasPrefix("Event") || file.hasPrefix("Web") { return "http" }
        if file.hasPrefix("NG") || file.hasPrefix("CLI") || file.hasPrefix("TCP") { return "control" }
        return "core"
    }
}
