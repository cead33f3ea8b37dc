import Foundation
import Glibc

/// The daemon as a child process, with its output in a log file.
final class DaemonProcess {
    enum Ending: Equatable, CustomStringConvertible {
        case exit(Int32)
        case signal(Int32)
        case killed(afterSeconds: Int)

        var description: String {
            switch self {
            case .exit(let code): "exit code \(code)"
            case .signal(let number): "ended by signal \(number)"
            case .killed(let seconds): "still running \(seconds) s after SIGTERM, killed"
            }
        }
    }

    private let pid: pid_t
    private var ending: Ending?
    static let patience = 5

    init(path: String, arguments: [String], log: String) throws(DemoError) {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, log, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO)
        let environment = ProcessInfo.processInfo.environment.map { "\($0.key)=\($0.value)" }
        var words = ([path] + arguments).map { strdup($0) } + [nil]
        var variables = environment.map { strdup($0) } + [nil]
        defer { for text in words + variables { free(text) } }
        var child: pid_t = 0
        let result = posix_spawn(&child, path, &actions, nil, &words, &variables)
        guard result == 0 else { throw .system(path, errno: result) }
        pid = child
    }

    /// How it ended, or `nil` while it runs.
    func poll() -> Ending? {
        guard ending == nil else { return ending }
        var status: Int32 = 0
        guard waitpid(pid, &status, WNOHANG) == pid else { return nil }
        // The macros of wait(2) are not imported: the low seven bits are the signal, the next byte the exit code.
        ending = status & 0x7f == 0 ? .exit(status >> 8 & 0xff) : .signal(status & 0x7f)
        return ending
    }

    /// Sends SIGTERM and waits for the end.
    func terminate() -> Ending {
        if let ending = poll() { return ending }
        kill(pid, SIGTERM)
        for _ in 0..<Self.patience * 100 {
            if let ending = poll() { return ending }
            usleep(10_000)
        }
        kill(pid, SIGKILL)
        var status: Int32 = 0
        waitpid(pid, &status, 0)
        ending = .killed(afterSeconds: Self.patience)
        return .killed(afterSeconds: Self.patience)
    }
}
