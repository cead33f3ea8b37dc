import Testing
@testable import SRTP

@Suite struct SRTPSuiteTests {
    @Test(arguments: SRTPSuite.allCases) func theNameLeadsBack(suite: SRTPSuite) {
        #expect(SRTPSuite(name: suite.name) == suite)
        #expect(SRTPSuite(name: suite.name.lowercased()) == suite)
    }

    @Test func namesOfTheDraftsAreUnderstood() {
        #expect(SRTPSuite(name: "AES_CM_256_HMAC_SHA1_80") == .aesCM256HMACSHA1_80)
        #expect(SRTPSuite(name: "AES_CM_192_HMAC_SHA1_32") == .aesCM192HMACSHA1_32)
        for name in ["", "F8_128_HMAC_SHA1_80", "NULL_HMAC_SHA1_80", "AES_CM_128_HMAC_SHA1_8", "AES_CM_128_HMAC_SHA1_80 "] {
            #expect(SRTPSuite(name: name) == nil)
        }
    }

    @Test func lengthsOfTheRFCs() {
        let lengths = SRTPSuite.allCases.map { [$0.masterKeyLength, $0.masterSaltLength, $0.rtpTagLength, $0.rtcpTagLength] }
        #expect(lengths == [
            [16, 14, 10, 10], [16, 14, 4, 10], [24, 14, 10, 10], [24, 14, 4, 10],
            [32, 14, 10, 10], [32, 14, 4, 10], [16, 12, 16, 16], [32, 12, 16, 16],
        ])
        for suite in SRTPSuite.allCases {
            #expect(max(suite.rtpTagLength, suite.rtcpTagLength + 4) <= SRTPTransform.maximumTrailerLength)
        }
    }

    @Test func profilesOfDTLS() {
        #expect(SRTPSuite.allCases.map(\.dtlsProfile) == [1, 2, nil, nil, nil, nil, 7, 8])
        for suite in SRTPSuite.allCases {
            #expect((suite.dtlsName == nil) == (suite.dtlsProfile == nil))
            if let profile = suite.dtlsProfile { #expect(SRTPSuite(dtlsProfile: profile) == suite) }
        }
        #expect(SRTPSuite(dtlsProfile: 5) == nil)
    }

    @Test func aKeyHasTheLengthOfItsSuite() {
        for suite in SRTPSuite.allCases {
            let length = suite.masterKeyLength + suite.masterSaltLength
            let bytes = (0..<length).map { UInt8($0) }
            #expect(SRTPKey(suite: suite, keyAndSalt: bytes)?.keyAndSalt == bytes)
            #expect(SRTPKey(suite: suite, keyAndSalt: bytes)?.masterSalt.count == suite.masterSaltLength)
            #expect(SRTPKey(suite: suite, keyAndSalt: bytes + [0]) == nil)
            #expect(SRTPKey(suite: suite, keyAndSalt: Array(bytes.dropLast())) == nil)
        }
    }

    @Test func printingAKeyDoesNotShowIt() throws {
        let key = try #require(SRTPKey(suite: .aeadAES128GCM, keyAndSalt: [UInt8](repeating: 171, count: 28)))
        var dumped = ""
        dump(SDESAttribute(tag: 1, key: key), to: &dumped)
        for text in ["\(key)", String(reflecting: key), "\(SDESAttribute(tag: 1, key: key))", "\([Optional(key)])", dumped] {
            #expect(!text.contains("171"), "\(text)")
            #expect(text.contains("AEAD_AES_128_GCM") || text.contains("aeadAES128GCM"))
        }
    }
}
