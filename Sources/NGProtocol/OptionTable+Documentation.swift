extension OptionTable {
    /// The table as a Markdown page, `proto/ng-flags.md`; a test holds the two to each other.
    public static var markdown: String {
        """
        # Keys and flags of the ng protocol

        What `offer`, `answer`, `delete`, `query`, `list` and `ping` may carry, and what this release makes of it.
        This page is written by `OptionTable`; `RTPBRIDGE_UPDATE_GOLDEN=1 swift test --filter DocumentationTests` writes it anew.

        A blank, `-` and `_` inside a name are the same; other spellings stand after the name. Lists may also be one string
        with commas, numbers may be strings, and of a repeated key the later one wins. *ignored*: accepted, of no effect, by
        design. *later*: known and not served; the log says so. A name that is not here is logged and ignored.

        ## Keys

        \(rows(entries.filter { !$0.form.isFlag }))

        ## Flags

        \(rows(entries.filter(\.form.isFlag)))

        """
    }

    private static func rows(_ entries: [OptionEntry]) -> String {
        let sorted = entries.sorted { ($0.priority, $0.name.lowercased()) < ($1.priority, $1.name.lowercased()) }
        let rows = sorted.map { entry in
            let spellings = entry.spellings.map { "`\($0)\(entry.form == .prefix ? "<x>" : "")`" }.joined(separator: " ")
            return "| \(spellings) | \(entry.form.rawValue) | P\(entry.priority.rawValue) | \(entry.status.rawValue) | \(entry.summary) |"
        }
        return (["| name | form | priority | status | meaning |", "|---|---|---|---|---|"] + rows).joined(separator: "\n")
    }
}
