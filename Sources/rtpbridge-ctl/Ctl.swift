import ArgumentParser
import Glibc

/// Tools beside the daemon, one subcommand each.
struct Ctl: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rtpbridge-ctl", abstract: "Tools for whoever runs or integrates rtpbridge.", subcommands: [CheckSDP.self])
}

/// How the process ends.
enum ExitStatus: Int32 {
    case clean = 0
    /// What was looked for was found: errors, where a check was asked for.
    case found = 1
    /// Wrong usage, or a file that cannot be read.
    case usage = 2
}

@main
enum Main {
    static func main() {
        do {
            var command = try Ctl.parseAsRoot()
            try command.run()
        } catch let error as ExitCode {
            exit(error.rawValue)
        } catch {
            let code = Ctl.exitCode(for: error)
            let text = Ctl.fullMessage(for: error)
            // Help and version were asked for and are no error.
            if code.isSuccess {
                print(text)
                exit(ExitStatus.clean.rawValue)
            }
            write(text + "\n", to: STDERR_FILENO)
            exit(ExitStatus.usage.rawValue)
        }
    }

    private static func write(_ text: String, to descriptor: Int32) {
        var text = text
        text.withUTF8 { _ = Glibc.write(descriptor, $0.baseAddress, $0.count) }
    }
}
