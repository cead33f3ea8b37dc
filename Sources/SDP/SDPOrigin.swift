/// The `o=` line (RFC 8866 section 5.2). The two numbers stay text: they may exceed 64 bits.
public struct SDPOrigin: Sendable, Hashable {
    /// `-` for none.
    public var username: String
    public var sessionID: String
    public var sessionVersion: String
    public var address: SDPAddress

    public init(username: String, sessionID: String, sessionVersion: String, address: SDPAddress) {
        self.username = username
        self.sessionID = sessionID
        self.sessionVersion = sessionVersion
        self.address = address
    }

    /// Whether `init` reads it.
    static func isReadable(_ value: String) -> Bool {
        let words = value.words
        return words.count >= 6 && SDPAddress.isReadable(words.suffix(3))
    }

    init?(parsing value: String) {
        self.init(value.words)
    }

    private init?(_ words: [Substring]) {
        // Some phones write a user name with blanks, which the grammar forbids; the other five words are counted from the end.
        guard words.count >= 6, let address = SDPAddress(words.suffix(3)) else { return nil }
        let name = words.count == 6 ? String(words[0]) : words.dropLast(5).joined(separator: " ")
        let numbers = words.suffix(5)
        self.init(
            username: name, sessionID: String(numbers[numbers.startIndex]), sessionVersion: String(numbers[numbers.startIndex + 1]),
            address: address)
    }
}

extension SDPOrigin: CustomStringConvertible {
    public var description: String { "\(username) \(sessionID) \(sessionVersion) \(address)" }
}
