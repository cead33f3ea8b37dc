/// One key, flag or flag prefix of the protocol: its spellings, where it stands, and what it does.
public struct OptionEntry: Sendable {
    /// Where an entry stands in a message and what its value is.
    public enum Form: String, Sendable {
        /// A top-level key, by the kind of its value.
        case string, integer, list, dictionary
        /// A word of `flags`.
        case flag
        /// The beginning of a word of `flags`; the rest is its value.
        case prefix

        public var isFlag: Bool { self == .flag || self == .prefix }
    }
    /// Who needs an entry: the set-ups of the README and proxies unasked (`p1`), a drop-in replacement (`p2`), hardly anybody (`p3`).
    public enum Priority: Int, Sendable, Comparable {
        case p1 = 1, p2, p3
        public static func < (a: Priority, b: Priority) -> Bool { a.rawValue < b.rawValue }
    }
    /// What becomes of an entry in this release.
    public enum Status: String, Sendable {
        case done
        /// Accepted, and changes nothing: it holds in any case, or has no meaning here.
        case ignored
    }

    /// A word of a value that does not do what its sender may expect.
    public struct Remark: Sendable, Equatable {
        public var word: String
        public var problem: WordProblem
    }

    /// Applies a value and returns what of it deserves a warning.
    public typealias Apply = @Sendable (_ value: NGValue, _ message: inout NGMessage) -> [Remark]

    /// The spelling that the documents use; a prefix ends in `-`.
    public let name: String
    /// Other spellings; `-`, blank and `_` inside a name are the same anyway.
    public let aliases: [String]
    public let form: Form
    public let priority: Priority
    public let status: Status
    /// Ignored though it would change something elsewhere, because hardly anybody uses it: the log says so once.
    public let isUnserved: Bool
    /// One line for the documentation.
    public let summary: String
    /// What the entry does; nothing for those that are ignored or not served.
    public let apply: Apply

    public init(
        _ name: String, aliases: [String] = [], _ form: Form, _ priority: Priority, status: Status = .done, isUnserved: Bool = false,
        _ summary: String, apply: @escaping Apply
    ) {
        self.name = name
        self.aliases = aliases
        self.form = form
        self.priority = priority
        self.status = status
        self.isUnserved = isUnserved
        self.summary = summary
        self.apply = apply
    }

    public var spellings: [String] { [name] + aliases }
}

extension OptionEntry.Remark {
    static func unknown(_ word: String) -> Self { Self(word: word, problem: .unknown) }
}

extension OptionEntry {
    /// A key that fills one text.
    static func text(
        _ name: String, aliases: [String] = [], _ priority: Priority, _ summary: String,
        _ target: any WritableKeyPath<NGMessage, String?> & Sendable
    ) -> OptionEntry {
        OptionEntry(name, aliases: aliases, .string, priority, summary) { value, message in
            guard let text = value.text else { return [.unknown("(not a string)")] }
            message[keyPath: target] = text
            return []
        }
    }

    /// A key that fills one number; what is none, or out of range, keeps the former value.
    static func number(
        _ name: String, aliases: [String] = [], in range: ClosedRange<Int> = .min ... .max, _ priority: Priority, _ summary: String,
        _ target: any WritableKeyPath<NGMessage, Int?> & Sendable
    ) -> OptionEntry {
        OptionEntry(name, aliases: aliases, .integer, priority, summary) { value, message in
            guard let number = value.number, range.contains(number) else { return [.unknown(value.text ?? "(not a number)")] }
            message[keyPath: target] = number
            return []
        }
    }

    /// A key with a list of words (or one word), each applied on its own.
    static func words(
        _ name: String, aliases: [String] = [], form: Form = .list, _ priority: Priority, status: Status = .done, _ summary: String,
        _ apply: @escaping @Sendable (_ word: String, _ message: inout NGMessage) -> WordProblem?
    ) -> OptionEntry {
        OptionEntry(name, aliases: aliases, form, priority, status: status, summary) { value, message in
            value.words.compactMap { word in apply(word, &message).map { Remark(word: word, problem: $0) } }
        }
    }

    /// A flag that sets something.
    static func flag(
        _ name: String, aliases: [String] = [], _ priority: Priority, _ summary: String,
        _ apply: @escaping @Sendable (_ message: inout NGMessage) -> Void
    ) -> OptionEntry {
        OptionEntry(name, aliases: aliases, .flag, priority, summary) { _, message in
            apply(&message)
            return []
        }
    }

    /// A flag prefix whose rest is one word.
    static func prefix(
        _ name: String, aliases: [String] = [], _ priority: Priority, _ summary: String,
        _ apply: @escaping @Sendable (_ word: String, _ message: inout NGMessage) -> WordProblem?
    ) -> OptionEntry {
        OptionEntry(name, aliases: aliases, .prefix, priority, summary) { value, message in
            let word = value.text ?? ""
            return apply(word, &message).map { [Remark(word: word, problem: $0)] } ?? []
        }
    }

    static func ignored(_ name: String, aliases: [String] = [], _ form: Form, _ priority: Priority, _ summary: String) -> OptionEntry {
        OptionEntry(name, aliases: aliases, form, priority, status: .ignored, summary) { _, _ in [] }
    }

    /// Of priority 3 but for those whose parts are.
    static func unserved(
        _ name: String, aliases: [String] = [], _ form: Form, _ summary: String, priority: Priority = .p3
    ) -> OptionEntry {
        OptionEntry(name, aliases: aliases, form, priority, status: .ignored, isUnserved: true, summary) { _, _ in [] }
    }
}
