public import NGProtocol
public import Wire

/// An `offer` or `answer` of the control protocol, as far as SDP and media go.
public struct NegotiationRequest: Sendable, Equatable {
    public var sdp: String
    /// The tag of the party that made the offer, in offers and answers alike.
    public var fromTag: String
    /// The tag of the other party; required in answers.
    public var toTag: String?
    /// Kept with the party, for reports.
    public var viaBranch: String?
    public var options: MediaOptions
    public var defaults: NegotiationDefaults

    public init(
        sdp: String, fromTag: String, toTag: String? = nil, viaBranch: String? = nil,
        options: MediaOptions = MediaOptions(), defaults: NegotiationDefaults = NegotiationDefaults()
    ) {
        self.sdp = sdp
        self.fromTag = fromTag
        self.toTag = toTag
        self.viaBranch = viaBranch
        self.options = options
        self.defaults = defaults
    }
}

/// The daemon's settings that hold where a request says nothing.
public struct NegotiationDefaults: Sendable, Equatable {
    /// `--endpoint-learning`.
    public var learning: LearningMode = .heuristic
    /// `--dtls-passive`.
    public var dtlsPassive = false
    /// `--sip-source`.
    public var usesSIPSource = false
    /// `--timeout`.
    public var mediaTimeout = Nanoseconds.seconds(60)
    /// `--silent-timeout`.
    public var silentTimeout = Nanoseconds.seconds(3600)
    /// `--offer-timeout`.
    public var offerTimeout = Nanoseconds.seconds(3600)

    public init() {}
}
