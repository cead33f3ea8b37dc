import FoundationEssentials

/// The configuration file: `key = value` lines in named sections (GLib's key files, as rtpengine reads them).
struct ConfigFile {
    /// Read, where they exist and `--config-file` names no other, the first of them.
    static let defaultPaths = ["/etc/rtpbridge/rtpbridge.conf", "/etc/rtpengine/rtpengine.conf"]
    static let defaultSection = "rtpengine"

    struct Section {
        var name: String
        /// In the order of the file; of a key that comes twice the last counts.
        var entries: [(key: String, value: String)] = []

        subscript(key: String) -> String? { entries.last { $0.key == key }?.value }
    }

    var path: String
    /// In the order of the file; what stands under the same name in two places is one section.
    private(set) var sections: [Section] = []

    /// Reads the file that the command line names, or the default one.
    /// - Returns: `nil` if there is none to read.
    static func load(path: String?) throws(StartError) -> ConfigFile? {
        if path == "none" { return nil }
        guard let path = path ?? defaultPaths.first(where: { FileManager.default.fileExists(atPath: $0) }) else { return nil }
        let text: String
        do { text = try String(contentsOfFile: path, encoding: .utf8) } catch { throw .usage("cannot read the configuration file \(path)") }
        return try ConfigFile(text: text, path: path)
    }

    init(text: String, path: String) throws(StartError) {
        self.path = path
        var current: Int?
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let line = Self.trim(line)
            guard let first = line.first, first != "#", first != ";" else { continue }
            if first == "[" {
                guard line.last == "]", line.count > 2 else { throw .usage("\(path): line \(index + 1) is no section header") }
                current = section(named: String(line.dropFirst().dropLast()))
            } else if let current {
                guard let sign = line.firstIndex(of: "=") else { throw .usage("\(path): line \(index + 1) has no '='") }
                sections[current].entries.append((String(Self.trim(line[..<sign])), String(Self.trim(line[line.index(after: sign)...]))))
            } else {
                throw .usage("\(path): line \(index + 1) stands before the first section")
            }
        }
    }

    subscript(name: String) -> Section? { sections.first { $0.name == name } }

    private mutating func section(named name: String) -> Int {
        if let index = sections.firstIndex(where: { $0.name == name }) { return index }
        sections.append(Section(name: name))
        return sections.count - 1
    }

    /// The values of a key that may have several.
    static func list(_ value: String) -> [String] {
        value.split(separator: ";").map { String(trim($0)) }.filter { !$0.isEmpty }
    }

    static func trim(_ text: Substring) -> Substring {
        var text = text
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }
}
