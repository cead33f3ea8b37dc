/// What a message's keys and flags came to: the command's own fields, the media options, and what was not understood.
public struct NGMessage: Sendable, Equatable {
    public var fields = MessageFields()
    public var media = MediaOptions()
    /// Names and values that were not understood or are not served, in readable words; bounded.
    public private(set) var warnings: [String] = []
    /// Options that are known and not served, by their names in the table; each once.
    public private(set) var unserved: [String] = []

    private var templates = SignallingTemplates()
    /// Texts within texts: a template may name another one, and that one the first.
    private var textDepth = 0
    private static let maximumTextDepth = 4
    private var textCount = 0
    private static let maximumTexts = 32

    /// More warnings than this say nothing new.
    static let maximumWarnings = 32
    /// Longer names and values are cut in a warning [characters].
    static let maximumQuotation = 80

    public init() {}

    /// Applies the templates, and then every key of a message in its order; nothing in it is an error.
    public init(_ dictionary: NGDictionary, templates: SignallingTemplates = SignallingTemplates()) {
        self.templates = templates
        apply(template: SignallingTemplates.standard, isNamed: false)
        if let command = dictionary["command"]?.text { apply(template: command, isNamed: false) }
        for entry in dictionary.entries { OptionTable.apply(key: entry.key, entry.value, to: &self) }
    }

    /// - Parameter isNamed: the message names the template, so that it should be there.
    mutating func apply(template name: String, isNamed: Bool) {
        if let text = templates[name] {
            apply(text: text)
        } else if isNamed {
            warn("template", name, "is unknown")
        }
    }

    /// A text as that of `rtpp-flags`.
    mutating func apply(text: String) {
        guard textDepth < Self.maximumTextDepth, textCount < Self.maximumTexts else { return warn("text", text, "is one too many") }
        textDepth += 1
        textCount += 1
        RTPPFlags.apply(text, to: &self)
        textDepth -= 1
    }

    mutating func note(unserved name: String) {
        if !unserved.contains(name) { unserved.append(name) }
    }

    mutating func warn(_ what: String, _ quotation: String, _ explanation: String) {
        guard warnings.count < Self.maximumWarnings else { return }
        warnings.append("\(what) '\(quotation.prefix(Self.maximumQuotation).printable)' \(explanation)")
    }
}

/// The keys and flags that concern the command and not the media.
public struct MessageFields: Sendable, Equatable {
    public var command: String?
    public var callID: String?
    public var fromTag: String?
    public var toTag: String?
    public var viaBranch: String?
    public var sdp: String?
    /// A name for the party, shown in reports.
    public var label: String?
    /// Free text about the call, shown in reports.
    public var metadata: String?
    /// As it was sent [s]; negative leaves it to the daemon.
    public var deleteDelay: Int?
    /// As it was sent: how many calls `list` may name.
    public var limit: Int?
    /// `supports` has `load limit`.
    public var knowsLoadLimit = false
    /// The flag `fatal`: a `delete` that finds nothing fails.
    public var isFatal = false
    /// The flag `fast`: a `delete` replies without statistics.
    public var isFast = false
    /// The flag `to-tag`: `delete` heeds the key of that name.
    public var heedsToTag = false
    /// The SDP is a trickle ICE fragment (RFC 8840).
    public var isFragment = false
    /// The flag `debug`: log this call in detail.
    public var isDebugging = false
    /// `DTMF-log-dest`: where to report the call's digits, as `address:port`.
    public var digitReports: String?
    /// `body`: a line of the command line interface.
    public var body: String?
    public var parties = PartyFields()
    public var recording = RecordingOptions()
    public var playback = PlaybackFields()
    public var digits = DigitFields()
    public var subscription = SubscriptionOptions()
    /// `medias`, of `create`; bounded.
    public var medias: [RequestedMedia] = []
    public init() {}
}
