@testable import NGProtocol

/// The option table as the text of proto/ng-flags.md.
enum OptionTableDocument {
    static var text: String {
        let entries = OptionTable.entries
        let keys = entries.filter { !$0.form.isFlag }
        let flags = entries.filter(\.form.isFlag)
        let counts = [OptionEntry.Status.done, .ignored, .later].map { status in
            "\(entries.count { $0.status == status }) \(status.rawValue)"
        }
        return ([introduction, "\(entries.count) entries: \(counts.joined(separator: ", "))."]
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
        - *done*: it works as the last column says. *ignored*: accepted, and changes nothing: it holds in any case, or has no meaning here.
          *later*: known, not served by this release, and a warning in the log says so.
        - A single word of a value that is not served, or that would turn off what always holds, gets a warning too.
        - P1 is needed by the set-ups of the README and by what SIP proxies send unasked, P2 by a drop-in
          replacement of rtpengine, P3 rarely.
        - What is not listed is unknown: a warning in the log, never an error.
        """

    private static func section(_ title: String, _ entries: [OptionEntry]) -> [String] {
        [OptionEntry.Status.done, .ignored, .later].compactMap { status in
            let rows = entries.filter { $0.status == status }
            guard !rows.isEmpty else { return nil }
            let head = "| name | form | | what it does |\n|---|---|---|---|"
            return "## \(title), \(status.rawValue)\n\n" + ([head] + rows.map(row)).joined(separator: "\n")
        }
    }

    private static func row(_ entry: OptionEntry) -> String {
        let names = entry.spellings.map { "`\($0)`" }.joined(separator: " ")
        return "| \(names) | \(entry.form.rawValue) | P\(entry.priority.rawValue) | \(entry.summary.replacing("|", with: "\\|")) |"
    }
}
