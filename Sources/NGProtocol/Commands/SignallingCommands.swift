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
    /// For a party whose tag is not known.
    public var viaBranch: String?
    /// [s], 0 to a year; `nil` leaves it to the daemon's option, as a negative number does.
    public var delay: Int?
    public var isFatal: Bool
    public var isFast: Bool

    init(_ fields: MessageFields) throws(NGError) {
        callID = try require(fields.callID, or: .noCallID)
        fromTag = optional(fields.fromTag)
        toTag = fields.heedsToTag ? optional(fields.toTag) : nil
        viaBranch = optional(fields.viaBranch)
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
