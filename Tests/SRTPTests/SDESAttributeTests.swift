import Testing
@testable import SRTP

@Suite struct SDESAttributeTests {
    /// RFC 4568 section 9.3, the key of its first example.
    private let inline = "PS1uQCVeeCFCanVmcjkpPywjNWhcYD0mXXtxaVBR"

    @Test func theExamplesOfRFC4568() throws {
        let plain = try SDESAttribute.parse("1 AES_CM_128_HMAC_SHA1_32 inline:NzB4d1BINUAvLEw6UzF3WSJ+PSdFcGdUJShpX1Zj|2^20")
        #expect(plain.tag == 1)
        #expect(plain.suite == .aesCM128HMACSHA1_32)
        #expect(plain.lifetime == 1 << 20)
        #expect(plain.key.masterKey == Array("70xwPH5@/,L:S1wY".utf8))
        #expect(plain.key.masterSalt == Array("\"~='EpgT%(i_Vc".utf8))
        let identified = try SDESAttribute.parse("1 AES_CM_128_HMAC_SHA1_80 inline:\(inline)|2^20|1:32")
        #expect(identified.key.identifier == [UInt8](repeating: 0, count: 31) + [1])
    }

    @Test(arguments: SRTPSuite.allCases) func whatIsWrittenIsRead(suite: SRTPSuite) throws {
        for (tag, seed) in [(1, UInt64(1)), (999_999_999, 2), (0, 3)] {
            let key = try testKey(suite, seed: seed)
            let attribute = try SDESAttribute.parse(SDESAttribute.format(tag: tag, key: key)[...])
            #expect(attribute == SDESAttribute(tag: tag, key: key))
        }
    }

    @Test func paddingMayBeMissing() throws {
        let key = try testKey(.aesCM192HMACSHA1_80)
        #expect(!SDESAttribute.format(tag: 3, key: key).hasSuffix("="))
        let text = SDESAttribute.format(tag: 3, key: key, isPadded: true)
        #expect(text.hasSuffix("="))
        #expect(SDESAttribute(parsing: text.dropLast())?.key == key)
        #expect(SDESAttribute(parsing: text.dropLast(2)) == nil)
        #expect(SDESAttribute(parsing: text[...] + "=") == nil)
    }

    @Test(arguments: [
        ("|2^31", UInt64(1) << 31), ("|2^48", 1 << 48), ("|4096", 4_096), ("|2^0", 1),
    ]) func lifetimes(text: String, packets: UInt64) throws {
        #expect(try SDESAttribute.parse("1 AES_CM_128_HMAC_SHA1_80 inline:\(inline)\(text)").lifetime == packets)
    }

    @Test(arguments: ["WSH=64", "WSH=9999", "FEC_ORDER=FEC_SRTP", "FEC_ORDER=SRTP_FEC", "-vendor=anything", "wsh=128"])
    func harmlessSessionParametersPass(parameter: String) throws {
        let attribute = try SDESAttribute.parse("1 AES_CM_128_HMAC_SHA1_80  inline:\(inline)\t\(parameter) -x")
        #expect(attribute.sessionParameters == [parameter, "-x"])
    }

