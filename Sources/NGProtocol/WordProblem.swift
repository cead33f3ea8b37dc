/// Why a word of an option's value gets a warning.
public enum WordProblem: Sendable, Equatable {
    /// Nobody knows it.
    case unknown
    /// rtpengine knows it, and this release does not serve it.
    case unsupported
    /// It asks for the opposite of what holds in any case.
    case noEffect

    var explanation: String {
        switch self {
        case .unknown: "is not understood"
        case .unsupported: "is not supported"
        case .noEffect: "has no effect"
        }
    }
}
