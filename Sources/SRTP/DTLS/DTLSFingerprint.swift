/// A certificate's digest, as `a=fingerprint` carries it (RFC 8122 section 5).
public struct DTLSFingerprint: Sendable, Equatable {
    /// The hashes of RFC 8122 that are still in use; the raw value is the name in the SDP.
    public enum Hash: String, Sendable, CaseIterable {
        case sha1 = "sha-1"
        case sha224 = "sha-224"
        case sha256 = "sha-256"
        case sha384 = "sha-384"
        case sha512 = "sha-512"

        /// Bytes of a digest.
        public var length: Int {
            switch self {
            case .sha1: 20
            case .sha224: 28
            case .sha256: 32
            case .sha384: 48
            case .sha512: 64
            }
        }
    }

    public let hash: Hash
    /// `hash.length` bytes.
    public let bytes: [UInt8]

    /// `nil` if the length is not that of the hash.
    public init?(hash: Hash, bytes: [UInt8]) {
        guard bytes.count == hash.length else { return nil }
        self.hash = hash
        self.bytes = bytes
    }

    /// - Parameter digest: `hash.length` bytes.
    init(hash: Hash, digest: [UInt8]) {
        self.hash = hash
        bytes = digest
    }

    /// Reads the attribute's value, such as `sha-256 4A:AD:…`; `nil` for an unknown hash or a digest of the wrong length.
    ///
    /// The grammar asks for upper-case digits and one space; lower case and several spaces are accepted.
    public init?(parsing value: Substring) {
        let fields = value.utf8.split(whereSeparator: { $0 == 0x20 || $0 == 0x09 || $0 == 0x0d || $0 == 0x0a })
        guard fields.count == 2, let hash = Hash(rawValue: String(Substring(fields[0])).lowercased()) else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(hash.length)
        for pair in fields[1].split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false) {
            guard bytes.count < hash.length, pair.count == 2, let high = pair.first.flatMap(Self.digit),
                  let low = pair.last.flatMap(Self.digit) else { return nil }
            bytes.append(high << 4 | low)
        }
        self.init(hash: hash, bytes: bytes)
    }

    private static func digit(_ character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0")
        case UInt8(ascii: "A")...UInt8(ascii: "F"): character - UInt8(ascii: "A") + 10
        case UInt8(ascii: "a")...UInt8(ascii: "f"): character - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}

extension DTLSFingerprint: CustomStringConvertible {
    /// The attribute's value: the hash, a space, upper-case digits with colons.
    public var description: String {
        let digits = Array("0123456789ABCDEF".utf8)
        var text = Array(hash.rawValue.utf8)
        for (index, byte) in bytes.enumerated() {
            text.append(index == 0 ? UInt8(ascii: " ") : UInt8(ascii: ":"))
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
