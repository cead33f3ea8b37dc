/// One `a=crypto` line of an SDP: a key that the sender of the SDP protects its own packets with (RFC 4568).
public struct SDESAttribute: Sendable, Equatable {
    /// What ties an answer to the line of the offer that it accepts, 1 to 9 digits.
    public var tag: Int
    /// Of the line's one `inline:`, with its MKI and what the session parameters leave out; a line with several keys is not read.
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

    /// The value of an `a=crypto` line of ours: without an MKI, which a single key does not need.
    ///
    /// - Parameters:
    ///   - isPadded: whether base64 ends in its `=`; most peers write none, and every one reads both.
    ///   - hasLifetime: 2^31 packets, where the default is all that the suite allows (RFC 4568 section 6.1).
    public static func format(tag: Int, key: SRTPKey, isPadded: Bool = false, hasLifetime: Bool = false) -> String {
        var secret = Base64.encode(key.keyAndSalt)
        if !isPadded { while secret.utf8.last == UInt8(ascii: "=") { secret.removeLast() } }
        var text = "\(tag) \(key.suite.name) inline:\(secret)"
        if hasLifetime { text += "|2^31" }
        for (name, value) in SRTPRelaxations.names where key.relaxations.contains(value) { text += " " + name }
        return text
    }
}
