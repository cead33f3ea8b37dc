import NGProtocol
import Wire

/// A message taken apart as far as it goes.
struct DecodedMessage {
    var cookie: [UInt8]
    /// How to write the reply; bencode where the message doesn't say.
    var encoding = NGEnvelope.Encoding.bencode
    var content: Result<NGDictionary, NGError>

    /// That of the streams; a datagram is shorter anyway [bytes].
    private static let maximumLength = NGStreamFramer.maximumLength

    /// - Returns: `nil` for bytes without a cookie, which get no reply.
    init?(_ bytes: [UInt8]) {
        let decoded: DecodedMessage? = bytes.withBytes { NGEnvelope($0).map(DecodedMessage.init) }
        guard let decoded else { return nil }
        self = decoded
    }

    /// A payload that came without a cookie; the one that it has here stands for nothing.
    init(plain payload: [UInt8]) {
        self = DecodedMessage(Array("- ".utf8) + payload) ?? DecodedMessage(cookie: [], content: .failure(.noPayload))
    }

    private init(cookie: [UInt8], content: Result<NGDictionary, NGError>) {
        self.cookie = cookie
        self.content = content
    }

    init(_ envelope: NGEnvelope) {
        cookie = envelope.cookie
        do throws(NGError) {
            encoding = try envelope.encoding()
            switch encoding {
            case .bencode: content = .success(try envelope.decodeBencode(maximumLength: Self.maximumLength))
            case .json: content = .success(try JSONTextDecoder.decode(envelope.payload.array, maximumLength: Self.maximumLength))
            }
        } catch {
            content = .failure(error)
        }
    }
}
