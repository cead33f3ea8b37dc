/// What the options are set to: the command line over the file, values checked and in the table's spelling.
struct Settings: Equatable {
    /// By the options' names. A flag that is set has an empty list; what is not set is not in it.
    private(set) var values: [String: [String]] = [:]
    /// What the operator should know, a line each.
    private(set) var warnings: [String] = []
    /// The words of each signalling template, by name.
    private(set) var templates: [String: String] = [:]
    /// The sections that `interfaces-config` selects.
    private(set) var interfaces: [InterfaceSection] = []

    init() {}

    init(_ arguments: Arguments, _ file: ConfigFile?) throws(StartError) {
        if let file {
            let section = arguments.value("config-section") ?? ConfigFile.defaultSection
            do { try read(file, section, except: Set(arguments.given.map(\.spec.name))) } catch {
                throw error.description.hasPrefix(file.path) ? error : .usage("\(file.path): \(error)")
            }
        }
        for (spec, value) in arguments.given where spec.status != .commandLine { set(spec, value.map { [$0] } ?? []) }
        if let file { try readSections(file) }
        warnings += OptionSpec.all.filter { values[$0.name] != nil }.compactMap(\.warning)
    }

    private mutating func set(_ spec: OptionSpec, _ new: [String]) {
        values[spec.name] = spec.isList ? (values[spec.name] ?? []) + new : new
    }

    // MARK: The file

    private mutating func read(_ file: ConfigFile, _ name: String, except taken: Set<String>) throws(StartError) {
        guard let section = file[name] else { return warnings.append("\(file.path) has no section [\(name)]") }
        for (key, value) in section.entries {
            guard let spec = OptionSpec.byName[key], spec.status != .commandLine else {
                let warning = "\(file.path): unknown key \(key)"
                if !warnings.contains(warning) { warnings.append(warning) }
                continue
            }
            guard !taken.contains(key) else { continue }
            values[key] = nil
            if spec.kind == .flag {
                if try Self.boolean(value, spec) { values[key] = [] }
            } else if spec.isList {
                for word in ConfigFile.list(value) { set(spec, [try spec.normalised(word)]) }
            } else if !value.isEmpty || spec.takesNumber {
                set(spec, [try spec.normalised(value)])
            }
        }
    }

    private static func boolean(_ text: String, _ spec: OptionSpec) throws(StartError) -> Bool {
        switch text.lowercased() {
        case "true", "yes", "1": return true
        case "false", "no", "0": return false
        default: throw spec.wrong(text, "it is neither true nor false")
        }
    }

    private mutating func readSections(_ file: ConfigFile) throws(StartError) {
        if let name = text("templates") {
            guard let section = file[name] else { throw .usage("templates '\(name)': \(file.path) has no section of that name") }
            templates = Dictionary(section.entries.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
        }
        guard let prefix = text("interfaces-config") else { return }
        for section in file.sections where section.name.hasPrefix(prefix) {
            interfaces.append(try InterfaceSection(section, path: file.path, warnings: &warnings))
        }
    }

    /// Takes over what these options are set to, with the sections that they name.
    mutating func take(_ names: [String], from other: Settings) {
        for name in names { values[name] = other.values[name] }
        if names.contains("templates") { templates = other.templates }
    }

    // MARK: Values

    func isSet(_ name: String) -> Bool { values[name] != nil }

    func text(_ name: String) -> String? { values[name]?.last }

    func texts(_ name: String) -> [String] { values[name] ?? [] }

    /// The default is the table's.
    func integer(_ name: String) -> Int { optionalInteger(name) ?? OptionSpec.byName[name].flatMap { Int($0.standard) } ?? 0 }

    func optionalInteger(_ name: String) -> Int? { text(name).flatMap(Int.init) }

    func number(_ name: String) -> Double { (text(name) ?? OptionSpec.byName[name]?.standard).flatMap(Double.init) ?? 0 }

    /// The default is the table's; the table's words are those of the type, which a test holds it to.
    func word<Value: RawRepresentable>(_ name: String, _: Value.Type = Value.self) -> Value? where Value.RawValue == String {
        (text(name) ?? OptionSpec.byName[name]?.standard).flatMap(Value.init(rawValue:))
    }
}

extension OptionSpec {
    fileprivate var takesNumber: Bool {
        switch kind {
        case .integer, .number: true
        default: false
        }
    }
}
