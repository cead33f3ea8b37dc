import Testing
import Wire
@testable import SRTP

/// Mutated `a=crypto` values: nothing traps, and whatever is accepted is written and read back as the same key.
@Suite struct SDESFuzzTests {
    private static let corpus = [
        "1 AES_CM_128_HMAC_SHA1_80 inline:PS1uQCVeeCFCanVmcjkpPywjNWhcYD0mXXtxaVBR|2^20|1:32",
        "1 AES_CM_128_HMAC_SHA1_32 inline:NzB4d1BINUAvLEw6UzF3WSJ+PSdFcGdUJShpX1Zj|2^20",
        "2 AES_CM_128_HMAC_SHA1_80 inline:PS1uQCVeeCFCanVmcjkpPywjNWhcYD0mXXtxaVBR FEC_ORDER=FEC_SRTP WSH=128",
        "14 AES_192_CM_HMAC_SHA1_80 inline:wrAZ6kyuq6CyKd+qZtkpLf8ENF176QPuwlRPVOxMzo7VssoO+K8",
        "6 AES_256_CM_HMAC_SHA1_80 inline:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLQ== KDR=4 UNENCRYPTED_SRTCP",
        "999999999 AEAD_AES_128_GCM inline:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGw==|4096 -extension",
        "3 AEAD_AES_256_GCM inline:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKis=",
    ]
    private static let splices = [" ", "|", ":", "^", ";", "=", "2^", "inline:", "\t", "é", "\u{0}", "1:4", "=-", "99999999999999999999"]

    @Test func mutatedLines() {
        var random = SplitMix64(seed: 4_568)
        var accepted = 0
        for _ in 0..<12_000 {
            let line = Self.mutate(Self.corpus.randomElement(using: &random) ?? "", &random)
            guard let attribute = SDESAttribute(parsing: line[...]) else { continue }
            accepted += 1
            #expect((0...999_999_999).contains(attribute.tag))
            #expect(attribute.key.keyAndSalt.count == attribute.suite.masterKeyLength + attribute.suite.masterSaltLength)
            let again = SDESAttribute(parsing: SDESAttribute.format(tag: attribute.tag, key: attribute.key)[...])
            // Ours have no identifier.
            var key = attribute.key
            key.identifier = []
            #expect(again?.key == key)
            #expect(again?.tag == attribute.tag)
        }
        // A mutator that breaks every line would test nothing behind the first check.
        #expect(accepted > 300)
    }

    @Test func randomBytes() {
        var random = SplitMix64(seed: 1)
        for _ in 0..<4_000 {
            let bytes = (0..<Int.random(in: 0..<80, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
            #expect(SDESAttribute(parsing: String(decoding: bytes, as: UTF8.self)[...]) == nil)
        }
    }

    private static func mutate(_ line: String, _ random: inout SplitMix64) -> String {
        var bytes = Array(line.utf8)
        for _ in 0...Int.random(in: 0..<3, using: &random) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<6, using: &random) {
            case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 1: bytes.removeLast(bytes.count - place)
            case 2: bytes.insert(contentsOf: Array((splices.randomElement(using: &random) ?? "").utf8), at: place)
            case 3:
                let other = Array((corpus.randomElement(using: &random) ?? "").utf8)
                bytes.replaceSubrange(place..., with: other.suffix(bytes.count - place))
            case 4: bytes.insert(contentsOf: bytes[place...], at: place)
            default: bytes[place] = UInt8.random(in: 48...57, using: &random)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
