/// A dictionary that keeps the order of its entries and every repetition of a key.
///
/// Order matters because clients don't sort; repetitions because a repeated key is processed twice, the later one over the former.
public struct NGDictionary: Sendable, Equatable {
    /// One key with its value.
    public struct Entry: Sendable, Equatable {
        public var key: String
        public var value: NGValue
    }

    public private(set) var entries: [Entry] = []

    public init() {}
    public init(_ elements: [(String, NGValue)]) { entries = elements.map { Entry(key: $0.0, value: $0.1) } }

    /// Adds an entry behind the others, whether or not the key is there already; `nil` adds none.
    public mutating func append(_ key: String, _ value: NGValue?) {
        if let value { entries.append(Entry(key: key, value: value)) }
    }

    /// Reads the last entry of that key. Writing replaces the last one or appends; `nil` removes all of them.
    public subscript(key: String) -> NGValue? {
        get { entries.last { $0.key == key }?.value }
        set {
            guard let newValue else {
                entries.removeAll { $0.key == key }
                return
            }
            guard let index = entries.lastIndex(where: { $0.key == key }) else {
                append(key, newValue)
                return
            }
            entries[index].value = newValue
        }
    }

    /// The first of `keys` that is there, as text.
    public func text(_ keys: String...) -> String? {
        for key in keys {
            if let text = self[key]?.text { return text }
        }
        return nil
    }
}

extension NGDictionary: ExpressibleByDictionaryLiteral {
    public init(dictionaryLiteral elements: (String, NGValue)...) { self.init(elements) }
}
