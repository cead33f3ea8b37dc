import Testing
import Wire
@testable import SRTP

@Suite struct CipherVectorTests {
    /// The key stream of a counter-mode cipher for SSRC 0 and index 0: what it makes of zeros.
    private func keyStream(_ key: [UInt8], _ salt: [UInt8], length: Int) throws -> [UInt8] {
        let keys = SessionKeys(encryption: key, authentication: [UInt8](repeating: 0, count: 20), salt: salt)
        let suite = key.count == 16 ? SRTPSuite.aesCM128HMACSHA1_80 : key.count == 24 ? .aesCM192HMACSHA1_80 : .aesCM256HMACSHA1_80
        var cipher = try PacketCipher(suite: suite, rtp: keys, rtcp: keys, direction: .outbound)
        var bytes = [UInt8](repeating: 0, count: length + 10)
        bytes.withMutableBytes { bytes in
            guard let base = bytes.base else { return }
            let isSealed = cipher.seal(PacketLayout(
                base: base, clearLength: 0, end: length, tagOffset: length, ssrc: 0, index: 0, word: 0, isControl: false))
            #expect(isSealed)
        }
        return Array(bytes[..<length])
    }

    @Test func aes128CounterModeOfRFC3711() throws {
        let stream = try keyStream(RFC3711.sessionKey, RFC3711.sessionSalt, length: 0xff02 * 16)
        for (block, expected) in RFC3711.keyStream {
            #expect(Array(stream[block * 16..<block * 16 + 16]) == expected, "block \(block)")
        }
    }

    @Test func longerKeysOfRFC6188() throws {
        for vector in RFC6188.counterModes {
            let stream = try keyStream(vector.sessionKey, vector.sessionSalt, length: vector.keyStream.count)
            #expect(stream == vector.keyStream)
        }
    }

    @Test func keyDerivationOfRFC3711() throws {
        let key = try #require(SRTPKey(suite: .aesCM128HMACSHA1_80, keyAndSalt: RFC3711.masterKey + RFC3711.masterSalt))
        let keys = try KeyDerivation(key).rtpKeys()
        #expect(keys.encryption == RFC3711.cipherKey)
        #expect(keys.salt == RFC3711.cipherSalt)
        #expect(keys.authentication == Array(RFC3711.authenticationKey.prefix(20)))
        #expect(try KeyDerivation(key).derive(.rtpAuthentication, length: 94) == RFC3711.authenticationKey)
    }

    @Test func keyDerivationOfRFC6188() throws {
        for vector in RFC6188.derivations {
            let suite = try #require(SRTPSuite(name: vector.suite))
            let key = try #require(SRTPKey(suite: suite, keyAndSalt: vector.masterKey + vector.masterSalt))
            let keys = try KeyDerivation(key).rtpKeys()
            #expect(keys.encryption == vector.cipherKey)
            #expect(keys.salt == vector.cipherSalt)
            #expect(keys.authentication == vector.authenticationKey)
        }
    }

    @Test func controlPacketsHaveKeysOfTheirOwn() throws {
        let key = try testKey(.aesCM128HMACSHA1_80)
        let rtp = try KeyDerivation(key).rtpKeys(), rtcp = try KeyDerivation(key).rtcpKeys()
        #expect(rtp.encryption != rtcp.encryption)
        #expect(rtp.authentication != rtcp.authentication)
        #expect(rtp.salt != rtcp.salt)
    }

    @Test(arguments: RFC7714.vectors) func gcmRTPOfRFC7714(vector: RFC7714.Vector) throws {
        try check(vector, RFC7714.rtp, vector.protectedRTP) { base in
            PacketLayout(
                base: base, clearLength: 12, end: RFC7714.rtp.count, tagOffset: RFC7714.rtp.count, ssrc: 0x5501_a0b2,
                index: 0xf17b, word: 0, isControl: false)
        }
    }

    @Test(arguments: RFC7714.vectors) func gcmRTCPOfRFC7714(vector: RFC7714.Vector) throws {
        try check(vector, RFC7714.rtcp, vector.protectedRTCP.dropLast(4)) { base in
            PacketLayout(
                base: base, clearLength: 8, end: RFC7714.rtcp.count, tagOffset: RFC7714.rtcp.count, ssrc: 0x4d61_7273,
                index: 0x5d4, word: 0x8000_05d4, isControl: true)
        }
    }

