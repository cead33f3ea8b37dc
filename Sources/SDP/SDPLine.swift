/// One `type=value` line (RFC 8866 section 5), without its line end.
///
/// An attribute is kept as its name and what follows the colon: it is looked up by the one and read by the other.
public struct SDPLine: Sendable, Hashable {
    public let type: SDPLineType
    /// The name of an `a=` line; "" for other lines.
    let name: String
    /// What follows the colon of an `a=` line, `nil` without a colon; of other lines the whole value.
    let content: String?

    init(_ type: SDPLineType, name: String, content: String?) {
        self.type = type
        self.name = name
        self.content = content
    }

    /// Bytes are compared, not characters: a combining mark after the colon would otherwise hide it.
    public init(_ type: SDPLineType, _ value: String) {
        if type == "a" {
            let parts = value.cut(at: UInt8(ascii: ":"))
            self.init(type, name: parts.map { String($0.0) } ?? value, content: parts.map { String($0.1) })
        } else {
            self.init(type, name: "", content: value)
        }
    }

    /// `a=name` or `a=name:value`.
    public static func attribute(_ name: String, _ value: String? = nil) -> SDPLine { SDPLine("a", name: name, content: value) }

    /// What follows the `=`.
    public var value: String {
        guard type == "a" else { return content ?? "" }
        return content.map { "\(name):\($0)" } ?? name
    }

    /// The name of an `a=` line; `nil` for other lines.
    public var attributeName: String? { type == "a" ? name : nil }
    /// What follows the colon of an `a=` line; `nil` for other lines and for property attributes (`a=rtcp-mux`).
    public var attributeValue: String? { type == "a" ? content : nil }

    /// Whether it is `a=name` or `a=name:value`.
    public func isAttribute(_ name: String) -> Bool {
        // Most names differ in length, which is cheaper to see than their letters.
        type == "a" && self.name.utf8.count == name.utf8.count && self.name == name
    }
}

extension SDPLine: CustomStringConvertible {
    public var description: String { "\(type)=\(value)" }
}

/// The single letter before the `=` of a line, an ASCII one.
public struct SDPLineType: Sendable, Hashable, ExpressibleByUnicodeScalarLiteral {
    let letter: UInt8

    public init(unicodeScalarLiteral scalar: Unicode.Scalar) { letter = UInt8(truncatingIfNeeded: scalar.value) }

    /// The letter of a byte from `a` to `z`; `nil` for any other.
    public init?(byte: UInt8) {
        guard (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) else { return nil }
        letter = byte
    }
}

extension SDPLineType: CustomStringConvertible {
    public var description: String { String(Unicode.Scalar(letter)) }
}
