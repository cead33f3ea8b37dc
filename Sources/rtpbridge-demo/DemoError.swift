import Glibc

/// What keeps the demo, or one of its calls, from going on.
enum DemoError: Error, CustomStringConvertible {
    case system(String, errno: Int32)
    case noVoice(String)
    case unreadable(String, String)
    case daemonSilent(log: String)
    case noReply(command: String)
    case refused(command: String, reason: String)
    case unusable(String)
    case notConnected(seconds: Int)

    var description: String {
        switch self {
        case .system(let what, let code): "\(what): \(String(cString: strerror(code)))"
        case .noVoice(let directory): "no recordings in \(directory): install asterisk-core-sounds-en-wav or name another --voice"
        case .unreadable(let file, let reason): "\(file): \(reason)"
        case .daemonSilent(let log): "the daemon does not answer a ping; see \(log)"
        case .noReply(let command): "no reply to ng \(command)"
        case .refused(let command, let reason): "ng \(command): \(reason)"
        case .unusable(let what): what
        case .notConnected(let seconds): "no media path after \(seconds) s"
        }
    }
}
