import SRTP
import Testing
import Wire

@Suite struct DTLSHostileTests {
    /// Before ICE is through or the answer is here: the ClientHello waits, and no repetition is needed.
    @Test func whatComesBeforeTheStartIsKept() throws {
        let pair = try DTLSPair()
        pair.client.start(at: pair.time.now)
        let hello = pair.client.drainAll()
        #expect(hello.count == 1)
        for _ in 0..<4 { #expect(pair.server.receive(hello[0], at: pair.time.now)) }
        #expect(pair.server.drainAll().isEmpty)
        #expect(pair.server.nextDeadline == .distantFuture)
        pair.runUntilSettled()
        #expect(pair.keysAgree)
        #expect(pair.elapsed == 30)
    }

    @Test func whatIsKeptBeforeTheStartIsBounded() throws {
        let pair = try DTLSPair()
        pair.client.start(at: pair.time.now)
        let hello = pair.client.drainAll()[0]
        let kept = (0..<100).filter { _ in pair.server.receive(hello, at: pair.time.now) }
        #expect(kept.count == 8)
    }

    @Test func whatIsNoRecordIsRefused() throws {
        let pair = try DTLSPair()
        pair.begin()
        let hello = pair.sent[0].bytes
        #expect(!pair.server.receive([], at: pair.time.now))
        #expect(!pair.server.receive([0x80, 0, 1, 2], at: pair.time.now))
        #expect(!pair.server.receive(Array(hello.dropLast()), at: pair.time.now))
        #expect(!pair.server.receive([24] + hello.dropFirst(), at: pair.time.now))
        #expect(!pair.server.receive([22, 3, 3] + hello.dropFirst(3), at: pair.time.now))
        #expect(pair.server.state == .handshaking)
        #expect(pair.server.drainAll().isEmpty)
    }

    @Test(arguments: [true, false])
    func garbageBetweenTheFlightsDoesNoHarm(isAimedAtClient: Bool) throws {
        let pair = try DTLSPair()
        var random = SplitMix64(seed: 7)
        let target = isAimedAtClient ? pair.client : pair.server
        pair.network = { [pair] _ in
            for _ in 0..<20 {
                // Application data and handshake records of an epoch that nobody has keys for.
                var record: [UInt8] = [Bool.random(using: &random) ? 23 : 22, 0xfe, 0xfd, 0, 1, 0, 0, 0, 0, 0]
                record += [.random(in: 0...255, using: &random), 0, 40]
                record += (0..<40).map { _ in UInt8.random(in: 0...255, using: &random) }
                target.receive(record, at: pair.time.now)
            }
            return [.milliseconds(10)]
        }
        pair.runUntilSettled()
        pair.network = { _ in [] }
        #expect(pair.keysAgree)
    }

    @Test func truncatedFlightsAreRepeatedWhole() throws {
        let pair = try DTLSPair()
        pair.tamper = { $0.number == 0 ? Array($0.bytes.dropLast(5)) : $0.bytes }
        pair.runUntilSettled()
        #expect(pair.keysAgree)
    }

    /// The first one is answered, no other takes its place, and nothing grows.
    @Test func aFloodOfClientHellos() throws {
        let pair = try DTLSPair()
        pair.begin()
        pair.advance(to: pair.start + .milliseconds(10))
        let answered = pair.sent.count
        for _ in 0..<200 {
            let stranger = try DTLSEndpoint(certificate: DTLSFixtures.rsa, isClient: true, remoteFingerprint: nil)
            stranger.start(at: pair.time.now)
            for hello in stranger.drainAll() { pair.server.receive(hello, at: pair.time.now) }
        }
        pair.collect()
        #expect(pair.sent.count == answered)
        pair.advance(to: pair.start + .seconds(1))
        #expect(pair.keysAgree)
    }

    @Test(arguments: [true, false])
    func aWrongFingerprintEndsTheHandshake(isClientDeceived: Bool) throws {
        let wrong = DTLSFixtures.rsa.fingerprint(.sha256)
        let pair = DTLSPair(
            client: try DTLSEndpoint(
                certificate: DTLSFixtures.one, isClient: true,
                remoteFingerprint: isClientDeceived ? wrong : DTLSFixtures.other.fingerprint(.sha256)),
            server: try DTLSEndpoint(
                certificate: DTLSFixtures.other, isClient: false,
                remoteFingerprint: isClientDeceived ? DTLSFixtures.one.fingerprint(.sha256) : wrong))
        pair.run()
        let deceived = isClientDeceived ? pair.client : pair.server
        let other = isClientDeceived ? pair.server : pair.client
        #expect(deceived.state == .failed(.fingerprintMismatch))
        #expect(deceived.keys == nil)
        // bad_certificate, as RFC 8122 section 6.2 asks.
        #expect(other.state == .failed(.alert(42)))
        #expect(other.keys == nil)
    }

    @Test func aWrongFingerprintThatComesLateEndsIt() throws {
        let pair = DTLSPair(
            client: try DTLSEndpoint(certificate: DTLSFixtures.one, isClient: true, remoteFingerprint: nil),
            server: try DTLSEndpoint(
                certificate: DTLSFixtures.other, isClient: false, remoteFingerprint: DTLSFixtures.one.fingerprint(.sha256)))
        pair.run()
        pair.client.setRemoteFingerprint(DTLSFixtures.rsa.fingerprint(.sha256))
        #expect(pair.client.state == .failed(.fingerprintMismatch))
        #expect(pair.client.keys == nil)
        #expect(pair.client.drainAll().map(\.count) == [39], "the peer is told (close_notify)")
    }

    @Test func aChangedFingerprintEndsAnEstablishedAssociation() throws {
        let pair = try DTLSPair()
        pair.run()
        pair.client.setRemoteFingerprint(DTLSFixtures.other.fingerprint(.sha256))
        #expect(pair.isEstablished)
        pair.client.setRemoteFingerprint(DTLSFixtures.other.fingerprint(.sha512))
        #expect(pair.isEstablished)
        pair.client.setRemoteFingerprint(DTLSFixtures.rsa.fingerprint(.sha256))
        #expect(pair.client.state == .failed(.fingerprintMismatch))
        #expect(pair.client.keys == nil)
    }

    /// A goodbye is said, once, and takes nothing away: what the peer has sent before may still be on its way.
    @Test(arguments: [true, false])
    func aGoodbyeTakesNothingAway(isClientClosing: Bool) throws {
        let pair = try DTLSPair()
        pair.run()
        let leaving = isClientClosing ? pair.client : pair.server
        let before = pair.sent.count
        leaving.close()
        leaving.close()
        pair.collect()
        // close_notify under the keys: header, nonce, two bytes, tag.
        #expect(pair.sent.dropFirst(before).map(\.bytes.count) == [13 + 8 + 2 + 16] && pair.sent.last?.bytes.first == 21)
        pair.advance(to: pair.time.now + .seconds(1))
        #expect(pair.keysAgree && pair.isEstablished)
        #expect(pair.sent.count == before + 1)
    }

    /// Without the keys nobody closes an association: an alert in the clear is ignored once they are in use.
    @Test func aForgedAlertIsIgnored() throws {
        let pair = try DTLSPair()
        pair.run()
        for description: UInt8 in [0, 40, 80] {
            let alert: [UInt8] = [21, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 99, 0, 2, description == 0 ? 1 : 2, description]
            #expect(pair.client.receive(alert, at: pair.time.now))
            #expect(pair.server.receive(alert, at: pair.time.now))
        }
        #expect(pair.isEstablished)
    }

    @Test func anAlertDuringTheHandshakeIsTheReason() throws {
        let pair = try DTLSPair()
        pair.begin()
        let handshakeFailure: [UInt8] = [21, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 2, 40]
        #expect(pair.client.receive(handshakeFailure, at: pair.time.now))
        #expect(pair.client.state == .failed(.alert(40)))
        #expect(pair.client.nextDeadline == .distantFuture)
    }

    @Test(arguments: [true, false])
    func twoEndsOfTheSameRoleDoNotMeet(areClients: Bool) throws {
        let ends = try [DTLSFixtures.one, DTLSFixtures.other].map {
            try DTLSEndpoint(certificate: $0, isClient: areClients, remoteFingerprint: nil)
        }
        let pair = DTLSPair(client: ends[0], server: ends[1])
        pair.run()
        #expect(!pair.isEstablished)
        #expect(pair.client.keys == nil && pair.server.keys == nil)
    }

    /// The address sanitizer's leak check looks at what remains of these.
    @Test func aThousandEndpointsComeAndGo() throws {
        let time = VirtualTime()
        for index in 0..<1000 {
            let endpoint = try DTLSEndpoint(
                certificate: DTLSFixtures.one, isClient: index % 2 == 0, remoteFingerprint: DTLSFixtures.other.fingerprint(.sha256))
            if index % 4 < 2 { endpoint.start(at: time.now) }
            // Half of them end with a flight that was never drained.
            if index % 8 == 0 { #expect(endpoint.drainAll().count == 1) }
        }
    }

    @Test func aRoomThatIsTooSmallLosesTheDatagram() throws {
        let pair = try DTLSPair()
        pair.client.start(at: pair.time.now)
        var small = [UInt8](repeating: 0, count: 20)
        #expect(small.withMutableBytes { pair.client.drain(into: $0) } == nil)
        #expect(pair.client.drainAll().isEmpty)
        pair.runUntilSettled()
        #expect(pair.keysAgree)
    }
}
