import CVirtualClock
import SRTP
import Testing
import Wire

@Suite struct DTLSRetransmissionTests {
    /// Fails when the executable's gettimeofday does not reach libssl; the other tests here would then be vain.
    @Test func openSSLReadsTheVirtualClock() throws {
        let before = rtpbridge_virtual_clock_reads()
        let pair = try DTLSPair()
        pair.begin()
        #expect(rtpbridge_virtual_clock_reads() > before)
        #expect(pair.client.nextDeadline == pair.start + .milliseconds(50))
    }

    /// 50 ms doubling to 1 s, for as long as the peer is silent: also where OpenSSL alone would give up (9.55 s).
    @Test func aFlightIsRepeatedFromFiftyMillisecondsDoublingToOneSecond() throws {
        let pair = try DTLSPair()
        pair.network = { _ in [] }
        pair.run(for: .milliseconds(59_600))
        let moments = pair.sent.map { ($0.at - pair.start).milliseconds }
        #expect(moments == [0, 50, 150, 350, 750, 1550] + (2...59).map { Int64($0) * 1000 + 550 })
        #expect(pair.client.state == .handshaking && pair.server.state == .handshaking)
    }

    /// As most peers have it: after 1, 2, 4 s and so on.
    @Test(arguments: [true, false])
    func theTimersOfOtherPeersCanBePlayed(_ isClient: Bool) throws {
        let ends = try [true, false].map {
            try DTLSEndpoint(
                certificate: DTLSFixtures.one, isClient: $0, remoteFingerprint: DTLSFixtures.one.fingerprint(.sha256),
                retransmission: $0 == isClient ? .standard : .eager)
        }
        let pair = DTLSPair(client: ends[0], server: ends[1])
        pair.network = { $0.isFromClient && !isClient && $0.number == 0 ? [.zero] : [] }
        pair.run(for: .seconds(40))
        let moments = pair.sent.filter { $0.isFromClient == isClient }.map { ($0.at - pair.start).milliseconds }
        #expect(Set(moments) == [0, 1000, 3000, 7000, 15_000, 31_000])
    }

    /// The peer is known to listen from now on: the flight is repeated at once and then at the pace of the beginning.
    @Test func aClientThatIsHurriedDoesNotWaitForItsTimer() throws {
        let pair = try DTLSPair()
        let opening = pair.start + .milliseconds(2_700)
        pair.network = { $0.at < opening ? [] : [.milliseconds(10)] }
        pair.begin()
        pair.advance(to: pair.start + .milliseconds(2_650))
        pair.time.advance(to: pair.start + .milliseconds(2_650))
        pair.client.hurry(at: pair.time.now)
        pair.collect()
        pair.advance(to: pair.start + .milliseconds(2_800))
        #expect(pair.keysAgree)
        let moments = pair.sent.filter(\.isFromClient).map { ($0.at - pair.start).milliseconds }
        #expect(moments.suffix(7) == [2_650, 2_652, 2_656, 2_664, 2_680, 2_712, 2_732])
    }

    /// A peer that had kept the very first ClientHello answers it after a minute: it is still the one that we mean.
    @Test func theFirstClientHelloStaysGood() throws {
        let pair = try DTLSPair()
        pair.network = { sent in
            if sent.isFromClient, sent.at < pair.start + .seconds(60) { return sent.number == 0 ? [.seconds(60)] : [] }
            return [.milliseconds(10)]
        }
        pair.run(for: .seconds(62))
        #expect(pair.keysAgree)
    }

    @Test func aServersFlightIsRepeatedToo() throws {
        let pair = try DTLSPair()
        pair.network = { $0.isFromClient && $0.number == 0 ? [.zero] : [] }
        pair.begin()
        pair.advance(to: pair.start + .milliseconds(800))
        let moments = pair.sent.filter { !$0.isFromClient }.map { ($0.at - pair.start).milliseconds }
        #expect(Set(moments) == [0, 50, 150, 350, 750])
        #expect(pair.server.state == .handshaking)
        pair.advance(to: pair.start + .seconds(60))
        #expect(pair.server.state == .handshaking, "the peer may have repeated its flight after 1, 3, 7 and 15 s, and all were lost")
        pair.advance(to: pair.start + .seconds(70))
        #expect(pair.server.state == .failed(.timedOut))
    }

    /// The peer's DTLS end comes up long after ICE: the association that it finds is a fresh one.
    @Test(arguments: [3_000, 12_000, 25_000, 55_000])
    func aPeerThatComesLateIsMet(afterMilliseconds late: Int) throws {
        let pair = try DTLSPair()
        let opening = pair.start + .milliseconds(late)
        pair.network = { $0.at < opening ? [] : [.milliseconds(10)] }
        pair.runUntilSettled()
        #expect(pair.keysAgree)
        #expect(pair.elapsed < Int64(late) + 1100)
    }

    /// Datagrams 0 and 1 of each direction are the four flights; each is lost once, then twice.
    @Test(arguments: [(true, 0), (false, 0), (true, 1), (false, 1)], 1...2)
    func aLostFlightIsRepeated(flight: (isFromClient: Bool, number: Int), times: Int) throws {
        let pair = try DTLSPair()
        var losses = 0
        pair.network = { sent in
            guard sent.isFromClient == flight.isFromClient, sent.number >= flight.number, losses < times else { return [.milliseconds(10)] }
            losses += 1
            return []
        }
        pair.runUntilSettled()
        #expect(losses == times)
        #expect(pair.keysAgree)
        #expect(pair.elapsed <= 300)
    }

