/// The `o=` line (RFC 8866 section 5.2). The two numbers stay text: they may exceed 64 bits.
public struct SDPOrigin: Sendable, Equatable {
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

    init?(parsing value: String) {
        let words = value.words
        guard words.count == 6, let address = SDPAddress(words[3...]) else { return nil }
        self.init(username: String(words[0]), sessionID: String(words[1]), sessionVersion: String(words[2]), address: address)
    }
}

extension SDPOrigin: CustomStringConvertible {
    public var description: String { "\(username) \(sessionID) \(sessionVersion) \(address)" }
}
