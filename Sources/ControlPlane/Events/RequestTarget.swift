/// The target of an HTTP request in origin form (RFC 9112 section 3.2.1): a path with its query.
struct RequestTarget: Sendable, Equatable {
    /// As it came, still with its percent signs.
    let path: String
    /// Names and values in order, decoded. A plus sign is a plus sign, since call-ids have them.
    let query: [Item]

    struct Item: Sendable, Equatable {
        var name: String
        var value: String
    }

    private static let maximumLength = 8_192, maximumItems = 64

    /// - Returns: `nil` for another form, for what is too long, and for broken escapes.
    init?(_ text: String) {
        guard text.hasPrefix("/"), text.utf8.count <= Self.maximumLength else { return nil }
        let parts = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        path = String(parts[0])
        var items: [Item] = []
        for field in parts.dropFirst().joined().split(separator: "&") {
            let pair = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard items.count < Self.maximumItems, let name = Self.decode(pair[0]),
                  let value = pair.count > 1 ? Self.decode(pair[1]) : "" else { return nil }
            items.append(Item(name: name, value: value))
        }
        query = items
    }

    func values(of name: String) -> [String] { query.filter { $0.name == name }.map(\.value) }

    /// Takes the escapes out (RFC 3986 section 2.1); `nil` where one is cut off or the bytes are not UTF-8.
    static func decode(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit) else { return nil }
            bytes.append(high << 4 | low)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 48...57: byte - 48
        case 65...70: byte - 55
        case 97...102: byte - 87
        default: nil
        }
    }
}
