internal import CCrypto

/// A private key with its self-signed certificate, and what OpenSSL shares among all associations that use it.
///
/// One is made when the daemon starts; every call's SDP carries its fingerprint. OpenSSL guards its own
/// shared state, so endpoints on several threads may use one certificate.
public final class DTLSCertificate: @unchecked Sendable {
    /// The kind of key. ECDSA P-256 keeps the flights small (RFC 8827 section 6.5); RSA is what older peers bring.
    public enum KeyType: Sendable {
        case ecdsaP256
        case rsa2048
    }

    let identity: OpaquePointer

    private init(identity: OpaquePointer) { self.identity = identity }

    deinit { rtpbridge_dtls_identity_free(identity) }

    /// Makes a key and a certificate for it. OpenSSL supplies the randomness and the date; takes milliseconds (RSA: a tenth of a second).
    public static func generate(_ keyType: KeyType = .ecdsaP256) throws(DTLSError) -> DTLSCertificate {
        var code: UInt64 = 0
        guard let identity = rtpbridge_dtls_identity_new(keyType == .rsa2048 ? 1 : 0, &code) else {
            throw .libraryFailed(code: code)
        }
        return DTLSCertificate(identity: identity)
    }

    /// The digest for `a=fingerprint` (RFC 8122 section 5).
    public func fingerprint(_ hash: DTLSFingerprint.Hash) -> DTLSFingerprint {
        var digest = [UInt8](repeating: 0, count: hash.length)
        let isDone = rtpbridge_dtls_identity_digest(identity, &digest, digest.count) == 1
        assert(isDone, "the certificate and the hash are both ours")
        return DTLSFingerprint(hash: hash, digest: digest)
    }
}

extension DTLSCertificate: Equatable {
    /// The same key means the same object: two that were generated are never equal.
    public static func == (one: DTLSCertificate, other: DTLSCertificate) -> Bool { one === other }
}
