import Negotiation

/// Findings for people: a row for each, with what to do and what it leads to below it.
struct FindingTable {
    var findings: [SDPFinding]
    var isColoured: Bool

    /// Columns of the text beside line, severity and rule.
    private static let textWidth = 84

    func text(heading: String) -> String {
        let counts = [SDPFinding.Severity.error, .warning, .note].map { severity in
            let count = findings.count { $0.severity == severity }
            return "\(count) \(severity.rawValue)\(count == 1 ? "" : "s")"
        }
        return "\(heading): \(counts.joined(separator: ", "))\n" + findings.map(row).joined()
    }

    private var ruleWidth: Int { findings.map(\.rule.count).max() ?? 0 }

    private func row(_ finding: SDPFinding) -> String {
        let place = finding.line == 0 ? "" : String(finding.line)
        let head = padded(place, 5, right: true) + "  " + coloured(padded(finding.severity.rawValue, 7), finding.severity)
            + "  " + padded(finding.rule, ruleWidth) + "  "
        let indent = String(repeating: " ", count: 5 + 2 + 7 + 2 + ruleWidth + 2)
        var lines = Self.wrapped(finding.message) + Self.wrapped("do: " + finding.remedy)
        if let error = finding.metaError { lines += Self.wrapped("leads to: " + error) }
        return lines.enumerated().map { ($0.offset == 0 ? head : indent) + $0.element + "\n" }.joined()
    }

    private func padded(_ text: String, _ width: Int, right: Bool = false) -> String {
        let blanks = String(repeating: " ", count: max(0, width - text.count))
        return right ? blanks + text : text + blanks
    }

    private func coloured(_ text: String, _ severity: SDPFinding.Severity) -> String {
        guard isColoured else { return text }
        let code = switch severity {
        case .error: "31"
        case .warning: "33"
        case .note: "2"
        }
        return "\u{1b}[\(code)m\(text)\u{1b}[0m"
    }

    static func wrapped(_ text: String) -> [String] {
        var lines: [String] = []
        for word in text.split(separator: " ") {
            if let last = lines.last, last.count + 1 + word.count <= textWidth {
                lines[lines.count - 1] += " " + word
            } else {
                lines.append(String(word))
            }
        }
        return lines
    }
}
