internal import CCrypto

/// AES in counter mode with a truncated HMAC-SHA1 (RFC 3711 sections 4.1.1 and 4.2.1, RFC 6188), under one set of session keys.
final class CounterModeCipher {
    private let cipher: OpaquePointer
    private let authentication: OpaquePointer
    /// The 14-byte session salt times 2^16, as two 64-bit numbers.
    private let saltHigh: UInt64
    private let saltLow: UInt64
    private let tagLength: Int

    /// HMAC-SHA1's whole output, before it is cut to the tag; room for three 64-bit numbers.
    private typealias Digest = (UInt64, UInt64, UInt64)

    /// `nil` if libcrypto refuses the keys.
    init?(keys: SessionKeys, tagLength: Int) {
        guard let cipher = rtpbridge_aes_ctr_new(keys.encryption, keys.encryption.count) else { return nil }
        guard let authentication = rtpbridge_keyed_sha1_new(keys.authentication, keys.authentication.count) else {
            rtpbridge_aes_ctr_free(cipher)
            return nil
        }
        self.cipher = cipher
        self.authentication = authentication
        saltHigh = keys.salt.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
        saltLow = keys.salt.dropFirst(8).reduce(0) { $0 << 8 | UInt64($1) } << 16
        self.tagLength = tagLength
    }

    deinit {
        rtpbridge_aes_ctr_free(cipher)
        rtpbridge_keyed_sha1_free(authentication)
    }

    /// Encrypts, then writes the tag. `false` only if libcrypto fails.
    func seal(_ packet: PacketLayout) -> Bool {
        guard applyKeyStream(packet) else { return false }
        var digest: Digest = (0, 0, 0)
        withUnsafeMutablePointer(to: &digest) { digest in
            authenticate(packet, into: UnsafeMutableRawPointer(digest))
            (packet.base + packet.tagOffset).copyMemory(from: digest, byteCount: tagLength)
        }
        return true
    }

    /// Checks the tag, then decrypts. `false`, and the packet unchanged, if the tag is wrong.
    func open(_ packet: PacketLayout) -> Bool {
        var digest: Digest = (0, 0, 0)
        let isAuthentic = withUnsafeMutablePointer(to: &digest) { digest in
            authenticate(packet, into: UnsafeMutableRawPointer(digest))
            return rtpbridge_equal_constant_time(UnsafeRawPointer(digest), packet.base + packet.tagOffset, tagLength) == 1
        }
        return isAuthentic && applyKeyStream(packet)
    }

    /// RFC 3711 section 4.1.1: IV = (salt * 2^16) XOR (SSRC * 2^64) XOR (index * 2^16).
    private func applyKeyStream(_ packet: PacketLayout) -> Bool {
        var counter = ((saltHigh ^ UInt64(packet.ssrc)).bigEndian, (saltLow ^ packet.index << 16).bigEndian)
        return withUnsafePointer(to: &counter) { counter in
            rtpbridge_aes_ctr_apply(
                cipher, UnsafeRawPointer(counter), packet.base + packet.clearLength, packet.end - packet.clearLength) == 1
        }
    }

    /// The HMAC of the packet up to its encrypted end, then the word, which is the roll-over counter
    /// (section 4.2) or the SRTCP index (section 3.4).
    private func authenticate(_ packet: PacketLayout, into digest: UnsafeMutableRawPointer) {
        var word = packet.word.bigEndian
        withUnsafePointer(to: &word) { word in
            rtpbridge_keyed_sha1_compute(authentication, packet.base, packet.end, UnsafeRawPointer(word), 4, digest)
        }
    }
}
