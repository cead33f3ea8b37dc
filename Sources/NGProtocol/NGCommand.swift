/// A request that says everything its command needs.
public enum NGCommand: Sendable, Equatable {
    case ping
    case offer(OfferCommand)
    case answer(AnswerCommand)
    case delete(DeleteCommand)
    case query(QueryCommand)
    /// At most `limit` call-ids.
    case list(limit: Int)
    case statistics
    /// `start recording`, `pause recording`, `stop recording`.
    case record(RecordingCommand)
    /// `block DTMF`, `block media`, `silence media` and their opposites.
    case treat(TreatmentCommand)
    case playMedia(PlayMediaCommand)
    case stopMedia(StopMediaCommand)
    case playDTMF(PlayDTMFCommand)
    case publish(PublishCommand)
    case subscribe(SubscribeCommand)
    case subscribeAnswer(SubscribeAnswerCommand)
    case unsubscribe(UnsubscribeCommand)
    case create(CreateCommand)
    case createAnswer(CreateAnswerCommand)
    /// One line of the command line interface.
    case cli(line: String)
    /// A command that is known, acknowledged with a warning, and otherwise ignored.
    case ignored(IgnoredCommand)
}

extension NGCommand {
    /// Which call the command concerns; `nil` for those that concern none, or one that is yet to be named.
    public var callID: String? {
        switch self {
        case .ping, .list, .statistics, .cli: nil
        case .offer(let offer): offer.callID
        case .answer(let answer): answer.callID
        case .delete(let delete): delete.callID
        case .query(let query): query.callID
        case .record(let recording): recording.callID
        case .treat(let treatment): treatment.callID
        case .playMedia(let play): play.callID
        case .stopMedia(let stop): stop.callID
        case .playDTMF(let play): play.callID
        case .publish(let publish): publish.callID
        case .subscribe(let subscribe): subscribe.callID
        case .subscribeAnswer(let answer): answer.callID
        case .unsubscribe(let unsubscribe): unsubscribe.callID
        case .create(let create): create.callID
        case .createAnswer(let answer): answer.callID
        case .ignored(let command): command.callID
        }
    }
}

/// The names of the commands, as clients write them.
public enum NGCommandName: String, Sendable, CaseIterable {
    case ping, offer, answer, delete, query, list, statistics, publish, unsubscribe, create
    case startRecording = "start recording", pauseRecording = "pause recording", stopRecording = "stop recording"
    case blockDTMF = "block DTMF", unblockDTMF = "unblock DTMF"
    case blockMedia = "block media", unblockMedia = "unblock media"
    case silenceMedia = "silence media", unsilenceMedia = "unsilence media"
    case playMedia = "play media", stopMedia = "stop media", playDTMF = "play DTMF"
    case subscribeRequest = "subscribe request", subscribeAnswer = "subscribe answer"
    case createAnswer = "create answer"
    case cli, upperCaseCLI = "CLI"
    case startForwarding = "start forwarding", stopForwarding = "stop forwarding"
    case connect, injectStart = "inject start", injectStop = "inject stop", mesh, transform

    /// Hardly anybody uses it; see `IgnoredCommand`.
    public var isIgnored: Bool {
        switch self {
        case .startForwarding, .stopForwarding, .connect, .injectStart, .injectStop, .mesh, .transform: true
        default: false
        }
    }
}

/// A parsed request: the command, and what of it was not understood.
public struct NGRequest: Sendable, Equatable {
    public var command: NGCommand
    /// For the log; never a reason to refuse.
    public var warnings: [String]
    /// Names of options, and of the command, that are known and not served: for the log, once for each name.
    public var unserved: [String]

    /// How many calls `list` names unless told.
    public static let defaultListLimit = 32

    /// - Parameter templates: applied before the message's own keys.
    /// - Throws: what is missing, checked in rtpengine's order, because clients see the first one only.
    public init(_ dictionary: NGDictionary, templates: SignallingTemplates = SignallingTemplates()) throws(NGError) {
        // A number is no name, though it is text elsewhere.
        guard let value = dictionary["command"], value.data != nil, let text = value.text else { throw .noCommand }
        guard let name = NGCommandName(rawValue: text) else { throw .unrecognizedCommand }
        let message = NGMessage(dictionary, templates: templates)
        command = if let command = try Self.call(name, message) {
            command
        } else if let command = try Self.media(name, message) {
            command
        } else if let command = try Self.subscription(name, message) {
            command
        } else {
            .ignored(IgnoredCommand(name, message.fields))
        }
        warnings = message.warnings
        unserved = message.unserved
        if case .ignored(let command) = command { unserved.append(command.name.rawValue) }
    }

    private static func call(_ name: NGCommandName, _ message: NGMessage) throws(NGError) -> NGCommand? {
        switch name {
        case .ping: .ping
        case .offer: .offer(try OfferCommand(message))
        case .answer: .answer(try AnswerCommand(message))
        case .delete: .delete(try DeleteCommand(message.fields))
        case .query: .query(try QueryCommand(message.fields))
        case .list: .list(limit: try limit(message.fields))
        case .statistics: .statistics
        case .create: .create(CreateCommand(message))
        case .createAnswer: .createAnswer(try CreateAnswerCommand(message))
        case .cli, .upperCaseCLI: .cli(line: try require(message.fields.body, or: .noBody))
        default: nil
        }
    }

    private static func media(_ name: NGCommandName, _ message: NGMessage) throws(NGError) -> NGCommand? {
        let fields = message.fields
        return switch name {
        case .startRecording: .record(try RecordingCommand(.start, fields))
        case .pauseRecording: .record(try RecordingCommand(.pause, fields))
        case .stopRecording: .record(try RecordingCommand(.stop, fields))
        case .blockDTMF: .treat(try TreatmentCommand(.blockDTMF, isOn: true, fields))
        case .unblockDTMF: .treat(try TreatmentCommand(.blockDTMF, isOn: false, fields))
        case .blockMedia: .treat(try TreatmentCommand(.blockMedia, isOn: true, fields))
        case .unblockMedia: .treat(try TreatmentCommand(.blockMedia, isOn: false, fields))
        case .silenceMedia: .treat(try TreatmentCommand(.silenceMedia, isOn: true, fields))
        case .unsilenceMedia: .treat(try TreatmentCommand(.silenceMedia, isOn: false, fields))
        case .playMedia: .playMedia(try PlayMediaCommand(fields))
        case .stopMedia: .stopMedia(try StopMediaCommand(fields))
        case .playDTMF: .playDTMF(try PlayDTMFCommand(fields))
        default: nil
        }
    }

    private static func subscription(_ name: NGCommandName, _ message: NGMessage) throws(NGError) -> NGCommand? {
        switch name {
        case .publish: .publish(try PublishCommand(message))
        case .subscribeRequest: .subscribe(try SubscribeCommand(message))
        case .subscribeAnswer: .subscribeAnswer(try SubscribeAnswerCommand(message))
        case .unsubscribe: .unsubscribe(try UnsubscribeCommand(message.fields))
        default: nil
        }
    }

    private static func limit(_ fields: MessageFields) throws(NGError) -> Int {
        let limit = fields.limit ?? defaultListLimit
        guard limit >= 0 else { throw .invalidLimit }
        return limit
    }
}

/// The text, or the error if it is missing or empty.
func require(_ text: String?, or error: NGError) throws(NGError) -> String {
    guard let text, !text.isEmpty else { throw error }
    return text
}

/// An empty text counts as none.
func optional(_ text: String?) -> String? { text?.isEmpty == true ? nil : text }
