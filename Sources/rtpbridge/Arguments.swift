/// The options of a command line, in the order given. The spellings are those of GLib, which rtpengine uses.
struct Arguments {
    private(set) var given: [(spec: OptionSpec, value: String?)] = []

    /// - Parameter arguments: without the program's name.
    init(_ arguments: [String]) throws(StartError) {
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            if argument.hasPrefix("--"), argument.count > 2 {
                try readLong(argument, &rest)
            } else if argument.hasPrefix("-"), argument.count > 1, argument != "--" {
                try readShort(argument.dropFirst(), &rest)
            } else if argument != "--" || !rest.isEmpty {
                throw .usage("unexpected argument '\(argument)'")
            }
        }
    }

    func has(_ name: String) -> Bool { given.contains { $0.spec.name == name } }

    func value(_ name: String) -> String? { given.last { $0.spec.name == name }?.value }

    /// `--name`, `--name=value` or `--name value`.
    private mutating func readLong(_ argument: String, _ rest: inout ArraySlice<String>) throws(StartError) {
        let parts = argument.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard let spec = OptionSpec.byName[String(parts[0])] else { throw .usage("unknown option --\(parts[0])") }
        guard spec.kind != .flag else {
            guard parts.count == 1 else { throw .usage("option --\(spec.name) takes no value") }
            return given.append((spec, nil))
        }
        try add(spec, parts.count == 2 ? String(parts[1]) : rest.popFirst())
    }

    /// `-x`, `-xyz` for flags; `-xVALUE`, `-x=VALUE` or `-x VALUE`, also after flags.
    private mutating func readShort(_ letters: Substring, _ rest: inout ArraySlice<String>) throws(StartError) {
        var letters = letters
        while let letter = letters.popFirst() {
            guard let spec = OptionSpec.byLetter[letter] else { throw .usage("unknown option -\(letter)") }
            if spec.kind == .flag {
                given.append((spec, nil))
                continue
            }
            if letters.first == "=" { letters.removeFirst() }
            return try add(spec, letters.isEmpty ? rest.popFirst() : String(letters))
        }
    }

    private mutating func add(_ spec: OptionSpec, _ value: String?) throws(StartError) {
        guard let value else { throw .usage("option --\(spec.name) needs a value") }
        given.append((spec, try spec.normalised(value)))
    }
}
