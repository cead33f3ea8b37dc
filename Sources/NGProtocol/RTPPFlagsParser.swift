/// Splits the text of `rtpp-flags` into words and values.
struct RTPPFlagsParser {
    struct Item {
        var name: String
        /// `nil` for a bare word.
        var value: NGValue?
    }

    /// Deeper brackets are read as part of a word.
    static let maximumDepth = BencodeDecoder.maximumDepth

    private var rest: Substring.UTF8View

    init(_ text: String) { rest = text[...].utf8 }

    mutating func next() -> Item? {
        // A bracket outside a value is no word; it is stepped over so that the text comes to its end.
        skip { Self.isBlank($0) || $0 == Self.open || $0 == Self.close }
        guard !rest.isEmpty else { return nil }
        let name = take { $0 != Self.equals && !Self.isDelimiter($0) }
        guard rest.first == Self.equals else { return Item(name: name, value: nil) }
        rest = rest.dropFirst()
        return Item(name: name, value: value(depth: 0))
    }

    private mutating func value(depth: Int) -> NGValue {
        guard rest.first == Self.open, depth < Self.maximumDepth else { return .string(take { !Self.isDelimiter($0) }) }
        rest = rest.dropFirst()
        skip(Self.isBlank)
        let value = isDictionary ? dictionary(depth: depth) : list(depth: depth)
        if rest.first == Self.close { rest = rest.dropFirst() }
        return value
    }

    /// The first element, if it is a word, has `=`.
    private var isDictionary: Bool {
        guard rest.first != Self.open else { return false }
        return rest.first { $0 == Self.equals || Self.isDelimiter($0) } == Self.equals
    }

    private mutating func list(depth: Int) -> NGValue {
        var values: [NGValue] = []
        while !isAtEnd { values.append(value(depth: depth + 1)) }
        return .list(values)
    }

    private mutating func dictionary(depth: Int) -> NGValue {
        var dictionary = NGDictionary()
        while !isAtEnd {
            let name = take { $0 != Self.equals && !Self.isDelimiter($0) }
            if rest.first == Self.equals { rest = rest.dropFirst() }
            dictionary.append(name, value(depth: depth + 1))
        }
        return .dictionary(dictionary)
    }

    /// Of a list or dictionary; steps over blanks.
    private var isAtEnd: Bool {
        mutating get {
            skip(Self.isBlank)
            return rest.isEmpty || rest.first == Self.close
        }
    }

    private static let open = UInt8(ascii: "["), close = UInt8(ascii: "]"), equals = UInt8(ascii: "=")
    private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || (9...13).contains(byte) }
    private static func isDelimiter(_ byte: UInt8) -> Bool { isBlank(byte) || byte == close }

    private mutating func skip(_ matches: (UInt8) -> Bool) { rest = rest.drop(while: matches) }

    private mutating func take(while matches: (UInt8) -> Bool) -> String {
        let word = rest.prefix(while: matches)
        rest = rest.dropFirst(word.count)
        return String(Substring(word))
    }
}
