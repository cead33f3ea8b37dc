/// A value of an ng message, whichever text carried it: bencode or JSON.
///
/// Strings are byte strings on the wire; bytes that are not UTF-8 arrive as U+FFFD.
public enum NGValue: Sendable, Equatable {
    case integer(Int64)
    case string(String)
    case list([NGValue])
    case dictionary(NGDictionary)
}

extension NGValue {
    /// A string, or an integer written out; `nil` for a list or dictionary.
    public var text: String? {
        switch self {
        case .string(let text): text
        case .integer(let number): String(number)
        case .list, .dictionary: nil
        }
    }

    /// An integer, or a string that holds a decimal one: clients send both.
    public var number: Int? {
        switch self {
        case .integer(let number): Int(exactly: number)
        case .string(let text): Int(text)
        case .list, .dictionary: nil
        }
    }

    /// The elements of a list, or of a string with commas between them.
    public var words: [String] {
        switch self {
        case .string(let text): text.split(separator: ",").map(String.init)
        case .integer(let number): [String(number)]
        case .list(let values): values.compactMap(\.text)
        case .dictionary: []
        }
    }
}

extension NGValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral {
    public init(stringLiteral value: String) { self = .string(value) }
    public init(integerLiteral value: Int64) { self = .integer(value) }
    public init(arrayLiteral elements: NGValue...) { self = .list(elements) }
    public init(dictionaryLiteral elements: (String, NGValue)...) { self = .dictionary(NGDictionary(elements)) }
}
