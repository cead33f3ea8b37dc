import ICE
import SRTP

/// Everything that must be unguessable, from the one source of random bytes.
struct SecretSource {
    let resources: any MediaResources

    func key(_ suite: SRTPSuite) throws(NegotiationError) -> SRTPKey {
        let bytes = resources.randomBytes(suite.masterKeyLength + suite.masterSaltLength)
        guard let key = SRTPKey(suite: suite, keyAndSalt: bytes) else { throw .cannotRewrite(detail: "no random bytes") }
        return key
    }

    /// 8 and 32 characters: 48 and 192 bits, where RFC 8445 section 5.3 asks for 24 and 128.
    func credentials() -> ICECredentials { ICECredentials(ufrag: text(8), password: text(32)) }

    /// RFC 7022: a random name for each leg, so that two calls have nothing in common.
    func canonicalName() -> String { text(16) }

    /// Not 0, which some peers take for "none".
    func ssrc() -> UInt32 { UInt32(truncatingIfNeeded: number()) | 1 }

    func number() -> UInt64 { resources.randomBytes(8).reduce(0) { $0 << 8 | UInt64($1) } }

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// Characters that `ice-char`, tokens and CNAMEs all allow, six bits each (RFC 8839 section 5.4).
    private func text(_ count: Int) -> String {
        String(decoding: resources.randomBytes(count).map { Self.alphabet[Int($0 & 63)] }, as: UTF8.self)
    }
}
