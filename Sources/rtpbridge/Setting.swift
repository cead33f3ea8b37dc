/// One option with its value, wherever it came from.
enum Setting: Equatable {
    /// A known option; the value is `nil` for a flag, and for an option whose value is missing.
    case option(name: String, value: String?)
    /// Anything else on the command line, left to the argument parser to complain about.
    case other(String)

    var name: String? { if case .option(let name, _) = self { name } else { nil } }

    /// As the argument parser reads it.
    var argument: String {
        switch self {
        case .option(let name, nil): "--" + name
        case .option(let name, let value?): "--" + name + "=" + value
        case .other(let text): text
        }
    }
}

extension Setting {
    /// Sorts a command line into settings, in either spelling of each option, so that those which other programs
    /// understand and we do not can be taken out before the rest is parsed.
    static func read(arguments: [String]) -> [Setting] {
        var settings: [Setting] = []
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            if argument == "--" {
                return settings + [.other(argument)] + rest.map(Setting.other)
            } else if argument.hasPrefix("--") {
                settings.append(readLong(argument, &rest))
            } else if argument.hasPrefix("-"), argument.count > 1 {
                settings += readShort(argument.dropFirst(), &rest)
            } else {
                settings.append(.other(argument))
            }
        }
        return settings
    }

    /// `--name`, `--name=value` or `--name value`.
    private static func readLong(_ argument: String, _ rest: inout ArraySlice<String>) -> Setting {
        let parts = argument.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard let spec = OptionSpec.byName[String(parts[0])] else { return .other(argument) }
        switch (spec.form, parts.count) {
        case (.flag, 1): return .option(name: spec.name, value: nil)
        case (.flag, _): return .other(argument)
        case (_, 1): return .option(name: spec.name, value: rest.popFirst())
        default: return .option(name: spec.name, value: String(parts[1]))
        }
    }

    /// `-x`, `-xyz` for flags; `-xVALUE`, `-x=VALUE` or `-x VALUE`, also after flags.
    private static func readShort(_ letters: Substring, _ rest: inout ArraySlice<String>) -> [Setting] {
        var settings: [Setting] = []
        var letters = letters
        while let letter = letters.popFirst() {
            guard let spec = OptionSpec.byLetter[letter] else { return settings + [.other("-" + String(letter))] }
            if spec.form == .flag {
                settings.append(.option(name: spec.name, value: nil))
                continue
            }
            if letters.first == "=" { letters.removeFirst() }
            let value = letters.isEmpty ? rest.popFirst() : String(letters)
            return settings + [.option(name: spec.name, value: value)]
        }
        return settings
    }
}
