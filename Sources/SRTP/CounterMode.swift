internal import CCrypto

/// AES in counter mode with a truncated HMAC-SHA1 (RFC 3711 sections 4.1.1 and 4.2.1, RFC 6188).
enum CounterMode {
    /// HMAC-SHA1's whole output, before it is cut to the tag; room for three 64-bit numbers.
    private typealias Digest = (UInt64, UInt64, UInt64)

    /// Encrypts, then writes the tag. `false` only if libcrypto fails.
    static func seal(_ packet: PacketLayout, _ keys: PacketKeys, _ cipher: OpaquePointer) -> Bool {
        guard applyKeyStream(packet, keys, cipher) else { return false }
        var digest: Digest = (0, 0, 0)
        withUnsafeMutablePointer(to: &digest) { digest in
            authenticate(packet, keys, into: UnsafeMutableRawPointer(digest))
            (packet.base + packet.tagOffset).copyMemory(from: digest, byteCount: keys.tagLength)
        }
        return true
    }

    /// Whether the tag is right; changes nothing.
    static func isAuthentic(_ packet: PacketLayout, _ keys: PacketKeys) -> Bool {
        var digest: Digest = (0, 0, 0)
        return withUnsafeMutablePointer(to: &digest) { digest in
            authenticate(packet, keys, into: UnsafeMutableRawPointer(digest))
            return rtpbridge_equal_constant_time(UnsafeRawPointer(digest), packet.base + packet.tagOffset, keys.tagLength) == 1
        }
    }

    /// RFC 3711 section 4.1.1: IV = (salt * 2^16) XOR (SSRC * 2^64) XOR (index * 2^16).
    static func applyKeyStream(_ packet: PacketLayout, _ keys: PacketKeys, _ cipher: OpaquePointer) -> Bool {
        var counter = ((keys.saltHigh ^ UInt64(packet.ssrc)).bigEndian, (keys.saltLow ^ packet.index << 16).bigEndian)
        return withUnsafePointer(to: &counter) { counter in
            rtpbridge_aes_ctr_apply(
                cipher, UnsafeRawPointer(counter), packet.base + packet.clearLength, packet.end - packet.clearLength) == 1
        }
    }

    /// The HMAC of the packet up to its encrypted end, then the word, which is the roll-over counter
    /// (section 4.2) or the SRTCP index (section 3.4).
    private static func authenticate(_ packet: PacketLayout, _ keys: PacketKeys, into digest: UnsafeMutableRawPointer) {
        var word = packet.word.bigEndian
        var authentication = keys.authentication
        withUnsafePointer(to: &word) { word in
            rtpbridge_keyed_sha1_compute(&authentication, packet.base, packet.end, UnsafeRawPointer(word), 4, digest)
        }
    }
}