    /// SSRC and index enter the IV by XOR with the salt, so a salt that has them already makes the same bytes
    /// as SSRC 0 and index 0. This reaches indices that no test could count up to.
    @Test(arguments: [0, 1, 0xffff, 0x1_0000, 0xffff_ffff, 0x1_0000_0000, 0xabcd_ef01_2345, 0xffff_ffff_ffff] as [UInt64])
    func everyBitOfSourceAndIndexEntersTheIV(index: UInt64) throws {
        let ssrc: UInt32 = 0x8765_4321, salt = (1...14).map { UInt8($0 * 17) }
        let ssrcBytes = (0..<4).map { UInt8(truncatingIfNeeded: ssrc >> (24 - 8 * $0)) }
        let mask = ssrcBytes + (0..<6).map { UInt8(truncatingIfNeeded: index >> (40 - 8 * $0)) }
        // RFC 3711 section 4.1.1 puts the SSRC at byte 4 of the block, RFC 7714 section 8.1 at byte 2 of the IV.
        for (suite, offset, length) in [(SRTPSuite.aesCM128HMACSHA1_80, 4, 14), (.aeadAES128GCM, 2, 12)] {
            var mixed = Array(salt[..<length])
            for place in 0..<10 { mixed[offset + place] ^= mask[place] }
            let expected = try seal(suite, salt: mixed, ssrc: 0, index: 0)
            #expect(try seal(suite, salt: Array(salt[..<length]), ssrc: ssrc, index: index) == expected, "\(suite.name)")
        }
    }

    private func seal(_ suite: SRTPSuite, salt: [UInt8], ssrc: UInt32, index: UInt64) throws -> [UInt8] {
        let keys = SessionKeys(
            encryption: [UInt8](repeating: 9, count: 16), authentication: [UInt8](repeating: 8, count: suite.isAEAD ? 0 : 20), salt: salt)
        var cipher = try PacketCipher(suite: suite, rtp: keys, rtcp: keys, direction: .outbound)
        var bytes = [UInt8](repeating: 3, count: 60)
        bytes.withMutableBytes { bytes in
            guard let base = bytes.base else { return }
            let isSealed = cipher.seal(PacketLayout(
                base: base, clearLength: 12, end: 44, tagOffset: 44, ssrc: ssrc, index: index, word: 5, isControl: false))
            #expect(isSealed)
        }
        return bytes
    }

    /// Seals `plain` to `protected`, opens it again, and refuses it with any one bit changed.
    private func check(
        _ vector: RFC7714.Vector, _ plain: [UInt8], _ protected: some Sequence<UInt8>, layout: (UnsafeMutableRawPointer) -> PacketLayout
    ) throws {
        let keys = SessionKeys(encryption: vector.sessionKey, authentication: [], salt: RFC7714.sessionSalt)
        let suite = vector.sessionKey.count == 16 ? SRTPSuite.aeadAES128GCM : .aeadAES256GCM
        var sealer = try PacketCipher(suite: suite, rtp: keys, rtcp: keys, direction: .outbound)
        var opener = try PacketCipher(suite: suite, rtp: keys, rtcp: keys, direction: .inbound)
        func run(_ bytes: inout [UInt8], _ operation: (PacketLayout) -> Bool) -> Bool {
            bytes.withMutableBytes { bytes in bytes.base.map { operation(layout($0)) } ?? false }
        }
        var bytes = plain + [UInt8](repeating: 0, count: 16)
        let isSealed = run(&bytes) { sealer.seal($0) }
        #expect(isSealed)
        #expect(bytes == Array(protected))
        for bit in 0..<bytes.count * 8 {
            var changed = Array(protected)
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            let isOpened = run(&changed) { opener.open($0) }
            #expect(!isOpened)
        }
        let isOpened = run(&bytes) { opener.open($0) }
        #expect(isOpened)
        #expect(Array(bytes[..<plain.count]) == plain)
    }
}
