/// `--help`.
enum OptionHelp {
    static var text: String {
        var lines = [
            "Usage: rtpbridge --interface=ADDRESS --listen-ng=[ADDRESS:]PORT [OPTION...]", "",
            "A media relay between WhatsApp calls and a PBX, under the ng control protocol.", "",
        ] + wrapped(
            """
            Every long option is also a key of the configuration file's section [rtpengine], with several values separated by ';' \
            and true or false for an option that takes none; the command line wins.
            """, indent: 0)
        for group in OptionSpec.Group.allCases {
            lines += ["", group.rawValue + ":"]
            for spec in OptionSpec.all where spec.group == group && spec.status != .ignored { lines += row(spec) }
        }
        let ignored = OptionSpec.all.filter { $0.status == .ignored }.map { "--" + $0.name }.sorted().joined(separator: " ")
        lines += ["", "Options of rtpengine that are accepted, with a line in the log that says why they do nothing here:"]
        return (lines + wrapped(ignored, indent: 2)).joined(separator: "\n")
    }

    private static func row(_ spec: OptionSpec) -> [String] {
        let head = "  " + (spec.letter.map { "-\($0), " } ?? "    ") + "--" + spec.name + (spec.valueName.map { "=" + $0 } ?? "")
        let standard = spec.standard.isEmpty ? "" : " (default: \(spec.standard))"
        return [head] + wrapped(spec.summary + standard, indent: 10)
    }

    private static func wrapped(_ text: String, indent: Int) -> [String] {
        var lines: [String] = []
        for word in text.split(separator: " ") {
            if let last = lines.last, last.count + 1 + word.count <= 100 {
                lines[lines.count - 1] += " " + word
            } else {
                lines.append(String(repeating: " ", count: indent) + word)
            }
        }
        return lines
    }
}

extension OptionSpec {
    /// What stands for the value; `nil` for a flag.
    var valueName: String? {
        switch kind {
        case .flag: nil
        case .integer(_, let name), .number(_, let name), .text(let name), .list(let name): name
        case .word(let words), .words(let words): words.count <= 5 ? words.joined(separator: "|") : "word"
        }
    }
}
