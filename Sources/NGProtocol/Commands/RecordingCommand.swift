/// `start recording`, `pause recording`, `stop recording`.
public struct RecordingCommand: Sendable, Equatable {
    /// What is done to the call's recording.
    public enum Action: Sendable, Equatable {
        /// Begins, or goes on after a pause.
        case start
        /// The file stays open.
        case pause
        case stop
        /// Stops, and nothing is kept.
        case discard
    }

    public var callID: String
    public var action: Action
    /// Whose metadata and whose exclusion it is; the call's if it is none of the call's parties.
    public var fromTag: String?
    public var metadata: String?
    public var options: RecordingOptions

    init(_ action: Action, _ fields: MessageFields) throws(NGError) {
        callID = try require(fields.callID, or: .noCallID)
        fromTag = optional(fields.fromTag)
        metadata = optional(fields.metadata)
        options = fields.recording
        self.action = action
        guard action == .stop else { return }
        if fields.recording.pauses {
            self.action = .pause
        } else if fields.recording.discards {
            self.action = .discard
        }
    }
}

/// How a call is recorded: keys and flags of the recording commands, and of `offer` and `answer`.
public struct RecordingOptions: Sendable, Equatable {
    /// `record-call`: in an offer or answer, begins (`on`) or ends (`off`) recording.
    public var records: Bool?
    /// `recording-file`: the path of the file; absolute.
    public var file: String?
    /// `recording-dir`: in place of the daemon's directory; absolute.
    public var directory: String?
    /// `exclude-recording`: this party is not recorded.
    public var excludesParty = false
    /// `pause`, of `stop recording`.
    public var pauses = false
    /// `discard-recording`
    public var discards = false
    public init() {}
}
