internal import CCrypto

/// AES in Galois/counter mode (RFC 7714).
enum GCM {
    /// Encrypts and writes the tag. `false` only if libcrypto fails.
    static func seal(_ packet: PacketLayout, _ keys: PacketKeys, _ cipher: OpaquePointer) -> Bool {
        run(packet, keys, cipher, rtpbridge_aes_gcm_seal)
    }

    /// Decrypts. `false`, and the encrypted part worthless, if the tag is wrong.
    static func open(_ packet: PacketLayout, _ keys: PacketKeys, _ cipher: OpaquePointer) -> Bool {
        run(packet, keys, cipher, rtpbridge_aes_gcm_open)
    }

    private typealias Operation = (
        OpaquePointer, UnsafeRawPointer, UnsafeRawPointer, Int, UnsafeRawPointer?, Int,
        UnsafeMutableRawPointer, Int, UnsafeMutableRawPointer
    ) -> Int32

    /// RFC 7714 section 8.1: IV = salt XOR (0, SSRC, index as 48 bits), and section 9.1 the same with the
    /// SRTCP index, whose upper bits are 0. The associated data is the clear header, and for SRTCP also
    /// the word that carries the index (section 9.2).
    @inline(__always)
    private static func run(_ packet: PacketLayout, _ keys: PacketKeys, _ cipher: OpaquePointer, _ operation: Operation) -> Bool {
        let high = keys.saltHigh ^ (UInt64(packet.ssrc) << 16 | packet.index >> 32)
        let low = keys.saltLow ^ packet.index << 32
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
