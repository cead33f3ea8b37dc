/// A request that says everything its command needs.
public enum NGCommand: Sendable, Equatable {
    case ping
    case offer(OfferCommand)
    case answer(AnswerCommand)
    case delete(DeleteCommand)
    case query(QueryCommand)
    case unblockMedia(UnblockMediaCommand)
    /// At most `limit` call-ids.
    case list(limit: Int)
}

extension NGCommand {
    /// Which call the command concerns; `nil` for those that concern none.
    public var callID: String? {
        switch self {
        case .ping, .list: nil
        case .offer(let offer): offer.callID
        case .answer(let answer): answer.callID
        case .delete(let delete): delete.callID
        case .query(let query): query.callID
        case .unblockMedia(let unblock): unblock.callID
        }
    }
}

/// A parsed request: the command, and what of it was not understood.
public struct NGRequest: Sendable, Equatable {
    public var command: NGCommand
    /// For the log; never a reason to refuse.
    public var warnings: [String]

    /// How many calls `list` names unless told.
    public static let defaultListLimit = 32

    /// - Throws: what is missing, checked in rtpengine's order, because clients see the first one only.
    public init(_ dictionary: NGDictionary) throws(NGError) {
        let message = NGMessage(dictionary)
        guard let name = message.fields.command else { throw .noCommand }
        warnings = message.warnings
        command = switch name {
        case "ping": .ping
        case "offer": .offer(try OfferCommand(message))
        case "answer": .answer(try AnswerCommand(message))
        case "delete": .delete(try DeleteCommand(message.fields))
        case "query": .query(try QueryCommand(message.fields))
        case "unblock media": .unblockMedia(try UnblockMediaCommand(message.fields))
        case "list": .list(limit: try Self.limit(message.fields))
        default: throw .unrecognizedCommand
        }
    }

    private static func limit(_ fields: MessageFields) throws(NGError) -> Int {
        let limit = fields.limit ?? defaultListLimit
        guard limit >= 0 else { throw .invalidLimit }
        return limit
    }
}

/// The text, or the error if it is missing or empty.
func require(_ text: String?, or error: NGError) throws(NGError) -> String {
    guard let text, !text.isEmpty else { throw error }
    return text
}

/// An empty text counts as none.
func optional(_ text: String?) -> String? { text?.isEmpty == true ? nil : text }

/// `offer`: makes or changes a call and rewrites the SDP for the other side.
public struct OfferCommand: Sendable, Equatable {
    public var sdp: String
    public var callID: String
    /// Who offers.
    public var fromTag: String
    /// Given in re-offers, where the dialogue has both tags.
    public var toTag: String?
    public var fields: MessageFields
    public var media: MediaOptions

    init(_ message: NGMessage) throws(NGError) {
        sdp = try require(message.fields.sdp, or: .noSDP)
        callID = try require(message.fields.callID, or: .noCallID)
        fromTag = try require(message.fields.fromTag, or: .noFromTag)
        toTag = optional(message.fields.toTag)
        fields = message.fields
        media = message.media
    }
}

/// `answer`: completes the offer. The tags are those of the dialogue, so `fromTag` is still the offerer.
public struct AnswerCommand: Sendable, Equatable {
    public var sdp: String
    public var callID: String
    public var fromTag: String
    /// Who answers.
    public var toTag: String
    public var fields: MessageFields
    public var media: MediaOptions

    init(_ message: NGMessage) throws(NGError) {
        sdp = try require(message.fields.sdp, or: .noSDP)
        callID = try require(message.fields.callID, or: .noCallID)
        fromTag = try require(message.fields.fromTag, or: .noFromTag)
        toTag = try require(message.fields.toTag, or: .noToTag)
        fields = message.fields
        media = message.media
        media.restrictToAnswer()
    }
}

/// `delete`: ends a call, after a delay unless that is 0.
public struct DeleteCommand: Sendable, Equatable {
    public var callID: String
    public var fromTag: String?
    /// Heeded with the flag `to-tag` only, since proxies send the key in any case.
    public var toTag: String?
    /// [s], 0 to a year; `nil` leaves it to the daemon's option, as a negative number does.
    public var delay: Int?
    public var isFatal: Bool
    public var isFast: Bool

    init(_ fields: MessageFields) throws(NGError) {
        callID = try require(fields.callID, or: .noCallID)
        fromTag = optional(fields.fromTag)
        toTag = fields.heedsToTag ? optional(fields.toTag) : nil
        delay = fields.deleteDelay.flatMap { $0 < 0 ? nil : min($0, 31_536_000) }
        isFatal = fields.isFatal
        isFast = fields.isFast
    }
}

/// `query`: a call's statistics.
public struct QueryCommand: Sendable, Equatable {
    public var callID: String
    /// Either tag narrows the reply to that party and those it talks to.
    public var fromTag: String?
    public var toTag: String?

    init(_ fields: MessageFields) throws(NGError) {
        callID = try require(fields.callID, or: .noCallID)
        fromTag = optional(fields.fromTag)
        toTag = optional(fields.toTag)
    }
}

/// `unblock media`: opens the gate of `hold-until-accept`.
public struct UnblockMediaCommand: Sendable, Equatable {
    public var callID: String
    /// A party of the call, if it is given.
    public var fromTag: String?

    init(_ fields: MessageFields) throws(NGError) {
        callID = try require(fields.callID, or: .noCallID)
        fromTag = optional(fields.fromTag)
    }
}
