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
    typealias Completion = @Sendable (Outcome) -> Void

    case offer(OfferCommand, Completion)
    case answer(AnswerCommand, Completion)
    case delete(DeleteCommand, Completion)
    case query(QueryCommand, Completion)
    case unblockMedia(UnblockMediaCommand, Completion)
    case event(CallEvent)
    case timer(CallTimer)
    /// The daemon stops.
    case shutdown(@Sendable () -> Void)
}

/// The deadlines of a call on the control side.
enum CallTimer: Sendable, Hashable {
    /// When a deleted call ends for good (`delete-delay`).
    case deletion
    /// When an offer without an answer is given up (`--offer-timeout`).
    case offer
    /// When the call is older than any may be (`--final-timeout`).
    case final
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
