public import NGProtocol

/// A `subscribe request` of the control protocol, as far as SDP and media go.
public struct SubscriptionRequest: Sendable, Equatable {
    /// Whose media, by their indices in the dialogue.
    public var sources: [Int]
    /// The subscriber's tag.
    public var tag: String
    /// The subscriber's label.
    public var label: String?
    public var flags: SubscriptionOptions
    public var options: MediaOptions
    public var defaults: NegotiationDefaults

    public init(
        sources: [Int], tag: String, label: String? = nil, flags: SubscriptionOptions = SubscriptionOptions(),
        options: MediaOptions = MediaOptions(), defaults: NegotiationDefaults = NegotiationDefaults()
    ) {
        self.sources = sources
        self.tag = tag
        self.label = label
        self.flags = flags
        self.options = options
        self.defaults = defaults
    }
}

/// A `create` of the control protocol.
public struct CreationRequest: Sendable, Equatable {
    /// The m-lines; empty for one of audio.
    public var medias: [RequestedMedia]
    public var tag: String
    public var label: String?
    public var options: MediaOptions
    public var defaults: NegotiationDefaults

    public init(
        medias: [RequestedMedia] = [], tag: String, label: String? = nil, options: MediaOptions = MediaOptions(),
        defaults: NegotiationDefaults = NegotiationDefaults()
    ) {
        self.medias = medias
        self.tag = tag
        self.label = label
        self.options = options
        self.defaults = defaults
    }
}

// Descriptions between one party and us, with nobody on the other side of it. The rules are those of offers and answers: what throws
// leaves the dialogue as it is, and what was leased until then is the caller's to give back.

extension Negotiator {
    /// Offers somebody the media of parties of the call: one m-line each, on which we only send. With the tag of a subscriber that is
    /// there, this is its next offer: lines that it has stay in their places.
    /// - Throws: `.invalidDialogue` if the tag is that of a party, `.incompleteSDP` if there is nothing to subscribe to.
    public static func subscribe(
        _ request: SubscriptionRequest, dialogue: Dialogue, resources: some MediaResources
    ) throws(NegotiationError) -> NegotiationResult {
        var negotiation = try SubscriptionNegotiation(request, dialogue: dialogue, resources: resources)
        try negotiation.openLines()
        return negotiation.result()
    }

    /// The answer of a subscriber, or of a party that `create` has made an offer to (`fromTag` is its own tag).
    ///
    /// A line with port 0 is refused, and so are those that are missing. Of a subscriber's codecs none may be missing, unless
    /// the options say so (`allow-transcoding`).
    /// - Throws: `.invalidDialogue` if nothing was offered to anybody of that tag; `.malformedSDP`; `.incompleteSDP`.
    public static func answerToOurs(
        _ request: NegotiationRequest, dialogue: Dialogue, resources: some MediaResources
    ) throws(NegotiationError) -> NegotiationResult {
        var negotiation = try OwnOfferAnswer(request, dialogue: dialogue, resources: resources)
        try negotiation.close()
        return negotiation.result()
    }

    /// Answers a party that only sends.
    /// - Parameter dialogue: `nil` for a new call.
    public static func publish(
        _ request: NegotiationRequest, dialogue: Dialogue?, resources: some MediaResources
    ) throws(NegotiationError) -> NegotiationResult {
        var negotiation = try Publication(request, dialogue: dialogue, resources: resources)
        try negotiation.answerLines()
        return negotiation.result()
    }

    /// Offers a session to a party that talks with nobody yet: it hears what it is played, and others may subscribe to it.
    /// - Parameter dialogue: `nil` for a new call.
    public static func create(
        _ request: CreationRequest, dialogue: Dialogue?, resources: some MediaResources
    ) throws(NegotiationError) -> NegotiationResult {
        var negotiation = try Creation(request, dialogue: dialogue, resources: resources)
        try negotiation.openLines()
        return negotiation.result()
    }
}
