import ControlPlane
import Glibc
import Logging

extension Settings {
    /// Levels that stand in no option are those of `--log-level`.
    func setLogLevels(_ levels: LogLevels = .shared) {
        levels.setAll(integer("log-level"))
        for subsystem in LogLevels.subsystems {
            if let level = optionalInteger("log-level-" + subsystem) { levels[subsystem] = level }
        }
    }

    /// To syslog, to stderr if that is wanted or all that there is, and in the journal's form where systemd reads stderr.
    func makeLogHandler(syslogPath: String = SyslogSocket.standardPath) -> DaemonLogHandler {
        var format = LogFormat()
        format.fields = word("log-format") ?? .behind
        format.mark = (text("log-mark-prefix") ?? "", text("log-mark-suffix") ?? "")
        format.splits = isSet("split-logs")
        format.maximumLength = optionalInteger("max-log-line-length") ?? 0
        let style: DaemonLogHandler.Style = isSet("no-log-timestamps") ? .plain : .timestamped
        if isSet("log-stderr") { return DaemonLogHandler(sink: .stderr(style), format: format) }
        if isSet("foreground"), getenv("JOURNAL_STREAM") != nil { return DaemonLogHandler(sink: .stderr(.journal), format: format) }
        guard let socket = SyslogSocket(path: syslogPath, name: text("log-name") ?? "rtpbridge") else {
            return DaemonLogHandler(sink: .stderr(style), format: format)
        }
        if !isSet("max-log-line-length") { format.maximumLength = 500 }
        let facility = facility("log-facility") ?? 3
        return DaemonLogHandler(
            sink: .syslog(socket, facility: facility, records: self.facility("log-facility-cdr") ?? facility), format: format)
    }

    /// `nil` where nobody wants digits in syslog, or there is none.
    func makeDigitLog(syslogPath: String = SyslogSocket.standardPath) -> (@Sendable (String) -> Void)? {
        guard let facility = facility("log-facility-dtmf"),
              let socket = SyslogSocket(path: syslogPath, name: text("log-name") ?? "rtpbridge") else { return nil }
        return { socket.send($0, priority: facility << 3 | Logger.Level.info.syslog) }
    }

    /// The facility's code (RFC 5424 section 6.2.1).
    func facility(_ option: String) -> Int? {
        guard let name = text(option) ?? OptionSpec.byName[option]?.standard,
              let index = OptionSpec.facilities.firstIndex(of: name) else { return nil }
        // Between ftp, 11, and local0 there are four that have no name in syslog.h.
        return index < 12 ? index : index + 4
    }

    /// The operator's commands see the levels through this.
    static var logLevelAccess: ControlPlaneConfiguration.LogLevelAccess {
        var access = ControlPlaneConfiguration.LogLevelAccess()
        access.subsystems = LogLevels.subsystems
        access.read = { subsystem in
            guard let subsystem else { return LogLevels.shared.level }
            return LogLevels.shared[subsystem]
        }
        access.write = { subsystem, level in
            guard let subsystem else { return LogLevels.shared.setAll(level) }
            LogLevels.shared[subsystem] = level
        }
        return access
    }
}
