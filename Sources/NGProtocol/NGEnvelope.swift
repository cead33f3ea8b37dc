public import Wire

/// `COOKIE SP PAYLOAD`, split.
public struct NGEnvelope {
    /// How the payload is written, told by its first byte. The reply is written the same way.
    public enum Encoding: Sendable, Equatable { case bencode, json }

    /// Every byte up to the first space; opaque.
    public let cookie: [UInt8]
    /// A window on the datagram, with its lifetime.
    public let payload: Bytes

    /// - Returns: `nil` without a space or with nothing before it; such a datagram gets no reply.
    public init?(_ datagram: Bytes) {
        guard let space = datagram.buffer.firstIndex(of: UInt8(ascii: " ")), space > 0,
              let cookie = datagram.slice(0, space), let payload = datagram.suffix(from: space + 1) else { return nil }
        self.cookie = cookie.array
        self.payload = payload
    }

    /// - Throws: `.noPayload`, `.invalidFormat`; the reply to either is bencode.
    public func encoding() throws(NGError) -> Encoding {
        guard let first = payload.u8(0) else { throw .noPayload }
        switch first {
        case UInt8(ascii: "d"): return .bencode
        case UInt8(ascii: "{"): return .json
        default: throw .invalidFormat
        }
    }

    /// The dictionary of a bencoded payload. What follows it is ignored.
    /// - Parameter maximumLength: more for transports that carry recordings [bytes].
    public func decodeBencode(maximumLength: Int = BencodeDecoder.maximumLength) throws(NGError) -> NGDictionary {
        guard let (value, _) = try? BencodeDecoder.decode(payload, maximumLength: maximumLength),
              case .dictionary(let dictionary) = value else { throw .notBencode }
        return dictionary
    }

    /// The reply's datagram: the same cookie, a space, `payload`.
    public static func wrap(cookie: [UInt8], payload: [UInt8]) -> [UInt8] { cookie + [UInt8(ascii: " ")] + payload }
}
