import Logging

/// How a message becomes lines.
struct LogFormat: Sendable, Equatable {
    /// Where the fields stand (`--log-format`).
    enum Fields: String, Sendable, CaseIterable {
        /// `message key=value`
        case behind = "default"
        /// `key="value" message`
        case inFront = "parsable"
    }

    var fields = Fields.behind
    /// Around call-ids and tags (`--log-mark-prefix`, `--log-mark-suffix`).
    var mark = (prefix: "", suffix: "")
    /// Line ends in a message begin a line instead of being escaped (`--split-logs`).
    var splits = false
    /// [bytes]; 0 is no limit (`--max-log-line-length`).
    var maximumLength = 0

    /// Says to the handler which subsystem a line is of; not shown.
    static let subsystemKey = "subsystem"
    private static let marked: Set<String> = ["call-id", "tag"]

    func lines(_ message: String, _ metadata: Logger.Metadata, error: (any Error)? = nil) -> [String] {
        let fields = metadata.filter { $0.key != Self.subsystemKey }.sorted { $0.key < $1.key }
            .map { ($0.key, value($0.key, "\($0.value)")) }
        let tail = error.map { ": \($0)" } ?? ""
        let pieces = splits ? (message + tail).split(whereSeparator: \.isNewline).map(String.init) : [message + tail]
        return pieces.flatMap { piece in
            let text = Self.escape(piece)
            let line = switch self.fields {
            case .behind: text + fields.map { " \($0)=\($1)" }.joined()
            case .inFront: fields.map { "\($0)=\"\($1.replacing("\"", with: "'"))\" " }.joined() + text
            }
            return broken(line)
        }
    }

    private func value(_ key: String, _ text: String) -> String {
        Self.marked.contains(key) ? mark.prefix + Self.escape(text) + mark.suffix : Self.escape(text)
    }

    /// In pieces that are not too long, none of which ends inside a character.
    private func broken(_ line: String) -> [String] {
        guard maximumLength > 0, line.utf8.count > maximumLength else { return [line] }
        var lines: [String] = []
        var rest = line[...]
        while !rest.isEmpty {
            var end = rest.startIndex, length = 0
            while end < rest.endIndex {
                let width = rest[end].utf8.count
                if length > 0, length + width > maximumLength { break }
                length += width
                end = rest.index(after: end)
            }
            lines.append(String(rest[..<end]))
            rest = rest[end...]
        }
        return lines
    }

    /// What comes from the network must not make up lines of its own.
    private static func escape(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { $0.value < 32 || $0.value == 127 }) else { return text }
        return text.unicodeScalars.reduce(into: "") { result, scalar in
            switch scalar {
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case _ where scalar.value < 32 || scalar.value == 127: result += "\\x" + String(scalar.value, radix: 16)
            default: result.unicodeScalars.append(scalar)
            }
        }
    }

    static func == (a: LogFormat, b: LogFormat) -> Bool {
        a.fields == b.fields && a.mark == b.mark && a.splits == b.splits && a.maximumLength == b.maximumLength
    }
}
