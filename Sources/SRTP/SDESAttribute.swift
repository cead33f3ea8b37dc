/// One `a=crypto` line of an SDP: a key that the sender of the SDP protects its own packets with (RFC 4568).
public struct SDESAttribute: Sendable, Equatable {
    /// What ties an answer to the line of the offer that it accepts, 1 to 9 digits.
    public var tag: Int
    /// Of the line's one `inline:`; a line with several has MKIs and is not read.
    public var key: SRTPKey
    /// How many packets the key may protect; `nil` when the line does not say.
    public var lifetime: UInt64?
    /// Session parameters that change nothing here (`WSH`, `FEC_ORDER`, optional unknown ones), verbatim.
    public var sessionParameters: [String]

    public var suite: SRTPSuite { key.suite }

    public init(tag: Int, key: SRTPKey, lifetime: UInt64? = nil, sessionParameters: [String] = []) {
        self.tag = tag
        self.key = key
        self.lifetime = lifetime
        self.sessionParameters = sessionParameters
    }

    /// The value of an `a=crypto` line with nothing but what is needed.
    public static func format(tag: Int, key: SRTPKey) -> String {
        "\(tag) \(key.suite.name) inline:\(Base64.encode(key.keyAndSalt))"
    }
}
