/// Every key and flag that `offer`, `answer`, `delete`, `query`, `list` and `ping` may carry, as data.
public enum OptionTable {
    /// The whole table, keys before flags.
    public static let entries: [OptionEntry] = commandKeys + mediaKeys + whatsAppKeys + laterKeys
        + flags + mediaFlags + whatsAppFlags + laterFlags

    static let keys = index(entries.filter { !$0.form.isFlag })
    static let words = index(entries.filter { $0.form == .flag })
    /// Longest first, so that `endpoint-learning-` is found before a shorter one that it begins with.
    static let prefixes: [(spelling: String, entry: OptionEntry)] = entries.filter { $0.form == .prefix }
        .flatMap { entry in entry.spellings.map { (canonical($0), entry) } }
        .sorted { $0.0.utf8.count > $1.0.utf8.count }

    private static func index(_ entries: [OptionEntry]) -> [String: OptionEntry] {
        var index: [String: OptionEntry] = [:]
        for entry in entries {
            for spelling in entry.spellings { index[canonical(spelling)] = entry }
        }
        return index
    }

    /// A name with `-` for each blank and `_`; as many bytes as before.
    static func canonical(_ name: String) -> String {
        String(decoding: name.utf8.map { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "_") ? UInt8(ascii: "-") : $0 }, as: UTF8.self)
    }

    /// Applies one top-level key.
    static func apply(key: String, _ value: NGValue, to message: inout NGMessage) {
        guard let entry = keys[canonical(key)] else {
            message.warn("key", key, "is unknown")
            return
        }
        apply(entry, value, named: key, to: &message)
    }

    /// Applies one word of `flags`.
    static func apply(flag: String, to message: inout NGMessage) {
        let name = canonical(flag)
        if let entry = words[name] {
            apply(entry, .string(""), named: flag, to: &message)
        } else if let match = prefixes.first(where: { name.hasPrefix($0.spelling) }) {
            let rest = String(decoding: flag.utf8.dropFirst(match.spelling.utf8.count), as: UTF8.self)
            apply(match.entry, .string(rest), named: flag, to: &message)
        } else {
            message.warn("flag", flag, "is unknown")
        }
    }

    private static func apply(_ entry: OptionEntry, _ value: NGValue, named name: String, to message: inout NGMessage) {
        if entry.status == .later { message.warn(entry.form.isFlag ? "flag" : "key", name, "is not supported") }
        for remark in entry.apply(value, &message) {
            message.warn("value", remark.word, "of '\(entry.name)' \(remark.problem.explanation)")
        }
    }
}
