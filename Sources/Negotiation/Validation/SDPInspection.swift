import SDP

/// One description under examination. The checks stand in files by subject; they look for what is wrong in any
/// description, and the rule's table says in whose it counts, and how much.
struct SDPInspection {
    let text: ScannedDescription
    let origin: SDPFinding.Origin
    let isOffer: Bool
    /// The offer that is answered, where it is known.
    let offer: ScannedDescription?
    private(set) var findings: [SDPFinding] = []

    /// A rule that is broken more often is named so often.
    static let mostOfOneRule = 4
    static let mostFindings = 64

    init(_ text: String, origin: SDPFinding.Origin, isOffer: Bool, counterpart: String?) {
        self.text = ScannedDescription(text)
        self.origin = origin
        self.isOffer = isOffer
        offer = isOffer ? nil : counterpart.map { ScannedDescription($0) }
    }

    /// - Parameters:
    ///   - line: from 1; 0 where something is missing.
    ///   - detail: what was found, behind the rule's own text. Never a secret.
    mutating func report(_ rule: SDPRule, at line: Int = 0, _ detail: String? = nil) {
        guard let severity = rule.severity(in: origin), count(of: rule) < Self.mostOfOneRule else { return }
        findings.append(SDPFinding(
            rule: rule.name, origin: origin, line: line, severity: severity,
            message: detail.map { "\(rule.text) Here: \($0)." } ?? rule.text,
            remedy: rule.remedy, metaError: rule.metaError(in: origin)))
    }

    private func count(of rule: SDPRule) -> Int {
        findings.reduce(0) { $0 + ($1.rule.utf8.count == rule.name.utf8.count && $1.rule == rule.name ? 1 : 0) }
    }

    /// By line; of too many the worst.
    var sorted: [SDPFinding] {
        guard findings.count > 1 else { return findings }
        let worst = findings.enumerated().sorted { a, b in
            a.element.severity != b.element.severity ? a.element.severity > b.element.severity : a.offset < b.offset
        }
        return worst.prefix(Self.mostFindings).sorted { a, b in
            a.element.line != b.element.line ? a.element.line < b.element.line : a.offset < b.offset
        }.map(\.element)
    }

    /// A word of the description as a message may hold it: short, and nothing but ASCII that can be seen.
    static func excerpt(_ text: some StringProtocol) -> String {
        let limit = 48
        let bytes = text.utf8.prefix(limit).map { (0x20...0x7e).contains($0) ? $0 : UInt8(ascii: "?") }
        return String(decoding: bytes, as: UTF8.self) + (text.utf8.count > limit ? "..." : "")
    }
}
