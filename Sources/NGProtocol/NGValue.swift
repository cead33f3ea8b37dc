/// A value of an ng message, whichever text carried it: bencode or JSON.
///
/// Strings are byte strings on the wire: text if they are UTF-8, and `bytes` if not.
public enum NGValue: Sendable, Equatable {
    case integer(Int64)
    case string(String)
    /// A string that is no text, such as a recording.
    case bytes([UInt8])
    case list([NGValue])
    case dictionary(NGDictionary)
}

extension NGValue {
    /// A string, with U+FFFD for what is not UTF-8, or an integer written out; `nil` for a list or dictionary.
    public var text: String? {
        switch self {
        case .string(let text): text
        case .bytes(let bytes): String(decoding: bytes, as: UTF8.self)
        case .integer(let number): String(number)
        case .list, .dictionary: nil
        }
    }

    /// An integer, or a string that holds a decimal one: clients send both.
    public var number: Int? {
        switch self {
        case .integer(let number): Int(exactly: number)
        case .string(let text): Int(text)
        case .bytes, .list, .dictionary: nil
        }
    }

    /// The elements of a list, or of a string with commas between them; no more than `maximumWords`.
    public var words: [String] {
        switch self {
        case .string(let text): text.split(separator: ",", maxSplits: Self.maximumWords).prefix(Self.maximumWords).map(String.init)
        case .integer(let number): [String(number)]
        case .list(let values): values.prefix(Self.maximumWords).compactMap(\.text)
        case .bytes, .dictionary: []
        }
    }

    /// No client sends a tenth of it.
    public static let maximumWords = 1024

    /// A string as it was sent.
    public var data: [UInt8]? {
        switch self {
        case .string(let text): Array(text.utf8)
        case .bytes(let bytes): bytes
        case .integer, .list, .dictionary: nil
        }
    }
}

extension NGValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral {
    public init(stringLiteral value: String) { self = .string(value) }
    public init(integerLiteral value: Int64) { self = .integer(value) }
    public init(arrayLiteral elements: NGValue...) { self = .list(elements) }
    public init(dictionaryLiteral elements: (String, NGValue)...) { self = .dictionary(NGDictionary(elements)) }
}
