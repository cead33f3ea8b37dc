/// One option of the command line and of the configuration file: the one place that says what it is called, takes and does.
///
/// `--help`, proto/options.md, the reading of values and the warnings about ignored ones are all made from it.
struct OptionSpec: Sendable {
    enum Kind: Sendable, Equatable {
        /// Present or absent; in the file `true` or `false`.
        case flag
        /// With the unit or a name for the value.
        case integer(ClosedRange<Int>, String)
        case number(ClosedRange<Double>, String)
        /// One of a closed set, in any case of letters.
        case word([String])
        /// With a name for the value.
        case text(String)
        /// May be given several times; in the file separated by `;`. With a name for a value.
        case list(String)
        /// The same, of a closed set.
        case words([String])
    }

    enum Priority: String, Sendable {
        /// Needed by a set-up as people have it.
        case p1 = "P1"
        /// Expected of a daemon in rtpengine's place.
        case p2 = "P2"
        case p3 = "P3"
        /// Not rtpengine's.
        case own = "–"
    }

    enum Status: Sendable, Equatable {
        /// It does what the summary says; whether a reload takes a new value over.
        case done(isLive: Bool)
        /// Belongs on the command line only.
        case commandLine
        /// Accepted without effect; the summary says why.
        case ignored
    }

    enum Group: String, Sendable, CaseIterable {
        case process = "Process and log"
        case control = "Control"
        case calls = "Calls and limits"
        case media = "Media"
        case events = "WhatsApp and events"
    }

    var name: String
    var letter: Character?
    var kind: Kind
    /// As the file would have it; empty for none.
    var standard: String
    var priority: Priority
    var status: Status
    var group: Group
    /// A sentence; for an ignored option the reason.
    var summary: String

    /// The one line that an option costs which does nothing; `nil` for one that does something.
    var warning: String? { status == .ignored ? "option \(name) is ignored: \(summary)" : nil }

    var isList: Bool {
        switch kind {
        case .list, .words: true
        default: false
        }
    }
}

extension OptionSpec {
    static let all = process + control + calls + media + events + ignoredProcess + ignoredMedia + ignoredServices

    static let byName = Dictionary(all.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    static let byLetter = Dictionary(
        all.compactMap { spec in spec.letter.map { ($0, spec) } }, uniquingKeysWith: { first, _ in first })

    /// A value that was given, in the spelling of the table.
    /// - Throws: what is wrong with it.
    func normalised(_ text: String) throws(StartError) -> String {
        switch kind {
        case .flag, .text, .list: return text
        case .integer(let range, _):
            guard let value = Self.integer(text), range.contains(value) else { throw wrong(text, "it is no number" + Self.bounds(range)) }
            return String(value)
        case .number(let range, _):
            guard let value = Double(text), range.contains(value) else { throw wrong(text, "it is no number" + Self.bounds(range)) }
            return text
        case .word(let words), .words(let words):
            guard let word = words.first(where: { $0.lowercased() == text.lowercased() }) else {
                throw wrong(text, "it is none of " + words.joined(separator: ", "))
            }
            return word
        }
    }

    func wrong(_ value: String, _ reason: String) -> StartError { .usage("\(name) '\(value)': \(reason)") }

    /// Decimal, or hexadecimal after `0x`, as rtpengine reads numbers.
    private static func integer(_ text: String) -> Int? {
        text.hasPrefix("0x") ? Int(text.dropFirst(2), radix: 16) : Int(text)
    }

    private static func bounds<Value>(_ range: ClosedRange<Value>) -> String where Value: LosslessStringConvertible {
        // A range that ends at the type's limit has no limit worth naming.
        let upper = "\(range.upperBound)"
        return upper.count > 12 ? "" : " from \(range.lowerBound) to \(upper)"
    }
}

/// The rows of the tables.
extension OptionSpec {
    /// - Parameter name: `name` or `name/letter`.
    init(_ name: String, _ kind: Kind, _ standard: String, _ priority: Priority, _ status: Status, _ group: Group, _ summary: String) {
        let parts = name.split(separator: "/")
        self.init(
            name: String(parts[0]), letter: parts.count > 1 ? parts[1].first : nil, kind: kind, standard: standard, priority: priority,
            status: status, group: group, summary: summary)
    }

    static func done(
        _ name: String, _ kind: Kind, _ standard: String, _ priority: Priority, _ group: Group, _ summary: String
    ) -> OptionSpec {
        OptionSpec(name, kind, standard, priority, .done(isLive: false), group, summary)
    }

    /// A reload takes a new value over.
    static func live(
        _ name: String, _ kind: Kind, _ standard: String, _ priority: Priority, _ group: Group, _ summary: String
    ) -> OptionSpec {
        OptionSpec(name, kind, standard, priority, .done(isLive: true), group, summary)
    }

    /// Options that are ignored for one reason.
    static func ignored(
        _ reason: String, _ priority: Priority, flags: String = "", values: String = "", lists: String = ""
    ) -> [OptionSpec] {
        [(flags, Kind.flag), (values, .text("value")), (lists, .list("value"))].flatMap { words, kind in
            words.split(separator: " ").map { OptionSpec(String($0), kind, "", priority, .ignored, .process, reason) }
        }
    }
}
