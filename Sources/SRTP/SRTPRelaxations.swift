/// What two descriptions may agree to leave out of SRTP (RFC 4568 sections 6.3.2 to 6.3.4). SRTCP is always authenticated.
///
/// Not for AEAD suites, which do both at once (RFC 7714 section 13.1).
public struct SRTPRelaxations: OptionSet, Sendable, Hashable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let unencryptedRTP = Self(rawValue: 1 << 0)
    public static let unencryptedRTCP = Self(rawValue: 1 << 1)
    public static let unauthenticatedRTP = Self(rawValue: 1 << 2)

    /// The session parameters of an `a=crypto` line, in the order in which they are written.
    static let names: [(name: String, value: SRTPRelaxations)] = [
        ("UNENCRYPTED_SRTP", .unencryptedRTP), ("UNENCRYPTED_SRTCP", .unencryptedRTCP), ("UNAUTHENTICATED_SRTP", .unauthenticatedRTP),
    ]
}
