/// The text of an `a=fmtp` read as `key=value;key=value`, in its order (RFC 7587 section 7, RFC 6838 style).
public struct FormatParameters: Sendable, Equatable {
    /// One `key=value`, or a word alone.
    public struct Parameter: Sendable, Equatable {
        public var key: Substring
        /// `nil` for a word without `=`, such as `0-15` of telephone-event.
        public var value: Substring?
    }
    public var parameters: [Parameter] = []
    public init(_ text: String) {
        parameters.reserveCapacity(8)
        var rest: Substring? = Substring(text)
        while let piece = rest {
            let cut = piece.cut(at: UInt8(ascii: ";"))
            rest = cut?.1
            let trimmed = Self.trimmed(cut?.0 ?? piece)
            guard !trimmed.isEmpty else { continue }
            let parts = trimmed.cut(at: UInt8(ascii: "="))
            parameters.append(Parameter(key: parts.map { Self.trimmed($0.0) } ?? trimmed, value: parts.map { Self.trimmed($0.1) }))
        }
    }

    /// Names are compared without case; of a name that comes twice the first counts.
    public subscript(key: String) -> String? {
        let parameter = parameters.first { parameter in
            parameter.key.utf8.count == key.utf8.count && (parameter.key == key || parameter.key.lowercased() == key.lowercased())
        }
        return parameter?.value.map { String($0) }
    }

    /// A decimal number without sign; `nil` if absent or not one.
    public func integer(_ key: String) -> Int? { self[key]?.decimal }

    /// `1` is true (RFC 7587 section 6.1); everything else, and nothing, is false.
    public func flag(_ key: String) -> Bool { self[key] == "1" }

    private static func trimmed(_ text: Substring) -> Substring {
        func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
        let bytes = text.utf8
        guard let first = bytes.firstIndex(where: { !isBlank($0) }), let last = bytes.lastIndex(where: { !isBlank($0) }) else { return "" }
        return text[first...last]
    }
}
