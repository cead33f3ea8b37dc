internal import CCrypto

/// The session keys of one kind of packet, RTP or RTCP.
struct SessionKeys {
    let encryption: [UInt8]
    /// 20 bytes for HMAC-SHA1; empty for an AEAD suite.
    let authentication: [UInt8]
    let salt: [UInt8]
}

/// The key derivation of RFC 3711 section 4.3 with the pseudo-random function AES-CM.
///
/// The key derivation rate is 0: one set of session keys for the life of a master key. A rate other
/// than 0 is refused where it is negotiated.
struct KeyDerivation: ~Copyable {
    /// RFC 3711 section 4.3.2.
    enum Label: UInt8 {
        case rtpEncryption = 0, rtpAuthentication = 1, rtpSalt = 2
        case rtcpEncryption = 3, rtcpAuthentication = 4, rtcpSalt = 5
    }

    /// HMAC-SHA1's n_a (RFC 3711 section 5.2).
    private static let authenticationKeyLength = 20

    private let key: SRTPKey
    /// AES-CM under the master key.
    private let cipher: OpaquePointer

    init(_ key: SRTPKey) throws(SRTPError) {
        guard let cipher = rtpbridge_aes_ctr_new(key.masterKey, key.masterKey.count) else { throw .suiteUnavailable(key.suite) }
        self.key = key
        self.cipher = cipher
    }

    deinit { rtpbridge_aes_ctr_free(cipher) }

    func rtpKeys() throws(SRTPError) -> SessionKeys {
        try sessionKeys(.rtpEncryption, .rtpAuthentication, .rtpSalt)
    }

    func rtcpKeys() throws(SRTPError) -> SessionKeys {
        try sessionKeys(.rtcpEncryption, .rtcpAuthentication, .rtcpSalt)
    }

    private func sessionKeys(_ encryption: Label, _ authentication: Label, _ salt: Label) throws(SRTPError) -> SessionKeys {
        let suite = key.suite
        guard let encryptionKey = derive(encryption, length: suite.masterKeyLength),
              let authenticationKey = derive(authentication, length: suite.isAEAD ? 0 : Self.authenticationKeyLength),
              let sessionSalt = derive(salt, length: suite.masterSaltLength)
        else { throw .suiteUnavailable(suite) }
        return SessionKeys(encryption: encryptionKey, authentication: authenticationKey, salt: sessionSalt)
    }

    /// `length` bytes of the key stream under the master key that starts at salt XOR label, times 2^16.
    ///
    /// The 12-byte salt of the AEAD suites is extended by two zero bytes on its right, as all
    /// implementations read RFC 7714 section 11. `nil` if libcrypto fails.
    func derive(_ label: Label, length: Int) -> [UInt8]? {
        var counter = key.masterSalt + [UInt8](repeating: 0, count: 16 - key.masterSalt.count)
        counter[7] ^= label.rawValue
        var stream = [UInt8](repeating: 0, count: length)
        return rtpbridge_aes_ctr_apply(cipher, counter, &stream, length) == 1 ? stream : nil
    }
}
