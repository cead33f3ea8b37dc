/// A command that hardly anybody uses: `ok` with a warning is the reply, so that a script goes on and its author learns of it.
public struct IgnoredCommand: Sendable, Equatable {
    public var name: NGCommandName
    public var callID: String?

    init(_ name: NGCommandName, _ fields: MessageFields) {
        self.name = name
        callID = optional(fields.callID)
    }

    /// For the reply and the log.
    public var warning: String { "'\(name.rawValue)' is ignored" }
}
