import SRTP
import Testing

@Suite struct DTLSFingerprintTests {
    /// The example of RFC 8122 section 5.
    @Test func theExampleOfRFC8122() throws {
        let value = "sha-256 12:DF:3E:5D:49:6B:19:E5:7C:AB:4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E:5D:49:6B:19:E5:7C:AB:4A:AD"
        let fingerprint = try #require(DTLSFingerprint(parsing: Substring(value)))
        #expect(fingerprint.hash == .sha256)
        #expect(fingerprint.bytes.prefix(3) == [0x12, 0xdf, 0x3e])
        #expect(fingerprint.description == value)
    }

    @Test(arguments: DTLSFingerprint.Hash.allCases)
    func aCertificatesFingerprintSurvivesTheSDP(_ hash: DTLSFingerprint.Hash) throws {
        let fingerprint = DTLSFixtures.one.fingerprint(hash)
        #expect(fingerprint.bytes.count == hash.length)
        #expect(DTLSFingerprint(parsing: Substring(fingerprint.description)) == fingerprint)
        #expect(DTLSFingerprint(parsing: Substring(fingerprint.description.lowercased())) == fingerprint)
        #expect(fingerprint != DTLSFixtures.other.fingerprint(hash))
        #expect(fingerprint == DTLSFixtures.one.fingerprint(hash))
    }

    @Test(arguments: [
        "", "sha-256", "sha-256 ", "md5 00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF", "sha-1 00:11", "sha-1 :",
        "sha-1 0:11:22:33:44:55:66:77:88:99:00:11:22:33:44:55:66:77:88:99",
        "sha-1 G0:11:22:33:44:55:66:77:88:99:00:11:22:33:44:55:66:77:88:99",
        "sha-1 00:11:22:33:44:55:66:77:88:99:00:11:22:33:44:55:66:77:88:99:",
        "sha-1 00:11:22:33:44:55:66:77:88:99:00:11:22:33:44:55:66:77:88:99:AA",
        "sha-1 00:11:22:33:44:55:66:77:88:99:00:11:22:33:44:55:66:77:88:99 more",
        "sha-1 é0:11:22:33:44:55:66:77:88:99:00:11:22:33:44:55:66:77:88:99",
    ])
    func whatIsNoFingerprint(_ value: String) {
        #expect(DTLSFingerprint(parsing: Substring(value)) == nil)
    }

    @Test func theLengthIsTheHashs() {
        #expect(DTLSFingerprint(hash: .sha1, bytes: [1, 2, 3]) == nil)
        #expect(DTLSFingerprint(hash: .sha1, bytes: [UInt8](repeating: 1, count: 20)) != nil)
    }

    @Test func certificatesAreTheirKey() throws {
        #expect(DTLSFixtures.one == DTLSFixtures.one)
        #expect(DTLSFixtures.one != DTLSFixtures.other)
    }
}
