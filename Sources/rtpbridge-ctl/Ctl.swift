import ArgumentParser
import Glibc

/// The checks that need no daemon, one subcommand each.
struct Ctl: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rtpbridge-ctl", abstract: "Tools for whoever runs or integrates rtpbridge.", subcommands: [CheckSDP.self])
}

/// How the process ends.
enum ExitStatus: Int32 {
    case clean = 0
    /// What was looked for was found: errors, where a check was asked for. Or the daemon refuses the command.
    case found = 1
    /// Wrong usage, or a file that cannot be read.
    case usage = 2
    /// No daemon answers.
    case unreachable = 3
}

@main
enum Main {
    static func main() {
        let arguments = Array(CommandLine.arguments.dropFirst())
        if arguments.first == "check-sdp" { check(arguments) }
        do throws(CtlError) {
            let arguments = try CtlArguments(arguments)
            guard !arguments.asksForHelp else { end(with: CtlHelp.text, .clean) }
            guard !arguments.words.isEmpty else { throw .usage("which command? See --help.") }
            let (text, status) = try RemoteCommand(arguments).run(isTerminal: isatty(STDOUT_FILENO) == 1, now: Int64(time(nil)))
            end(with: text, status)
        } catch {
            write("rtpbridge-ctl: \(error)\n", to: STDERR_FILENO)
            exit(error.status.rawValue)
        }
    }

    private static func check(_ arguments: [String]) -> Never {
        do {
            var command = try Ctl.parseAsRoot(arguments)
            try command.run()
            exit(ExitStatus.clean.rawValue)
        } catch let error as ExitCode {
            exit(error.rawValue)
        } catch {
            let code = Ctl.exitCode(for: error)
            let text = Ctl.fullMessage(for: error)
            // Help and version were asked for and are no error.
            if code.isSuccess { end(with: text + "\n", .clean) }
            write(text + "\n", to: STDERR_FILENO)
            exit(ExitStatus.usage.rawValue)
        }
    }

    private static func end(with text: String, _ status: ExitStatus) -> Never {
        write(text, to: STDOUT_FILENO)
        exit(status.rawValue)
    }

    private static func write(_ text: String, to descriptor: Int32) {
        var text = text
        text.withUTF8 { bytes in
            var sent = 0
            while sent < bytes.count {
                let count = Glibc.write(descriptor, bytes.baseAddress.map { $0 + sent }, bytes.count - sent)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return }
                sent += count
            }
        }
    }
}
