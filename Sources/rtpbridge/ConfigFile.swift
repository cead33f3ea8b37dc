import FoundationEssentials

/// The configuration file: `key = value` lines in named sections, where the keys are the long option names.
struct ConfigFile {
    /// Read, where they exist and `--config-file` names no other, the first of them.
    static let defaultPaths = ["/etc/rtpbridge/rtpbridge.conf", "/etc/rtpengine/rtpengine.conf"]
    static let defaultSection = "rtpengine"

    var path: String
    var settings: [Setting] = []
    var warnings: [String] = []

    /// Reads the section's settings from the file that the command line names, or from the default one.
    /// - Returns: `nil` if there is none to read.
    static func load(path: String?, section: String?) throws(StartError) -> ConfigFile? {
        if path == "none" { return nil }
        guard let path = path ?? defaultPaths.first(where: { FileManager.default.fileExists(atPath: $0) }) else { return nil }
        let text: String
        do { text = try String(contentsOfFile: path, encoding: .utf8) } catch { throw .usage("cannot read the configuration file \(path)") }
        return try ConfigFile(text: text, path: path, section: section ?? defaultSection)
    }

    init(text: String, path: String, section: String) throws(StartError) {
        self.path = path
        var current: Substring?
        var isFound = false
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let line = Self.trim(line)
            guard let first = line.first, first != "#", first != ";" else { continue }
            if first == "[" {
                guard line.last == "]" else { throw .usage("\(path): line \(index + 1) is no section header") }
                current = line.dropFirst().dropLast()
                isFound = isFound || current == section[...]
            } else if current == section[...] {
                guard let sign = line.firstIndex(of: "=") else { throw .usage("\(path): line \(index + 1) has no '='") }
                try add(key: String(Self.trim(line[..<sign])), value: String(Self.trim(line[line.index(after: sign)...])))
            }
        }
        if !isFound { warnings.append("\(path) has no section [\(section)]") }
    }

    private mutating func add(key: String, value: String) throws(StartError) {
        guard let spec = OptionSpec.byName[key], spec.status != .commandLine else {
            warnings.append("\(path): unknown key \(key)")
            return
        }
        switch spec.form {
        case .flag:
            switch value.lowercased() {
            case "true", "yes", "1": settings.append(.option(name: key, value: nil))
            case "false", "no", "0": break
            default: throw .usage("\(path): \(key) is true or false, not '\(value)'")
            }
        case .value:
            settings.append(.option(name: key, value: value))
        case .list:
            settings += value.split(separator: ";").map { .option(name: key, value: String(Self.trim($0))) }
        }
    }

    private static func trim(_ text: Substring) -> Substring {
        var text = text
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }
}
