import MediaCore
import NGProtocol

/// What a call is told, in order.
enum CallCommand: Sendable {
    /// What came of a request.
    enum Outcome: Sendable {
        case reply(NGReply)
        /// The call was over before the request reached it.
        case gone
    }
    typealias Completion = @ControlActor (Outcome) -> Void

    case request(NGCommand, Completion)
    case event(CallEvent)
    case timer(CallTimer)
    /// The daemon stops.
    case shutdown
    /// The operator ends the call.
    case terminate
}

/// Why a call ended, for the log.
enum CallEnd: String, Sendable {
    case deleted, shutdown
    case terminated = "terminated by operator"
    case mediaTimeout = "media timeout"
    case silentTimeout = "silent timeout"
    case offerTimeout = "offer timeout"
    case finalTimeout = "final timeout"
    /// The first offer was refused.
    case refused

    init(_ reason: EndReason) {
        self = switch reason {
        case .requested: .deleted
        case .mediaTimeout: .mediaTimeout
        case .silentTimeout: .silentTimeout
        }
    }
}
