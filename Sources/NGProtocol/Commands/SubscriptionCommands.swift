/// `publish`: a party that only sends, for others to subscribe to.
public struct PublishCommand: Sendable, Equatable {
    public var sdp: String
    /// `nil`: to be made up, as 64 hexadecimal digits, and named in the reply.
    public var callID: String?
    /// As `callID`.
    public var fromTag: String?
    public var fields: MessageFields
    public var media: MediaOptions

    init(_ message: NGMessage) throws(NGError) {
        sdp = try require(message.fields.sdp, or: .noSDP)
        callID = optional(message.fields.callID)
        fromTag = optional(message.fields.fromTag)
        fields = message.fields
        media = message.media
    }
}

/// `subscribe request`: a description that offers somebody the media of parties of the call.
public struct SubscribeCommand: Sendable, Equatable {
    public var callID: String
    /// Whose media: one party, all of them with `scope` = `.everything`, or `fromTags`; none is `.noMediasFound`.
    public var parties: PartySelection
    /// The subscriber; `nil`: to be made up, as 64 hexadecimal digits.
    public var toTag: String?
    /// The subscriber's label: `set-label`, or `to-label`.
    public var label: String?
    public var options: SubscriptionOptions
    public var fields: MessageFields
    public var media: MediaOptions

    init(_ message: NGMessage) throws(NGError) {
        callID = try require(message.fields.callID, or: .noCallID)
        parties = PartySelection(message.fields, isDirectional: false)
        // Both name the subscriber here.
        parties.sink = nil
        label = parties.newLabel ?? optional(message.fields.parties.toLabel)
        parties.newLabel = nil
        toTag = optional(message.fields.toTag)
        options = message.fields.subscription
        fields = message.fields
        media = message.media
    }
}

/// The flags of `subscribe request`.
public struct SubscriptionOptions: Sendable, Equatable {
    /// `SIPREC`: the reply describes the parties' media (RFC 7866).
    public var describesMedia = false
    /// `inactive`: the description says `a=inactive`.
    public var isInactive = false
    /// `egress`: what the parties hear, and not what they say.
    public var takesEgress = false
    public init() {}
}

/// `subscribe answer`: the subscriber's description.
public struct SubscribeAnswerCommand: Sendable, Equatable {
    public var callID: String
    /// `nil`: `.noToTag`, and then `.noSDP`. The call is looked for first.
    public var toTag: String?
    public var sdp: String?
    public var fields: MessageFields
    public var media: MediaOptions

    init(_ message: NGMessage) throws(NGError) {
        callID = try require(message.fields.callID, or: .noCallID)
        toTag = optional(message.fields.toTag)
        sdp = optional(message.fields.sdp)
        fields = message.fields
        media = message.media
        media.restrictToAnswer()
    }
}

/// `unsubscribe`
public struct UnsubscribeCommand: Sendable, Equatable {
    public var callID: String
    /// The subscriber; `nil`: `.noToTag`. The call is looked for first.
    public var toTag: String?

    init(_ fields: MessageFields) throws(NGError) {
        callID = try require(fields.callID, or: .noCallID)
        toTag = optional(fields.toTag)
    }
}
