internal import CCrypto

/// What a handshake is for: the SRTP master keys of both directions.
public struct DTLSKeys: Sendable, Equatable {
    /// Protects what we send.
    public let local: SRTPKey
    /// Opens what the peer sends.
    public let remote: SRTPKey

    /// Sorts exported keying material: client key, server key, client salt, server salt (RFC 5764 section 4.2).
    /// - Parameter material: twice the suite's key and salt length; `nil` for any other.
    init?(suite: SRTPSuite, material: UnsafeRawBufferPointer, isClient: Bool) {
        let keyLength = suite.masterKeyLength, saltLength = suite.masterSaltLength
        guard material.count == Self.materialLength(of: suite) else { return nil }
        let keys = material[..<(2 * keyLength)], salts = material[(2 * keyLength)...]
        guard let client = SRTPKey(suite: suite, keyAndSalt: Array(keys.prefix(keyLength)) + Array(salts.prefix(saltLength))),
              let server = SRTPKey(suite: suite, keyAndSalt: Array(keys.suffix(keyLength)) + Array(salts.suffix(saltLength)))
        else { return nil }
        local = isClient ? client : server
        remote = isClient ? server : client
    }

    static func materialLength(of suite: SRTPSuite) -> Int { 2 * (suite.masterKeyLength + suite.masterSaltLength) }

    /// Exports the keys of an association whose handshake is done.
    static func export(from association: OpaquePointer, suite: SRTPSuite, isClient: Bool) -> DTLSKeys? {
        withUnsafeTemporaryAllocation(byteCount: materialLength(of: suite), alignment: 1) { material in
            guard let base = material.baseAddress else { return nil }
            defer { rtpbridge_dtls_cleanse(base, material.count) }
            guard rtpbridge_dtls_export(association, base, material.count) == 1 else { return nil }
            return DTLSKeys(suite: suite, material: UnsafeRawBufferPointer(material), isClient: isClient)
        }
    }
}
