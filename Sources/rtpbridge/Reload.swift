import ControlPlane
import MediaIO

/// What SIGHUP does: the command line and the file are read again, and what may change while calls are up changes.
struct Reload {
    private let arguments: [String]
    private(set) var settings: Settings

    /// - Parameter settings: those in force.
    init(arguments: [String], settings: Settings) {
        self.arguments = arguments
        self.settings = settings
    }

    /// What became of it: the options by name.
    struct Outcome: Equatable {
        var changed: [String] = []
        /// They keep their old value.
        var needRestart: [String] = []
    }

    /// Reads again. A mistake leaves everything as it is.
    /// - Returns: the configuration with the new values in it, of which only those that may change are to be taken.
    mutating func read() throws(StartError) -> (outcome: Outcome, configuration: ControlPlaneConfiguration, warnings: [String]) {
        let new = try Startup.settings(Arguments(arguments))
        var configuration = ControlPlaneConfiguration(engine: EngineConfiguration(threads: 1))
        try new.addLiveSettings(to: &configuration)
        let outcome = Self.outcome(from: settings, to: new)
        settings.take(outcome.changed, from: new)
        return (outcome, configuration, new.warnings)
    }

    static func outcome(from old: Settings, to new: Settings) -> Outcome {
        var outcome = Outcome()
        for spec in OptionSpec.all where old.values[spec.name] != new.values[spec.name] {
            switch spec.status {
            case .done(isLive: true): outcome.changed.append(spec.name)
            case .done(isLive: false): outcome.needRestart.append(spec.name)
            case .commandLine, .ignored: break
            }
        }
        // The contents of files and sections that an option names.
        if old.templates != new.templates, !outcome.needRestart.contains("templates") { outcome.changed.append("templates") }
        if old.interfaces != new.interfaces, !outcome.needRestart.contains("interfaces-config") {
            outcome.needRestart.append("interfaces-config")
        }
        return outcome
    }
}
