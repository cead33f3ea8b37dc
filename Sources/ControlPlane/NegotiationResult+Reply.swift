import Logging
import Negotiation
import NGProtocol

extension NegotiationResult {
    /// The keys of the reply to `offer` and `answer`.
    var reply: NGDictionary {
        var reply: NGDictionary = ["sdp": .string(sdp)]
        reply["sdp-answer"] = answer.map(NGValue.string)
        if !findings.isEmpty { reply["sdp-report"] = .list(findings.map { .dictionary($0.dictionary) }) }
        return reply
    }
}

extension SDPFinding {
    var dictionary: NGDictionary {
        var entry: NGDictionary = [
            "rule": .string(rule), "origin": .string(origin.rawValue), "line": .integer(Int64(line)),
            "severity": .string(severity.rawValue),
            "message": .string(message), "remedy": .string(remedy),
        ]
        entry["meta-error"] = metaError.map(NGValue.string)
        return entry
    }

    /// One line for the log.
    var outline: String {
        let place = line > 0 ? " line \(line)" : ""
        let consequence = metaError.map { " Meta: \($0)" } ?? ""
        return "SDP (\(origin.rawValue))\(place), \(rule): \(message) \(remedy)\(consequence)".printable
    }

    var logLevel: Logger.Level {
        switch severity {
        case .note: .info
        case .warning: .notice
        case .error: .warning
        }
    }
}
