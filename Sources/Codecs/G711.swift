public import Wire

/// ITU-T G.711: PCMU and PCMA, one byte a sample at 8 kHz (RFC 3551 sections 4.5.14).
///
/// Both directions are table look-ups. The encode tables have an entry for each of the 65,536 sample
/// values: a table over fewer bits rounds some values to the neighbouring code.
public enum G711 {
    /// Which of the two companding laws.
    public enum Law: Sendable, Equatable {
        /// PCMU
        case mu
        /// PCMA
        case a
    }

    /// Samples a second, and bytes a second.
    public static let sampleRate = 8000

    /// The code of sample value 0: 0xFF for μ-law, 0xD5 for A-law.
    @inlinable public static func silence(_ law: Law) -> UInt8 { law == .mu ? 0xff : 0xd5 }

    /// Encodes as many samples as both sides hold.
    ///
    /// - Returns: how many samples were encoded, which is also the number of bytes written.
    @discardableResult
    public static func encode(_ pcm: UnsafeBufferPointer<Int16>, law: Law, into bytes: MutableBytes) -> Int {
        let count = min(pcm.count, bytes.count)
        guard count > 0, let from = pcm.baseAddress, let to = bytes.base else { return 0 }
        let table = G711Tables.encode(law)
        for index in 0..<count {
            to.storeBytes(of: table[Int(UInt16(bitPattern: from[index]))], toByteOffset: index, as: UInt8.self)
        }
        return count
    }

    /// Decodes as many bytes as both sides hold; the samples use the full 16-bit range (± 32,124 for μ-law, ± 32,256 for A-law).
    ///
    /// - Returns: how many samples were written.
    @discardableResult
    public static func decode(_ bytes: Bytes, law: Law, into pcm: UnsafeMutableBufferPointer<Int16>) -> Int {
        let count = min(pcm.count, bytes.count)
        guard count > 0, let from = bytes.base, let to = pcm.baseAddress else { return 0 }
        let table = G711Tables.decode(law)
        for index in 0..<count {
            to[index] = table[Int(from.load(fromByteOffset: index, as: UInt8.self))]
        }
        return count
    }

    /// Whether every byte is a code of the smallest magnitude (0xFF or 0x7F, 0xD5 or 0x55): nothing to hear, nothing to encode.
    public static func isSilence(_ bytes: Bytes, law: Law) -> Bool {
        guard let from = bytes.base else { return true }
        let magnitude = silence(law) & 0x7f
        for index in 0..<bytes.count where from.load(fromByteOffset: index, as: UInt8.self) & 0x7f != magnitude { return false }
        return true
    }
}
