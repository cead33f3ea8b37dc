/// The user name fragment and password of one side (RFC 8445 section 5.3).
public struct ICECredentials: Sendable, Equatable {
    /// 4 to 256 characters.
    public var ufrag: String
    /// 22 to 256 characters; the key of the integrity of every check toward the side that made it.
    public var password: String

    public init(ufrag: String, password: String) {
        self.ufrag = ufrag
        self.password = password
    }
}

extension ICECredentials: CustomStringConvertible, CustomReflectable {
    /// Without the password, so that no log shows it.
    public var description: String { "ICECredentials(ufrag: \(ufrag))" }
    public var customMirror: Mirror { Mirror(self, children: ["ufrag": ufrag]) }
}
