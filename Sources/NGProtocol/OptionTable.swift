/// Every key and flag that a message may carry, as data.
public enum OptionTable {
    /// The whole table, keys before flags.
    public static let entries: [OptionEntry] = commandKeys + partyKeys + recordingKeys + playbackKeys + mediaKeys + whatsAppKeys
        + unservedKeys + commandFlags + mediaFlags + audioFlags + whatsAppFlags + unservedFlags

    /// Places in `entries`: an entry itself is large to copy.
    private static let keys = index { !$0.form.isFlag }
    private static let words = index { $0.form == .flag }
    /// Longest first, so that `endpoint-learning-` is found before a shorter one that it begins with.
    static let prefixes: [(spelling: String, entry: OptionEntry)] = entries.filter { $0.form == .prefix }
        .flatMap { entry in entry.spellings.map { (canonical($0), entry) } }
        .sorted { $0.0.utf8.count > $1.0.utf8.count }

    /// By canonical spelling; of two entries of one spelling the later one counts.
    private static func index(_ isMeant: (OptionEntry) -> Bool) -> [String: Int] {
        var index: [String: Int] = [:]
        for (place, entry) in entries.enumerated() where isMeant(entry) {
            for spelling in entry.spellings { index[canonical(spelling)] = place }
        }
        return index
    }

    /// The key of that name, in any spelling.
    static func key(_ name: String) -> OptionEntry? { keys[canonical(name)].map { entries[$0] } }

    /// The flag of that name, in any spelling.
    static func word(_ name: String) -> OptionEntry? { words[canonical(name)].map { entries[$0] } }

    /// A name with `-` for each blank and `_`; as many bytes as before.
    static func canonical(_ name: String) -> String {
        // Most are written so.
        guard name.utf8.contains(where: isBlank) else { return name }
        return String(decoding: name.utf8.map { isBlank($0) ? UInt8(ascii: "-") : $0 }, as: UTF8.self)
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "_") }

    /// Applies one top-level key.
    static func apply(key: String, _ value: NGValue, to message: inout NGMessage) {
        guard let entry = self.key(key) else {
            message.warn("key", key, "is unknown")
            return
        }
        apply(entry, value, to: &message)
    }

    /// Applies one word of `flags`.
    static func apply(flag: String, to message: inout NGMessage) {
        if let entry = word(flag) {
            apply(entry, .string(""), to: &message)
        } else if let match = prefix(of: canonical(flag)) {
            let rest = String(decoding: flag.utf8.dropFirst(match.spelling.utf8.count), as: UTF8.self)
            apply(match.entry, .string(rest), to: &message)
        } else {
            message.warn("flag", flag, "is unknown")
        }
    }

    private static func prefix(of name: String) -> (spelling: String, entry: OptionEntry)? {
        prefixes.first { name.hasPrefix($0.spelling) }
    }

    private static func apply(_ entry: OptionEntry, _ value: NGValue, to message: inout NGMessage) {
        if entry.isUnserved { message.note(unserved: entry.name) }
        for remark in entry.apply(value, &message) {
            message.warn("value", remark.word, "of '\(entry.name)' \(remark.problem.explanation)")
        }
    }
}
