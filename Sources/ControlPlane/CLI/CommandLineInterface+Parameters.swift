import Glibc
import MediaIO
import NGProtocol
import Wire

extension CommandLineInterface {
    /// `params`: what the daemon was started with, what holds now, and the way back.
    nonisolated static let paramsCommands: [CLICommand] = [
        .text("start", "the settings at the start") { interface, _ in
            interface.parameters(interface.initialSettings, interface.initialLogLevels)
        },
        .text("current", "the settings of now") { interface, _ in
            interface.parameters(interface.environment.settings, interface.environment.configuration.logLevels.current)
        },
        .text("diff", "what has been changed") { interface, _ in interface.changes },
        .text("revert", "back to the settings at the start") { interface, _ in
            interface.revert()
            return ""
        },
    ]

    private func parameters(_ settings: RuntimeSettings, _ levels: [Int]) -> String {
        let configuration = environment.configuration
        var lines = zip(configuration.logLevels.names, levels).map { ("log-level-\($0)", String($1)) }
        lines.append(("table", "-1"))
        lines += Self.settings.map { ($0.option, $0.value(settings)) }
        lines.append(("tos", String(configuration.engine.sockets.trafficClass)))
        lines.append(("port-min", String(configuration.portRange.lowerBound)))
        lines.append(("port-max", String(configuration.portRange.upperBound)))
        lines.append(("num-threads", String(configuration.engine.threads)))
        for (index, interface) in configuration.interfaces.enumerated() {
            let advertised = interface.advertised == interface.local ? "" : "!\(interface.advertised)"
            lines.append(("interface[\(index)]", "\(interface.name)\\\(interface.local)\(advertised) "))
        }
        let listeners: [(String, [ListenAddress])] = [
            ("listen-ng", configuration.listenAddresses), ("listen-tcp-ng", configuration.listenTCP),
            ("listen-cli", configuration.listenCLI),
            ("listen-http", configuration.listenHTTP), ("listen-https", configuration.listenHTTPS),
        ]
        for (name, addresses) in listeners { lines += addresses.map { (name, "\($0)") } }
        return lines.map { "\($0.0) = \($0.1)\n" }.joined()
    }

    private var changes: String {
        let levels = environment.configuration.logLevels
        var changes = zip(levels.names, zip(initialLogLevels, levels.current)).map { ("log-level-\($0)", String($1.0), String($1.1)) }
        changes += Self.settings.map { ($0.option, $0.value(initialSettings), $0.value(environment.settings)) }
        return changes.filter { $0.1 != $0.2 }.map { "\($0.0): \($0.1) => \($0.2)\n" }.joined()
    }

    private func revert() {
        registry.change(initialSettings)
        let levels = environment.configuration.logLevels
        guard levels.current != initialLogLevels else { return }
        for (name, level) in zip(levels.names, initialLogLevels) { levels.write(levels.subsystems.isEmpty ? nil : name, level) }
    }

    // MARK: Open files

    /// Fewer would end calls that there are [descriptors].
    private nonisolated static let fewestOpenFiles: UInt64 = 65_536

    nonisolated static func setOpenFiles(_ text: Substring) -> String {
        let shown = String(text).printable
        guard let count = UInt64(text.prefix { $0.isWholeNumber }) else { return "Fail setting open_files to \(shown); no digists found\n" }
        guard count >= fewestOpenFiles else { return "Fail setting open_files to \(shown); can't set it under \(fewestOpenFiles)\n" }
        var limit = rlimit()
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        guard getrlimit(resource, &limit) == 0 else { return "Fail setting open_files to \(shown); errno = \(errno)\n" }
        limit.rlim_cur = rlim_t(count)
        limit.rlim_max = max(limit.rlim_max, limit.rlim_cur)
        guard setrlimit(resource, &limit) == 0 else { return "Fail setting open_files to \(shown); errno = \(errno)\n" }
        return "Success setting open_files to \(count); cat /proc/\(getpid())/limits\n"
    }
}
