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

    case offer(OfferCommand, Completion)
    case answer(AnswerCommand, Completion)
    case delete(DeleteCommand, Completion)
    case query(QueryCommand, Completion)
    case unblockMedia(UnblockMediaCommand, Completion)
    case event(CallEvent)
    case timer(CallTimer)
    /// The daemon stops.
    case shutdown
}

/// Why a call ended, for the log.
enum CallEnd: String, Sendable {
    case deleted, shutdown
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
