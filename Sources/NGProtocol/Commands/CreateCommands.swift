/// `create`: a description of ours to offer somebody, with nobody on the other side yet.
public struct CreateCommand: Sendable, Equatable {
    /// `nil`: to be made up, as 64 hexadecimal digits, and named in the reply.
    public var callID: String?
    /// As `callID`.
    public var fromTag: String?
    /// The m-lines; empty for one of audio.
    public var medias: [RequestedMedia]
    public var fields: MessageFields
    public var media: MediaOptions

    init(_ message: NGMessage) {
        callID = optional(message.fields.callID)
        fromTag = optional(message.fields.fromTag)
        medias = message.fields.medias
        fields = message.fields
        media = message.media
    }
}

/// An element of `medias`: an m-line that `create` is to offer.
public struct RequestedMedia: Sendable, Equatable {
    /// `audio`, `video`, ...
    public var kind = "audio"
    /// `id`: to be written as `a=mid`.
    public var id: String?
    /// Specifications as those of `CodecOptions`; empty for those of `codec` = `offer`.
    public var codecs: [String] = []
    public init() {}
}

/// `create answer`: completes `create`.
public struct CreateAnswerCommand: Sendable, Equatable {
    public var sdp: String
    public var callID: String
    public var fromTag: String
    public var fields: MessageFields
    public var media: MediaOptions

    init(_ message: NGMessage) throws(NGError) {
        sdp = try require(message.fields.sdp, or: .noSDP)
        callID = try require(message.fields.callID, or: .noCallID)
        fromTag = try require(message.fields.fromTag, or: .noFromTag)
        fields = message.fields
        media = message.media
        media.restrictToAnswer()
    }
}
