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
    public enum MessageType: Sendable, Equatable { case request, reply }

    public var command: String?
    public var callID: String?
    public var fromTag: String?
    public var toTag: String?
    public var viaBranch: String?
    public var sdp: String?
    public var label: String?
    public var metadata: String?
    /// [s]
    public var deleteDelay: Int?
    public var limit: Int?
    public var messageType: MessageType?
    public var responseCode: Int?
    /// `supports` has `load limit`.
    public var knowsLoadLimit = false
    public var isFatal = false
    public var isFast = false
    /// The flag `to-tag`: `delete` heeds the key of that name.
    public var heedsToTag = false
    public var isProvisional = false
    public var isNewBranch = false
    /// The SDP is a trickle ICE fragment (RFC 8840).
    public var isFragment = false
    public var isDebugging = false
    public init() {}
}
