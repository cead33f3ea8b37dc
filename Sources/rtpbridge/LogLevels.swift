import Logging
import Synchronization

/// The process's log levels on syslog's scale, 0 (emergencies) to 7 (debugging), which signals and the operator's commands change.
final class LogLevels: Sendable {
    static let shared = LogLevels()

    private let all = Atomic<Int>(6)
    /// Of `OptionSpec.logSubsystems`, four bits each, all set where the subsystem has none of its own.
    private let own = Atomic<UInt64>(.max)

    static let subsystems = OptionSpec.logSubsystems

    /// Setting it leaves the subsystems' own levels alone.
    var level: Int {
        get { all.load(ordering: .relaxed) }
        set { all.store(Self.bounded(newValue), ordering: .relaxed) }
    }

    /// - Returns: `nil` for a subsystem that there is not.
    subscript(subsystem: String) -> Int? {
        get { Self.subsystems.firstIndex(of: subsystem).map { own(at: $0) ?? level } }
        set {
            guard let index = Self.subsystems.firstIndex(of: subsystem) else { return }
            let bits = newValue.map { UInt64(Self.bounded($0)) } ?? 0xf
            update { $0 & ~(0xf << UInt64(index * 4)) | bits << UInt64(index * 4) }
        }
    }

    /// All levels, those of subsystems too.
    func setAll(_ level: Int) {
        self.level = level
        update { _ in .max }
    }

    /// All levels by one step.
    func shift(by step: Int) {
        level += step
        for name in Self.subsystems where hasOwn(name) { self[name] = (self[name] ?? level) + step }
    }

    func hasOwn(_ subsystem: String) -> Bool { Self.subsystems.firstIndex(of: subsystem).flatMap(own(at:)) != nil }

    /// The least important level that is logged by anybody.
    var threshold: Logger.Level {
        Logger.Level(syslog: Self.subsystems.indices.reduce(level) { max($0, own(at: $1) ?? 0) })
    }

    private func own(at index: Int) -> Int? {
        let bits = own.load(ordering: .relaxed) >> UInt64(index * 4) & 0xf
        return bits == 0xf ? nil : Int(bits)
    }

    private func update(_ change: (UInt64) -> UInt64) {
        var old = own.load(ordering: .relaxed)
        while true {
            let (exchanged, original) = own.compareExchange(expected: old, desired: change(old), ordering: .relaxed)
            if exchanged { return }
            old = original
        }
    }

    private static func bounded(_ level: Int) -> Int { min(max(0, level), 7) }
}

extension Logger.Level {
    /// The level that messages of syslog's level have at least.
    init(syslog: Int) {
        self = switch syslog {
        case ...2: .critical
        case 3: .error
        case 4: .warning
        case 5: .notice
        case 6: .info
        default: .trace
        }
    }

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
