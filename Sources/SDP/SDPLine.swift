/// One `type=value` line (RFC 8866 section 5), without its line end.
public struct SDPLine: Sendable, Equatable {
    /// The single letter before the `=`.
    public var type: Character
    public var value: String

    public init(_ type: Character, _ value: String) {
        self.type = type
        self.value = value
    }

    /// `a=name` or `a=name:value`.
    public static func attribute(_ name: String, _ value: String? = nil) -> SDPLine {
        SDPLine("a", value.map { "\(name):\($0)" } ?? name)
    }

    /// The name of an `a=` line; `nil` for other lines.
    public var attributeName: Substring? { type == "a" ? split.name : nil }
    /// What follows the colon of an `a=` line; `nil` for other lines and for property attributes (`a=rtcp-mux`).
    public var attributeValue: Substring? { type == "a" ? split.value : nil }

    /// The value before and after its first colon. Bytes are compared, not characters: a combining mark
    /// after the colon would otherwise hide it.
    private var split: (name: Substring, value: Substring?) {
        guard let colon = value.utf8.firstIndex(of: UInt8(ascii: ":")) else { return (Substring(value), nil) }
        return (value[..<colon], value[value.utf8.index(after: colon)...])
    }
}

extension SDPLine: CustomStringConvertible {
    public var description: String { "\(type)=\(value)" }
}