    @Test func everyFragmentMayBeLostOnce() throws {
        let reference = try DTLSPair(clientCertificate: DTLSFixtures.rsa, serverCertificate: DTLSFixtures.rsa, mtu: 300)
        reference.runUntilSettled()
        let lost = reference.sent.map { ($0.isFromClient, $0.number) }
        for (isFromClient, number) in lost {
            let pair = try DTLSPair(clientCertificate: DTLSFixtures.rsa, serverCertificate: DTLSFixtures.rsa, mtu: 300)
            pair.network = { $0.isFromClient == isFromClient && $0.number == number ? [] : [.milliseconds(10)] }
            pair.runUntilSettled()
            #expect(pair.keysAgree, "lost: \(isFromClient ? "client's" : "server's") \(number)")
        }
    }

    /// The server is done when its last flight is on its way. Long after that the client's repetition tells that it got lost.
    @Test func theLastFlightIsRepeatedOnDemand() throws {
        let pair = try DTLSPair()
        pair.network = { !$0.isFromClient && $0.number > 0 && $0.at < pair.start + .seconds(3) ? [] : [.milliseconds(10)] }
        pair.begin()
        pair.advance(to: pair.start + .seconds(2))
        #expect(pair.server.state == .established && pair.server.nextDeadline == .distantFuture)
        pair.runUntilSettled()
        #expect(pair.keysAgree)
        // Each time the same bytes: no key and nothing of OpenSSL is left to make others.
        let flights = pair.sent.filter { !$0.isFromClient && $0.number > 0 }
        #expect(flights.count > 6 && Set(flights.map(\.bytes)).count == 1)
    }

    /// A client that repeats its flight after a second only need not wait for it: the last flight comes again unasked, byte by byte.
    @Test(arguments: 1...4)
    func theLastFlightIsRepeatedUnasked(_ losses: Int) throws {
        let pair = DTLSPair(
            client: try DTLSEndpoint(
                certificate: DTLSFixtures.one, isClient: true, remoteFingerprint: DTLSFixtures.other.fingerprint(.sha256),
                retransmission: .standard),
            server: try DTLSEndpoint(
                certificate: DTLSFixtures.other, isClient: false, remoteFingerprint: DTLSFixtures.one.fingerprint(.sha256)))
        pair.network = { !$0.isFromClient && (1...losses).contains($0.number) ? [] : [.milliseconds(10)] }
        pair.begin()
        pair.advance(to: pair.start + .milliseconds(900))
        #expect(pair.keysAgree)
        let flights = pair.sent.filter { !$0.isFromClient && $0.number > 0 }
        #expect(flights.count == 5 && Set(flights.map(\.bytes)).count == 1)
        #expect(flights.map { ($0.at - flights[0].at).milliseconds } == [0, 50, 150, 350, 750])
        pair.advance(to: pair.start + .seconds(10))
        #expect(pair.sent.filter { !$0.isFromClient }.count == 6 && pair.server.nextDeadline == .distantFuture)
    }

    /// The client never gets the last flight and gives up; the server answered each repetition and keeps its keys.
    @Test func unansweredRepetitionsDoNotEndAnEstablishedAssociation() throws {
        let pair = try DTLSPair()
        pair.network = { !$0.isFromClient && $0.number >= 1 ? [] : [.milliseconds(10)] }
        pair.run(for: .seconds(70))
        #expect(pair.client.state == .failed(.timedOut))
        #expect(pair.server.state == .established)
        #expect(pair.server.keys != nil)
    }

    @Test func duplicatesOfEveryDatagram() throws {
        let pair = try DTLSPair()
        pair.network = { _ in [.milliseconds(10), .milliseconds(10), .milliseconds(30)] }
        pair.run()
        #expect(pair.keysAgree)
    }

    @Test func fragmentsInReverseOrder() throws {
        let pair = try DTLSPair(clientCertificate: DTLSFixtures.rsa, serverCertificate: DTLSFixtures.rsa, mtu: 300)
        pair.network = { [.milliseconds(max(1, 40 - 2 * $0.number))] }
        pair.runUntilSettled()
        #expect(pair.keysAgree)
    }

    /// A quarter lost, a fifth doubled, delays from 5 to 120 ms that reorder at will.
    @Test(arguments: 0..<40)
    func aBadNetwork(seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        let isFragmented = seed % 2 == 1
        let certificate = isFragmented ? DTLSFixtures.rsa : DTLSFixtures.one
        let pair = try DTLSPair(
            clientCertificate: certificate, serverCertificate: DTLSFixtures.other, mtu: isFragmented ? 400 : DTLSEndpoint.defaultMTU)
        pair.network = { _ in
            let copies = Int.random(in: 0..<4, using: &random) == 0 ? 0 : Int.random(in: 0..<5, using: &random) == 0 ? 2 : 1
            return (0..<copies).map { _ in .milliseconds(Int.random(in: 5...120, using: &random)) }
        }
        pair.runUntilSettled()
        #expect(pair.keysAgree)
    }

    @Test func aDeadlineThatComesTooEarlyIsSetAgain() throws {
        let pair = try DTLSPair()
        pair.network = { _ in [] }
        pair.begin()
        pair.time.advance(by: .milliseconds(20))
        pair.client.handleDeadline(at: pair.time.now)
        #expect(pair.client.drainAll().isEmpty)
        #expect(pair.client.nextDeadline == pair.start + .milliseconds(50))
    }

    /// The calendar steps back an hour in mid-handshake: we look again within a second, not in an hour.
    @Test func aClockThatStepsBackDoesNotPutTheDeadlineOff() throws {
        let pair = try DTLSPair()
        pair.network = { _ in [] }
        pair.begin()
        rtpbridge_virtual_clock_set((pair.start - .seconds(3600)).nanoseconds)
        pair.client.handleDeadline(at: pair.start + .milliseconds(50))
        #expect(pair.client.nextDeadline == pair.start + .milliseconds(1050))
        #expect(pair.client.state == .handshaking)
    }
}
