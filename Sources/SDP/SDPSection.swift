/// What the session level and a media section have in common: a list of lines in their order.
///
/// The typed views read the lines and the edits change them; a line that no edit names stays verbatim and in place.
public protocol SDPSection {
    var lines: [SDPLine] { get set }
}

extension SDPSection {
    /// The first value of the attribute; "" for a property attribute; `nil` if it is absent.
    public func attribute(_ name: String) -> String? {
        lines.first { $0.isAttribute(name) }.map { $0.attributeValue ?? "" }
    }

    /// Every value of the attribute, in order; "" for a property attribute.
    public func attributes(_ name: String) -> [String] {
        lines.compactMap { $0.isAttribute(name) ? $0.attributeValue ?? "" : nil }
    }

    /// Attribute names are case-sensitive (RFC 8866 section 5.13).
    public func hasAttribute(_ name: String) -> Bool { lines.contains { $0.isAttribute(name) } }

    public mutating func removeAttributes(_ names: Set<String>) {
        lines.removeAll { line in line.attributeName.map(names.contains) ?? false }
    }

    /// Behind all other lines.
    public mutating func appendAttribute(_ name: String, _ value: String? = nil) { lines.append(.attribute(name, value)) }

    /// Gives the first such attribute this value in place and removes the others; appends it where there is none.
    public mutating func setAttribute(_ name: String, _ value: String? = nil) {
        guard let place = lines.firstIndex(where: { $0.isAttribute(name) }) else { return appendAttribute(name, value) }
        lines[place] = .attribute(name, value)
        var index = lines.count - 1
        while index > place {
            if lines[index].isAttribute(name) { lines.remove(at: index) }
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
                lines.insert(line, at: lines.firstIndex { !SDPLineType.beforeConnection.contains($0.type) } ?? lines.endIndex)
            }
        }
    }

    /// The last of the direction attributes (RFC 8866 section 6.7); `nil` if there is none.
    public var direction: MediaDirection? {
        for line in lines.reversed() { if let direction = line.direction { return direction } }
        return nil
    }
}

/// Who sends, as the description's author sees it (RFC 8866 section 6.7).
public enum MediaDirection: String, Sendable, Equatable, CaseIterable {
    case sendrecv, sendonly, recvonly, inactive

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

extension SDPLine {
    /// `nil` for a line that is no direction attribute.
    public var direction: MediaDirection? {
        guard type == "a", content == nil, name.utf8.count == 8 else { return nil }
        return MediaDirection(rawValue: name)
    }
}

extension SDPLineType {
    /// RFC 8866 section 9.
    static let beforeConnection: [SDPLineType] = ["v", "o", "s", "i", "u", "e", "p"]
}
