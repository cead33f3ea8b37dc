internal import CCrypto

/// The signature of a request: HMAC-SHA256 (RFC 2104) of timestamp, full stop and body.
///
/// The timestamp is signed too, so that a request that somebody recorded cannot be sent again as a new one.
enum WebhookSignature {
    /// - Parameter timestamp: Unix time [s].
    /// - Returns: the value of `X-Rtpbridge-Signature`; `nil` if OpenSSL refuses.
    static func header(_ secret: WebhookSecret, timestamp: Int64, body: [UInt8]) -> String? {
        code(key: secret.bytes, Array("\(timestamp).".utf8) + body).map { "sha256=" + hex($0) }
    }

    /// HMAC-SHA256, 32 bytes.
    static func code(key: [UInt8], _ data: [UInt8]) -> [UInt8]? {
        var code = [UInt8](repeating: 0, count: Int(RTPBRIDGE_SHA256_LENGTH))
        return rtpbridge_hmac_sha256(key, key.count, data, data.count, &code) == 1 ? code : nil
    }

    private static func hex(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