    @Test(arguments: [
        "KDR=1", "FEC_KEY=inline:AAAA", "NEW_THING=1", "UNENCRYPTED_RTP",
    ]) func parametersThatChangeThePacketsAreRefused(parameter: String) {
        #expect { try SDESAttribute.parse("1 AES_CM_128_HMAC_SHA1_80 inline:\(inline) WSH=64 \(parameter)") } throws: { error in
            if case .unsupportedParameter(let name)? = error as? SDESError { parameter.uppercased().hasPrefix(name) } else { false }
        }
    }

    @Test func severalKeysAreRefused() {
        #expect(throws: SDESError.unsupportedParameter("MKI")) {
            try SDESAttribute.parse("1 AES_CM_128_HMAC_SHA1_80 inline:\(inline)|2^20|1:4;inline:\(inline)|2^20|2:4")
        }
    }

    @Test func anIdentifierIsANumberOfItsLength() throws {
        #expect(try SDESAttribute.parse("1 AES_CM_128_HMAC_SHA1_80 inline:\(inline)|1:4").key.identifier == [0, 0, 0, 1])
        #expect(try SDESAttribute.parse("1 AES_CM_128_HMAC_SHA1_80 inline:\(inline)|513:2").key.identifier == [2, 1])
        #expect(SDESAttribute(parsing: "1 AES_CM_128_HMAC_SHA1_80 inline:\(inline)|256:1") == nil)
        let key = try testKey(.aeadAES128GCM)
        #expect(SDESAttribute(parsing: SDESAttribute.format(tag: 1, key: key)[...] + "|1:4") == nil)
    }

    @Test func whatIsLeftOutIsReadAndWritten() throws {
        let line = "1 AES_CM_128_HMAC_SHA1_80 inline:\(inline) UNENCRYPTED_SRTCP unauthenticated_srtp WSH=64"
        let attribute = try SDESAttribute.parse(line[...])
        #expect(attribute.key.relaxations == [.unencryptedRTCP, .unauthenticatedRTP] && attribute.sessionParameters == ["WSH=64"])
        #expect(SDESAttribute.format(tag: 7, key: attribute.key, hasLifetime: true)
            == "7 AES_CM_128_HMAC_SHA1_80 inline:\(inline)|2^31 UNENCRYPTED_SRTCP UNAUTHENTICATED_SRTP")
        // RFC 7714 section 13.1.
        let key = try testKey(.aeadAES256GCM)
        #expect(SDESAttribute(parsing: SDESAttribute.format(tag: 1, key: key)[...] + " UNENCRYPTED_SRTP") == nil)
    }

    @Test(arguments: ["F8_128_HMAC_SHA1_80", "NULL_HMAC_SHA1_32", "X"]) func otherSuitesAreNamed(name: String) {
        #expect(throws: SDESError.unknownSuite(name)) { try SDESAttribute.parse("1 \(name) inline:\(inline)") }
    }

    @Test func aKeyOfAnotherSuiteHasTheWrongLength() {
        for suite in ["AEAD_AES_128_GCM", "AES_256_CM_HMAC_SHA1_80"] {
            #expect(throws: SDESError.wrongKeyLength) { try SDESAttribute.parse("1 \(suite) inline:\(inline)") }
        }
    }

    @Test(arguments: [
        "", " ", "1", "1 AES_CM_128_HMAC_SHA1_80", "x AES_CM_128_HMAC_SHA1_80 inline:@", "-1 AES_CM_128_HMAC_SHA1_80 inline:@",
        "+1 AES_CM_128_HMAC_SHA1_80 inline:@", "1234567890 AES_CM_128_HMAC_SHA1_80 inline:@", "1 AES_CM_128_HMAC_SHA1_80 @",
        "1 AES_CM_128_HMAC_SHA1_80 outline:@", "1 AES_CM_128_HMAC_SHA1_80 inline:@|", "1 AES_CM_128_HMAC_SHA1_80 inline:@|2^49",
        "1 AES_CM_128_HMAC_SHA1_80 inline:@|2^", "1 AES_CM_128_HMAC_SHA1_80 inline:@|0", "1 AES_CM_128_HMAC_SHA1_80 inline:@|-4",
        "1 AES_CM_128_HMAC_SHA1_80 inline:@|2^99999999999999999999", "1 AES_CM_128_HMAC_SHA1_80 inline:@|1:0",
        "1 AES_CM_128_HMAC_SHA1_80 inline:@|1:129", "1 AES_CM_128_HMAC_SHA1_80 inline:@|1:4|2^20", "1 AES_CM_128_HMAC_SHA1_80 inline:@|:4",
        "1 AES_CM_128_HMAC_SHA1_80 inline:@|2^4|2^4", "1 AES_CM_128_HMAC_SHA1_80 inline:@|2^4|1:2|3", "1 AES_CM_128_HMAC_SHA1_80 inline:*@",
        "1 AES_CM_128_HMAC_SHA1_80 inline:@ WSH=63",
        "1 AES_CM_128_HMAC_SHA1_80 inline:@ WSH", "1 AES_CM_128_HMAC_SHA1_80 inline:@ FEC_ORDER=X",
    ]) func linesThatAreNoCryptoAttribute(line: String) {
        let text = String(line.flatMap { $0 == "@" ? Array(inline) : [$0] })
        #expect(throws: SDESError.malformed) { try SDESAttribute.parse(text[...]) }
        #expect(SDESAttribute(parsing: text[...]) == nil)
    }

    /// RFC 4648 section 10.
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
    ])
    func base64OfRFC4648(plain: String, encoded: String) {
        #expect(Base64.encode(Array(plain.utf8)) == encoded)
        #expect(Base64.decode(encoded[...]) == Array(plain.utf8))
    }
}
