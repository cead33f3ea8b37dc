import Glibc
import Logging

/// One line on stderr for each message.
struct StderrLogHandler: LogHandler {
    /// How a line begins.
    enum Style: Sendable {
        /// With the time (UTC) and level.
        case timestamped
        case plain
        /// With the priority in the form that systemd's journal understands (sd-daemon(3)).
        case journal
    }

    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?
    let style: Style
    private var ownLevel: Logger.Level?

    init(style: Style) { self.style = style }

    /// The process's level, unless this logger was given one.
    var logLevel: Logger.Level {
        get { ownLevel ?? LogLevel.shared.threshold }
        set { ownLevel = newValue }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var fields = metadata.merging(metadataProvider?.get() ?? [:]) { $1 }
        if let more = event.metadata { fields.merge(more) { $1 } }
        var line = prefix(event.level) + Self.escape("\(event.message)")
        for (key, value) in fields.sorted(by: { $0.key < $1.key }) { line += " \(key)=" + Self.escape("\(value)") }
        if let error = event.error { line += ": " + Self.escape("\(error)") }
        StandardError.write(line: line)
    }

    private func prefix(_ level: Logger.Level) -> String {
        switch style {
        case .timestamped: Self.timestamp + " " + level.label + ": "
        case .plain: level.label + ": "
        case .journal: "<\(level.syslog)>"
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

    /// What comes from the network must not make up lines of its own.
    private static func escape(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { $0.value < 32 || $0.value == 127 }) else { return text }
        return text.unicodeScalars.reduce(into: "") { result, scalar in
            switch scalar {
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case _ where scalar.value < 32 || scalar.value == 127: result += "\\x" + String(scalar.value, radix: 16)
            default: result.unicodeScalars.append(scalar)
            }
        }
    }
}
