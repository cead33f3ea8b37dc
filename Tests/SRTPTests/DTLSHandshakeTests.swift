import SRTP
import Testing
import Wire

@Suite struct DTLSHandshakeTests {
    @Test func keysOfBothEndsAreEachOthers() throws {
        let pair = try DTLSPair()
        pair.run()
        #expect(pair.isEstablished)
        #expect(pair.keysAgree)
        #expect(pair.client.keys?.local.suite == .aeadAES128GCM)
        #expect(pair.client.nextDeadline == .distantFuture)
        #expect(pair.server.nextDeadline == .distantFuture)
    }

    /// Two round trips, and each flight of ECDSA certificates in one datagram.
    @Test func aHandshakeIsFourDatagrams() throws {
        let pair = try DTLSPair()
        pair.runUntilSettled()
        #expect(pair.sent.count == 4)
        #expect(pair.elapsed == 40)
    }

    @Test func keysDifferFromCallToCall() throws {
        let first = try DTLSPair(), second: DTLSPair
        first.run()
        second = try DTLSPair()
        second.run()
        #expect(first.keysAgree && second.keysAgree)
        #expect(first.client.keys != second.client.keys)
    }

    @Test(arguments: [SRTPSuite.aesCM128HMACSHA1_80, .aesCM128HMACSHA1_32, .aeadAES128GCM, .aeadAES256GCM], [true, false])
    func aPeerWithOneProfileGetsIt(_ suite: SRTPSuite, isPeerClient: Bool) throws {
        let all = DTLSEndpoint.defaultProfiles
        let pair = try DTLSPair(clientProfiles: isPeerClient ? [suite] : all, serverProfiles: isPeerClient ? all : [suite])
        pair.run()
        #expect(pair.keysAgree)
        #expect(pair.client.keys?.local.suite == suite)
        #expect(pair.client.keys?.remote.masterKey.count == suite.masterKeyLength)
        #expect(pair.client.keys?.remote.masterSalt.count == suite.masterSaltLength)
    }

    /// RFC 5764 section 4.1.2 lets the server choose.
    @Test func theServersOrderDecides() throws {
        let pair = try DTLSPair(
            clientProfiles: [.aesCM128HMACSHA1_32, .aesCM128HMACSHA1_80], serverProfiles: [.aesCM128HMACSHA1_80, .aesCM128HMACSHA1_32])
        pair.run()
        #expect(pair.client.keys?.local.suite == .aesCM128HMACSHA1_80)
        #expect(pair.keysAgree)
    }

    @Test func withoutASharedProfileThereAreNoKeys() throws {
        let pair = try DTLSPair(clientProfiles: [.aesCM128HMACSHA1_32], serverProfiles: [.aeadAES256GCM])
        pair.run()
        #expect(pair.client.state == .failed(.noSharedProfile))
        #expect(pair.client.keys == nil)
        #expect(pair.server.keys == nil)
        if case .failed = pair.server.state {} else { Issue.record("the server still believes in it: \(pair.server.state)") }
    }

    @Test func suitesWithoutADTLSNumberMakeNoEndpoint() {
        #expect(throws: DTLSError.noProfile) {
            try DTLSEndpoint(
                certificate: DTLSFixtures.one, isClient: true, remoteFingerprint: nil, profiles: [.aesCM256HMACSHA1_80])
        }
    }

    @Test(arguments: [true, false], [true, false])
    func peersWithRSACertificates(clientHasRSA: Bool, serverHasRSA: Bool) throws {
        let pair = try DTLSPair(
            clientCertificate: clientHasRSA ? DTLSFixtures.rsa : DTLSFixtures.one,
            serverCertificate: serverHasRSA ? DTLSFixtures.rsa : DTLSFixtures.other)
        pair.run()
        #expect(pair.keysAgree)
    }

    /// An RSA certificate is several times the smallest MTU: handshake messages arrive in fragments.
    @Test func flightsLargerThanTheMTUAreFragmented() throws {
        let pair = try DTLSPair(clientCertificate: DTLSFixtures.rsa, serverCertificate: DTLSFixtures.rsa, mtu: 300)
        pair.run()
        #expect(pair.keysAgree)
        #expect(pair.sent.count > 10)
        #expect(pair.sent.allSatisfy { $0.bytes.count <= 300 })
    }

    @Test(arguments: DTLSFingerprint.Hash.allCases)
    func anyHashOfTheFingerprint(_ hash: DTLSFingerprint.Hash) throws {
        let pair = try DTLSPair(hash: hash)
        pair.run()
        #expect(pair.keysAgree)
    }

    @Test(arguments: [true, false])
    func theFingerprintMayComeAfterTheHandshake(isClientLate: Bool) throws {
        let pair = DTLSPair(
            client: try DTLSEndpoint(
                certificate: DTLSFixtures.one, isClient: true,
                remoteFingerprint: isClientLate ? nil : DTLSFixtures.other.fingerprint(.sha256)),
            server: try DTLSEndpoint(
                certificate: DTLSFixtures.other, isClient: false,
                remoteFingerprint: isClientLate ? DTLSFixtures.one.fingerprint(.sha256) : nil))
        pair.run()
        let late = isClientLate ? pair.client : pair.server
        #expect(late.state == .unverified)
        #expect(late.keys == nil)
        late.setRemoteFingerprint((isClientLate ? DTLSFixtures.other : DTLSFixtures.one).fingerprint(.sha256))
        #expect(pair.isEstablished)
        #expect(pair.keysAgree)
    }

    @Test func theFingerprintMayComeDuringTheHandshake() throws {
        let pair = DTLSPair(
            client: try DTLSEndpoint(
                certificate: DTLSFixtures.one, isClient: true, remoteFingerprint: DTLSFixtures.other.fingerprint(.sha256)),
            server: try DTLSEndpoint(certificate: DTLSFixtures.other, isClient: false, remoteFingerprint: nil))
        pair.begin()
        pair.advance(to: pair.start + .milliseconds(15))
        #expect(pair.server.state == .handshaking)
        pair.server.setRemoteFingerprint(DTLSFixtures.one.fingerprint(.sha256))
        pair.advance(to: pair.start + .seconds(1))
        #expect(pair.isEstablished)
    }

    @Test func neitherKeysNorStateShowSecrets() throws {
        let pair = try DTLSPair()
        pair.run()
        let keys = try #require(pair.client.keys)
        var dumped = ""
        dump(keys, to: &dumped)
        let secret = keys.local.masterKey.map(String.init).joined(separator: ", ")
        #expect(!"\(keys)".contains(secret))
        #expect(!dumped.contains(secret))
    }
}
