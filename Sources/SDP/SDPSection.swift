/// What the session level and a media section have in common: a list of lines in their order.
///
/// The typed views read the lines and the edits change them; a line that no edit names stays verbatim and in place.
public protocol SDPSection {
    var lines: [SDPLine] { get set }
}

extension SDPSection {
    /// The first value of the attribute; "" for a property attribute; `nil` if it is absent.
    public func attribute(_ name: String) -> String? {
        for line in lines where line.attributeName == Substring(name) { return line.attributeValue.map(String.init) ?? "" }
        return nil
    }

    /// Every value of the attribute, in order; "" for a property attribute.
    public func attributes(_ name: String) -> [String] {
        lines.compactMap { $0.attributeName == Substring(name) ? $0.attributeValue.map(String.init) ?? "" : nil }
    }

    /// Attribute names are case-sensitive (RFC 8866 section 5.13).
    public func hasAttribute(_ name: String) -> Bool { lines.contains { $0.attributeName == Substring(name) } }

    public mutating func removeAttributes(_ names: Set<String>) {
        lines.removeAll { line in line.attributeName.map { names.contains(String($0)) } ?? false }
    }

    /// Behind all other lines.
    public mutating func appendAttribute(_ name: String, _ value: String? = nil) { lines.append(.attribute(name, value)) }

    /// Gives the first such attribute this value in place and removes the others; appends it where there is none.
    public mutating func setAttribute(_ name: String, _ value: String? = nil) {
        guard let place = lines.firstIndex(where: { $0.attributeName == Substring(name) }) else { return appendAttribute(name, value) }
        lines[place] = .attribute(name, value)
        var index = lines.count - 1
        while index > place {
            if lines[index].attributeName == Substring(name) { lines.remove(at: index) }
            index -= 1
        }
    }

    /// The address of the `c=` line (RFC 8866 section 5.7). Setting it where there is none puts the line where the grammar wants it.
    public var connection: SDPAddress? {
        get { lines.first { $0.type == "c" }.flatMap { SDPAddress($0.value.words[...]) } }
        set {
            guard let newValue else { return lines.removeAll { $0.type == "c" } }
            let line = SDPLine("c", newValue.description)
            if let place = lines.firstIndex(where: { $0.type == "c" }) {
                lines[place] = line
            } else {
                lines.insert(line, at: lines.firstIndex { !"vosiuep".contains($0.type) } ?? lines.endIndex)
            }
        }
    }

    /// The last of the direction attributes (RFC 8866 section 6.7); `nil` if there is none.
    public var direction: MediaDirection? {
        lines.last { $0.attributeValue == nil && MediaDirection(attribute: $0.attributeName) != nil }
            .flatMap { MediaDirection(attribute: $0.attributeName) }
    }
}

/// Who sends, as the description's author sees it (RFC 8866 section 6.7).
public enum MediaDirection: String, Sendable, Equatable, CaseIterable {
    case sendrecv, sendonly, recvonly, inactive

    init?(attribute name: Substring?) {
        guard let name else { return nil }
        self.init(rawValue: String(name))
    }

    public var sends: Bool { self == .sendrecv || self == .sendonly }
    public var receives: Bool { self == .sendrecv || self == .recvonly }
    /// The same as the other side has to write it.
    public var reversed: MediaDirection {
        switch self {
        case .sendonly: .recvonly
        case .recvonly: .sendonly
        case .sendrecv, .inactive: self
        }
    }
}
