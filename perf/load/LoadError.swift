/// Why nothing could be measured.
enum LoadError: Error, CustomStringConvertible {
    /// The daemon does not answer, or refuses every call.
    case daemon(String)
    case system(String, errno: Int32)
    case speech(String)
    case interrupted

    var description: String {
        switch self {
        case .daemon(let reason): reason
        case .system(let call, let errno): "\(call): error \(errno)"
        case .speech(let reason): reason
        case .interrupted: "interrupted"
        }
    }
}
