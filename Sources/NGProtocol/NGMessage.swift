/// What a message's keys and flags came to: the command's own fields, the media options, and what was not understood.
public struct NGMessage: Sendable, Equatable {
    public var fields = MessageFields()
    public var media = MediaOptions()
    /// Names and values that were not understood or are not served, in readable words; bounded.
    public private(set) var warnings: [String] = []

    /// More warnings than this say nothing new.
    static let maximumWarnings = 32
    /// Longer names and values are cut in a warning [characters].
    static let maximumQuotation = 80

    public init() {}

    /// Applies every key of a message in its order; nothing in it is an error.
    public init(_ dictionary: NGDictionary) {
        for entry in dictionary.entries { OptionTable.apply(key: entry.key, entry.value, to: &self) }
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
    public init() {}
}
