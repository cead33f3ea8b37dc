public import MediaCore
public import NGProtocol
public import Wire

/// An `offer` or `answer` of the control protocol, as far as SDP and media go.
public struct NegotiationRequest: Sendable, Equatable {
    public var sdp: String
    /// The tag of the party that made the offer, in offers and answers alike.
    public var fromTag: String
    /// The tag of the other party; required in answers.
    public var toTag: String?
    /// Tells the branches of a forked call apart: in an offer it names the one that it goes to, in an answer the one that answers.
    public var viaBranch: String?
    /// `label` of the party that speaks.
    public var label: String?
    public var options: MediaOptions
    public var defaults: NegotiationDefaults
    /// The recording that `hold-file` names; `nil` leaves the one that an earlier request brought.
    public var holdAudio: HoldAudio?

    public init(
        sdp: String, fromTag: String, toTag: String? = nil, viaBranch: String? = nil, label: String? = nil,
        options: MediaOptions = MediaOptions(), defaults: NegotiationDefaults = NegotiationDefaults(), holdAudio: HoldAudio? = nil
    ) {
        self.sdp = sdp
        self.fromTag = fromTag
        self.toTag = toTag
        self.viaBranch = viaBranch
        self.label = label
        self.options = options
        self.defaults = defaults
        self.holdAudio = holdAudio
    }
}

/// One recording at the rates of the codecs that it may be sent in.
public struct HoldAudio: Sendable, Equatable {
    /// 8000 Hz, for G.711.
    public var narrowband: AudioClip
    /// 16000 Hz, for Opus, G.722 and L16.
    public var wideband: AudioClip

    public init(narrowband: AudioClip, wideband: AudioClip) {
        self.narrowband = narrowband
        self.wideband = wideband
    }

    func clip(for codec: Codec) -> AudioClip { clip(for: codec.format) }
    public func clip(for format: PayloadFormat) -> AudioClip { format == .pcmu || format == .pcma ? narrowband : wideband }
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
    /// `--profile`, by the interface's name as requests give it; `""` is the interface that is taken where they name none.
    public var profiles: [String: LegProfile] = [:]
    /// The sets of networks that `allowed-sources` may name, such as `meta`.
    public var sourceSets: [String: [IPNetwork]] = [:]

    public init() {}
}
