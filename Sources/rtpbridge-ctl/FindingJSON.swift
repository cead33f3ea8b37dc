import FoundationEssentials
import Negotiation

/// A finding as one line of JSON, with the keys of `sdp-report`.
enum FindingJSON {
    private struct Object: Encodable {
        var rule: String
        var origin: String
        var line: Int
        var severity: String
        var message: String
        var remedy: String
        var metaError: String?

        enum CodingKeys: String, CodingKey { case rule, origin, line, severity, message, remedy, metaError = "meta-error" }
    }

    static func line(_ finding: SDPFinding) throws -> String {
        let object = Object(
            rule: finding.rule, origin: finding.origin.rawValue, line: finding.line, severity: finding.severity.rawValue,
            message: finding.message, remedy: finding.remedy, metaError: finding.metaError)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(object), as: UTF8.self)
    }
}
