import Foundation
import Negotiation
import Testing

/// The table of rules in proto/whatsapp.md is what the code says. With RTPBRIDGE_WRITE_DOCS set in the environment it is written anew.
@Suite struct ValidationDocumentTests {
    private static let file = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("proto/whatsapp.md")
    private static let begin = "<!-- rules: begin -->\n", end = "<!-- rules: end -->"

    @Test func tableIsUpToDate() throws {
        var text = try String(contentsOf: Self.file, encoding: .utf8)
        let parts = text.components(separatedBy: Self.begin)
        try #require(parts.count == 2)
        let rest = parts[1].components(separatedBy: Self.end)
        try #require(rest.count == 2)
        if ProcessInfo.processInfo.environment["RTPBRIDGE_WRITE_DOCS"] != nil {
            text = parts[0] + Self.begin + Self.table + Self.end + rest[1]
            try text.write(to: Self.file, atomically: true, encoding: .utf8)
            return
        }
        let differences = Self.table.split(separator: "\n").difference(from: rest[0].split(separator: "\n"))
        #expect(differences.isEmpty, "\(differences)")
    }

    private static var table: String {
        let head = "| rule | Meta | ours | PBX | what is wrong | what to do | leads to |\n|---|---|---|---|---|---|---|\n"
        return "\n\(SDPRule.table.count) rules.\n\n" + head + SDPRule.table.map(row).joined() + "\n"
    }

    private static func row(_ rule: SDPRule) -> String {
        let cells = ["`\(rule.name)`"] + [rule.meta, rule.ours, rule.pbx].map { $0?.rawValue ?? "" }
            + [rule.text, rule.remedy, consequence(rule)].map { $0.replacing("|", with: "\\|") }
        return "| " + cells.joined(separator: " | ") + " |\n"
    }

    /// The codes alone; what they mean stands above the table.
    private static func consequence(_ rule: SDPRule) -> String {
        guard let consequence = rule.consequence else { return "" }
        guard consequence.isError else { return consequence.text }
        return consequence.text.hasPrefix("100 ") ? "100, SIP 488" : String(consequence.text.prefix { $0 != " " })
    }
}
