import Logging
import MediaIO
import NGProtocol
import Wire

/// The operator's commands: a line in, text out, with rtpengine-ctl's words and forms.
///
/// Lines come by TCP (`--listen-cli`), by HTTP and WebSocket, and in the ng command `cli`.
@ControlActor
final class CommandLineInterface {
    let registry: CallRegistry
    var environment: CallEnvironment { registry.environment }
    /// What the daemon was started with, for `params`.
    let initialSettings: RuntimeSettings
    let initialLogLevels: [Int]

    /// A line may be so long [bytes].
    nonisolated static let maximumLength = 4_096

    init(registry: CallRegistry) {
        self.registry = registry
        initialSettings = registry.environment.settings
        initialLogLevels = registry.environment.configuration.logLevels.current
    }

    /// - Parameter line: without its end; what is too long, empty or unknown is answered too.
    /// - Parameter reply: called once, at once for all that no worker has to be asked for.
    func run(_ line: String, _ reply: @escaping CLICommand.Reply) {
        let line = line.utf8.count > Self.maximumLength ? "" : line.filter { $0 != "\r" && $0 != "\n" }
        let shown = line.printable
        switch CLICommand.match(line[...], in: Self.commands) {
        case .action(let command, let rest):
            environment.logger.info("operator: \(shown)")
            if case .action(let action) = command.kind { action(self, rest, reply) }
        case .help(let commands):
            reply("Available sub-commands at this level:\n" + commands.map { "\t\($0.name)\n" }.joined())
        case .incomplete: reply("Incomplete command: \(shown)\n")
        case .unknown: reply("Unknown command: \(shown)\n")
        }
    }

    /// The whole language.
    nonisolated static let commands: [CLICommand] = [
        .group("list", listCommands),
        .text("terminate", takes: "<callid>|all|own|foreign", required: 1, "end one call, or all") { interface, rest in
            interface.terminate(rest)
        },
        .group("set", setCommands),
        .group("get", listCommands),
        .group("params", paramsCommands),
        .text("debug", takes: "<callid> [on|off]", required: 1, "log a call in detail, or no longer") { interface, rest in
            interface.debug(rest)
        },
        .action("call", takes: "<callid> info|terminate|debug [on|off]", required: 1, "show or change one call") { interface, rest, reply in
            interface.call(rest, reply)
        },
        .text("usage", "all commands") { _, _ in CLICommand.usage(commands) },
    ]

    // MARK: Calls

    /// By call-id, which may hold blanks as far as anybody knows.
    func session(_ callID: Substring) -> CallSession? { registry.byCallID[String(callID)] }

    private func terminate(_ rest: Substring) -> String {
        switch rest {
        case "all", "own":
            registry.terminate(Array(registry.byCallID.values))
            return rest == "all" ? "All calls terminated by operator.\n" : "All own calls terminated by operator.\n"
        case "foreign": return "All foreign calls terminated by operator.\n"
        default:
            guard let session = session(rest) else { return "\nCall Id not found (\(String(rest).printable)).\n\n" }
            registry.terminate([session])
            return "\nCall Id (\(String(rest).printable)) successfully terminated by operator.\n\n"
        }
    }

    private func debug(_ rest: Substring) -> String {
        let words = rest.split(whereSeparator: \.isBlank)
        guard let callID = words.first else { return "No call ID specified\n" }
        guard let session = session(callID) else { return "Call ID '\(String(callID).printable)' not found\n" }
        return setDebug(session, words.dropFirst().first ?? "on")
    }

    private func setDebug(_ session: CallSession, _ flag: Substring) -> String {
        guard let isOn = ["on": true, "1": true, "off": false, "0": false][flag] else {
            return "Invalid on/off flag ('\(String(flag).printable)') specified\n"
        }
        session.isDebugging = isOn
        return "\(isOn ? "Enabled" : "Disabled") debugging for call '\(session.callID.printable)'\n"
    }

    private func call(_ rest: Substring, _ reply: @escaping CLICommand.Reply) {
        let words = rest.split(whereSeparator: \.isBlank)
        guard let callID = words.first, let session = session(callID) else {
            return reply("No such call '\(words.first.map { String($0).printable } ?? "")'\n")
        }
        switch words.dropFirst().first {
        case "info": describe(session, reply)
        case "terminate":
            registry.terminate([session])
            reply("\nCall Id (\(session.callID.printable)) successfully terminated by operator.\n\n")
        case "debug": reply(setDebug(session, words.dropFirst(2).first ?? "on"))
        case "help": reply("Available sub-commands at this level:\n\tinfo\n\tterminate\n\tdebug\n")
        case let word?: reply("Unknown command: \(String(word).printable)\n")
        case nil: reply("Incomplete command: call \(session.callID.printable)\n")
        }
    }
}

extension ControlPlaneConfiguration.LogLevelAccess {
    /// Of each subsystem, or of the whole log where there are none.
    var current: [Int] { names.map { read($0) ?? read(nil) ?? 6 } }

    /// At least one: the log as a whole is `core`.
    var names: [String] { subsystems.isEmpty ? ["core"] : subsystems }
}
