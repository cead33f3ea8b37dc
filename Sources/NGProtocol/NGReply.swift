/// The answer to one request, before it is written as bencode or JSON.
public struct NGReply: Sendable, Equatable {
    public var dictionary: NGDictionary

    private init(_ dictionary: NGDictionary) { self.dictionary = dictionary }

    /// `result: pong`.
    public static let pong = NGReply(["result": "pong"])

    /// `result: ok` after the command's own keys; `warning` for a failure that is none.
    public static func ok(_ content: NGDictionary = NGDictionary(), warning: String? = nil) -> NGReply {
        var reply = NGReply(content)
        if let warning { reply.dictionary["warning"] = .string(warning) }
        reply.dictionary["result"] = "ok"
        return reply
    }

    /// `result: error` with the exact text.
    public static func error(_ error: NGError) -> NGReply {
        NGReply(["result": "error", "error-reason": .string(error.rawValue)])
    }

    /// The refusal of a new call for lack of capacity: `result: load limit` to clients that said they know it,
    /// the one error text that makes proxies try elsewhere to the others, whatever the limit was.
    public static func refused(_ limit: LoadLimit, clientKnowsLoadLimit: Bool) -> NGReply {
        guard clientKnowsLoadLimit else { return .error(.tooManySessions) }
        return NGReply(["result": "load limit", "message": .string(limit.rawValue)])
    }
}

/// The `message` of a `load limit` reply.
public enum LoadLimit: String, Sendable, CaseIterable {
    case sessions = "Parallel session limit reached"
    case cpu = "CPU usage limit exceeded"
    case load = "Load limit exceeded"
    case bandwidth = "Bandwidth limit exceeded"
}
