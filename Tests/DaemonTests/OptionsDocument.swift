@testable import rtpbridge

/// The option table as the text of proto/options.md.
enum OptionsDocument {
    static var text: String {
        let done = OptionSpec.all.filter { $0.status != .ignored }, ignored = OptionSpec.all.filter { $0.status == .ignored }
        let counts = "\(OptionSpec.all.count) options: \(done.count) done, \(ignored.count) ignored."
        let sections = OptionSpec.Group.allCases.map { group in
            let rows = done.filter { $0.group == group }.map(row)
            return "## \(group.rawValue)\n\n" + ([head] + rows).joined(separator: "\n")
        }
        return ([introduction, counts] + sections + [self.ignored(ignored)]).joined(separator: "\n\n") + "\n"
    }

    private static let introduction = """
        # Options of the daemon

        This file is printed from `OptionSpec` in `Sources/rtpbridge/OptionSpec.swift` and checked by a test; to write it anew:

        ```
        RTPBRIDGE_WRITE_DOCS=1 swift test --filter OptionsDocumentTests
        ```

        - Every long name is an option of the command line and a key of the configuration file, in its section `[rtpengine]` unless
          `--config-section` says otherwise; the command line wins. Names, letters and defaults are rtpengine's.
        - In the file several values of a *list* are separated by `;` and a *flag* is `true` or `false`; on the command line a list is
          given several times. Of a key that stands in the file twice the last counts. `#` or `;` begins a comment line.
        - An unknown key of the file costs one warning; a wrong value, or an unknown option of the command line, is one line on stderr
          that names it, and exit code 2.
        - *reload*: SIGHUP takes a new value over, for calls and requests that come after it; for the others the log says that
          a restart is needed. Values that the operator's commands have changed are set to those of the file. (rtpengine exits on SIGHUP.)
        - P1 is needed by usual set-ups, P2 by a drop-in replacement of rtpengine, P3 rarely; – is an option of ours.
        - Where rtpengine's documentation and its code disagree about a letter, it is the code's: `-G` is `graphite-interval`,
          `-T` is `tos`, `-N` is `listen-tcp-ng`.
        - At least one of `listen-ng`, `listen-tcp-ng`, `listen-http` and `listen-https` must be there, and one `interface`.
        """

    private static let head = "| option | value | default | | reload | what it does |\n|---|---|---|---|---|---|"

    private static func row(_ spec: OptionSpec) -> String {
        let value = switch spec.kind {
        case .flag: "flag"
        case .integer(let range, let unit): unit + bounds(range)
        case .number(let range, let unit): "\(unit), \(plain(range.lowerBound)) to \(plain(range.upperBound))"
        case .word(let words): words.count > 8 ? "word" : words.map { "`\($0)`" }.joined(separator: " ")
        case .words(let words): "list of " + words.map { "`\($0)`" }.joined(separator: " ")
        case .text(let name): "`\(name)`"
        case .list(let name): "list of `\(name)`"
        }
        let reload = spec.status == .done(isLive: true) ? "yes" : ""
        return "| \(names(spec)) | \(value) | \(spec.standard) | \(spec.priority.rawValue) | \(reload) | \(spec.summary) |"
            .replacing("  |", with: " |")
    }

    private static func plain(_ number: Double) -> String { number == number.rounded() ? String(Int(number)) : String(number) }

    private static func bounds(_ range: ClosedRange<Int>) -> String {
        range.upperBound >= 1_000_000 ? "" : ", \(range.lowerBound) to \(range.upperBound)"
    }

    private static func names(_ spec: OptionSpec) -> String { "`\(spec.name)`" + (spec.letter.map { " `-\($0)`" } ?? "") }

    /// A row for each reason, in the order of the table.
    private static func ignored(_ specs: [OptionSpec]) -> String {
        var reasons: [(summary: String, specs: [OptionSpec])] = []
        for spec in specs {
            if let index = reasons.firstIndex(where: { $0.summary == spec.summary && $0.specs[0].priority == spec.priority }) {
                reasons[index].specs.append(spec)
            } else {
                reasons.append((spec.summary, [spec]))
            }
        }
        let rows = reasons.map { "| \($0.specs.map(names).joined(separator: " ")) | \($0.specs[0].priority.rawValue) | \($0.summary) |" }
        return """
            ## Ignored

            They are rtpengine's, accepted with any value, and do nothing; a line in the log says why.

            | options | | why |
            |---|---|---|
            """ + "\n" + rows.joined(separator: "\n")
    }
}
