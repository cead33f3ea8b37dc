/// The master key and master salt of one direction, with the suite that they are for (RFC 3711 section 3.2.1).
///
/// Neither `description` nor reflection shows the secret, so that a key in a plan or an error
/// that is printed stays a key.
public struct SRTPKey: Sendable, Equatable {
    public let suite: SRTPSuite
    /// `suite.masterKeyLength` bytes.
    public let masterKey: [UInt8]
    /// `suite.masterSaltLength` bytes.
    public let masterSalt: [UInt8]
    /// What is left out of the packets; nothing, unless both descriptions say so.
    public var relaxations: SRTPRelaxations = []
    /// The master key identifier that each packet carries in front of its tag (RFC 3711 section 3.1); mostly none. Read only: our own
    /// keys have none.
    public var identifier: [UInt8] = []

    /// - Parameter keyAndSalt: the key followed by the salt, as SDES carries them; `nil` if the length is not the suite's.
    public init?(suite: SRTPSuite, keyAndSalt: [UInt8]) {
        guard keyAndSalt.count == suite.masterKeyLength + suite.masterSaltLength else { return nil }
        self.suite = suite
        masterKey = Array(keyAndSalt[..<suite.masterKeyLength])
        masterSalt = Array(keyAndSalt[suite.masterKeyLength...])
    }

    /// Bytes that `protectRTP` adds.
    var rtpTagLength: Int { relaxations.contains(.unauthenticatedRTP) ? 0 : suite.rtpTagLength }

    /// The key followed by the salt (RFC 4568 section 6.1).
    public var keyAndSalt: [UInt8] { masterKey + masterSalt }
}

extension SRTPKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "SRTPKey(\(suite.name), \(masterKey.count) + \(masterSalt.count) bytes)" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: ["suite": suite]) }
}
