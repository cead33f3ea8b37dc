internal import CCrypto

/// AES in Galois/counter mode (RFC 7714), under one set of session keys and for one direction.
final class GCMCipher {
    private let cipher: OpaquePointer
    /// The 12-byte session salt: eight bytes, and four in the high half.
    private let saltHigh: UInt64
    private let saltLow: UInt64

    /// `nil` if libcrypto refuses the key.
    init?(keys: SessionKeys, direction: SRTPTransform.Direction) {
        guard let cipher = rtpbridge_aes_gcm_new(keys.encryption, keys.encryption.count, direction == .outbound ? 1 : 0) else { return nil }
        self.cipher = cipher
        saltHigh = keys.salt.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
        saltLow = keys.salt.dropFirst(8).reduce(0) { $0 << 8 | UInt64($1) } << 32
    }

    deinit { rtpbridge_aes_gcm_free(cipher) }

    /// Encrypts and writes the tag. `false` only if libcrypto fails.
    func seal(_ packet: PacketLayout) -> Bool {
        run(packet, rtpbridge_aes_gcm_seal)
    }

    /// Decrypts. `false`, and the encrypted part worthless, if the tag is wrong.
    func open(_ packet: PacketLayout) -> Bool {
        run(packet, rtpbridge_aes_gcm_open)
    }

    private typealias Operation = (
        OpaquePointer, UnsafeRawPointer, UnsafeRawPointer, Int, UnsafeRawPointer?, Int,
        UnsafeMutableRawPointer, Int, UnsafeMutableRawPointer
    ) -> Int32

    /// RFC 7714 section 8.1: IV = salt XOR (0, SSRC, index as 48 bits), and section 9.1 the same with the
    /// SRTCP index, whose upper bits are 0. The associated data is the clear header, and for SRTCP also
    /// the word that carries the index (section 9.2).
    @inline(__always)
    private func run(_ packet: PacketLayout, _ operation: Operation) -> Bool {
        let high = saltHigh ^ (UInt64(packet.ssrc) << 16 | packet.index >> 32)
        let low = saltLow ^ packet.index << 32
        var iv = (high.bigEndian, low.bigEndian)
        var word = packet.word.bigEndian
        return withUnsafePointer(to: &iv) { iv in
            withUnsafePointer(to: &word) { word in
                operation(
                    cipher, UnsafeRawPointer(iv), packet.base, packet.clearLength, UnsafeRawPointer(word), packet.isControl ? 4 : 0,
                    packet.base + packet.clearLength, packet.end - packet.clearLength, packet.base + packet.tagOffset) == 1
            }
        }
    }
}
