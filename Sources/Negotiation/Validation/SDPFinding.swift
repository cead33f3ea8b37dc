/// One thing that is wrong with a session description, or worth knowing about it.
public struct SDPFinding: Sendable, Equatable {
    /// How bad it is.
    public enum Severity: String, Sendable, Comparable {
        /// Works, and could be better.
        case note
        /// Works today, or with most numbers.
        case warning
        /// Meta refuses the call, or it has no audio.
        case error

        public static func < (a: Severity, b: Severity) -> Bool { a.rank < b.rank }
        private var rank: Int { self == .note ? 0 : self == .warning ? 1 : 2 }
    }
    /// Whose description it is.
    public enum Origin: String, Sendable {
        /// What Meta sent.
        case meta
        /// What we send to Meta.
        case ours
        /// What the PBX sent.
        case pbx
    }

    /// The rule's name, as in `proto/whatsapp.md`.
    public var rule: String
    public var origin: Origin
    /// From 1; 0 where something is missing rather than wrong.
    public var line: Int
    public var severity: Severity
    /// What was found.
    public var message: String
    /// What to do about it.
    public var remedy: String
    /// The error by which Meta answers, or what its user sees; `nil` where there is none.
    public var metaError: String?

    public init(
        rule: String, origin: Origin, line: Int, severity: Severity, message: String, remedy: String, metaError: String? = nil
    ) {
        self.rule = rule
        self.origin = origin
        self.line = line
        self.severity = severity
        self.message = message
        self.remedy = remedy
        self.metaError = metaError
    }
}
