import Logging
import Synchronization

/// The process's log level on syslog's scale, 0 (emergencies) to 7 (debugging), which signals change.
final class LogLevel: Sendable {
    static let shared = LogLevel()

    private let value = Atomic<Int>(6)

    var syslog: Int {
        get { value.load(ordering: .relaxed) }
        set { value.store(min(max(0, newValue), 7), ordering: .relaxed) }
    }

    /// The least important level that is logged.
    var threshold: Logger.Level {
        switch syslog {
        case ...2: .critical
        case 3: .error
        case 4: .warning
        case 5: .notice
        case 6: .info
        default: .trace
        }
    }
}

extension Logger.Level {
    /// RFC 5424 section 6.2.1.
    var syslog: Int {
        switch self {
        case .critical: 2
        case .error: 3
        case .warning: 4
        case .notice: 5
        case .info: 6
        case .debug, .trace: 7
        }
    }

    var label: String {
        switch self {
        case .critical: "CRIT"
        case .error: "ERR"
        case .warning: "WARNING"
        case .notice: "NOTICE"
        case .info: "INFO"
        case .debug, .trace: "DEBUG"
        }
    }
}
