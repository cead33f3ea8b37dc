@testable import NGProtocol

/// The option table as the text of proto/ng-flags.md.
enum OptionTableDocument {
    static var text: String {
        let entries = OptionTable.entries
        let keys = entries.filter { !$0.form.isFlag }
        let flags = entries.filter(\.form.isFlag)
        let counts = [OptionEntry.Status.done, .ignored].map { status in
            "\(entries.count { $0.status == status }) \(status.rawValue)"
        }
        return ([introduction, commands, "\(entries.count) entries: \(counts.joined(separator: ", "))."]
            + section("Keys", keys) + section("Flags", flags)).joined(separator: "\n\n") + "\n"
    }

    private static let introduction = """
        # Keys and flags of ng messages

        This file is printed from `OptionTable` in `Sources/NGProtocol/OptionTable.swift` and checked by a test; to write it anew:

        ```
        RTPBRIDGE_WRITE_DOCS=1 swift test --filter NGFlagsDocumentTests
        ```

        - A blank, `-` and `_` inside a name are one and the same: `transport protocol` is `transport-protocol`.
        - Names are case-sensitive but for the spellings listed.
        - *Form* is the kind of a key's value; a list may also be one string with commas, a number a decimal string.
          A *flag* is a word of the list `flags` (or a bare word of `rtpp-flags`), a *prefix* the beginning of one.
        - *done*: it works as the last column says. *ignored*: accepted, and changes nothing, for the reason that the last column gives.
          With an asterisk it would change something in rtpengine: the log names it once.
        - A single word of a value that is unknown or not served gets a warning in the log.
        - P1 is needed by the set-ups of the README and by what SIP proxies send unasked, P2 by a drop-in
          replacement of rtpengine, P3 rarely.
        - What is not listed is unknown: a warning in the log, never an error.
        """

    private static var commands: String {
        func list(_ commands: [NGCommandName]) -> String { commands.map { "`\($0.rawValue)`" }.joined(separator: ", ") }
        return """
            ## Commands

            - done: \(list(NGCommandName.allCases.filter { !$0.isIgnored })).
            - ignored: \(list(NGCommandName.allCases.filter(\.isIgnored))): the reply is `ok` with a `warning`, and the log names the
              command once. Hardly anybody uses them; a script that does goes on, and its author learns of it.
            - Any other name is the error `\(NGError.unrecognizedCommand.rawValue)`. Names are written exactly so.
            """
    }

    private static func section(_ title: String, _ entries: [OptionEntry]) -> [String] {
        [OptionEntry.Status.done, .ignored].compactMap { status in
            let rows = entries.filter { $0.status == status }
            guard !rows.isEmpty else { return nil }
            let head = "| name | form | | what it does |\n|---|---|---|---|"
            return "## \(title), \(status.rawValue)\n\n" + ([head] + rows.map(row)).joined(separator: "\n")
        }
    }

    private static func row(_ entry: OptionEntry) -> String {
        let names = entry.spellings.map { "`\($0)`" }.joined(separator: " ")
        let priority = "P\(entry.priority.rawValue)" + (entry.isUnserved ? "\\*" : "")
        return "| \(names) | \(entry.form.rawValue) | \(priority) | \(entry.summary.replacing("|", with: "\\|")) |"
    }
}
