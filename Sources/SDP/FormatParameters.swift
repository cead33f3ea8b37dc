/// The text of an `a=fmtp` read as `key=value;key=value`, in its order (RFC 7587 section 7, RFC 6838 style).
public struct FormatParameters: Sendable, Equatable {
    /// One `key=value`, or a word alone.
    public struct Parameter: Sendable, Equatable {
        public var key: String
        /// `nil` for a word without `=`, such as `0-15` of telephone-event.
        public var value: String?
    }
    public var parameters: [Parameter]

    public init(_ text: String) {
        parameters = text.utf8.split(separator: UInt8(ascii: ";")).compactMap { part in
            let trimmed = Self.trimmed(Substring(part))
            guard !trimmed.isEmpty else { return nil }
            guard let (key, value) = trimmed.cut(at: UInt8(ascii: "=")) else { return Parameter(key: String(trimmed), value: nil) }
            return Parameter(key: String(Self.trimmed(key)), value: String(Self.trimmed(value)))
        }
    }

    /// Names are compared without case; of a name that comes twice the first counts.
    public subscript(key: String) -> String? {
        parameters.first { $0.key.lowercased() == key.lowercased() }?.value
    }

    /// A decimal number without sign; `nil` if absent or not one.
    public func integer(_ key: String) -> Int? { self[key]?.decimal }

    /// `1` is true (RFC 7587 section 6.1); everything else, and nothing, is false.
    public func flag(_ key: String) -> Bool { self[key] == "1" }

    private static func trimmed(_ text: Substring) -> Substring {
        let blanks: Set<UInt8> = [UInt8(ascii: " "), UInt8(ascii: "\t")]
        let bytes = text.utf8
        guard let first = bytes.firstIndex(where: { !blanks.contains($0) }),
              let last = bytes.lastIndex(where: { !blanks.contains($0) }) else { return "" }
        return text[first...last]
    }
}
