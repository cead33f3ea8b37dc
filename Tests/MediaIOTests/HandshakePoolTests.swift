import MediaCore
@testable import MediaIO
import SRTP
import Testing
import Wire

/// DTLS handshakes of calls on real threads and sockets, whose work the pool does.
@Suite(.serialized) struct HandshakePoolTests {
    private func configuration(threads: Int, handshakeThreads: Int) -> EngineConfiguration {
        EngineConfiguration(threads: threads, handshakeThreads: handshakeThreads)
    }

    /// Serves all peers until each has its keys, or 20 s have passed.
    private func serve(_ peers: [DTLSPeer]) async {
        let end = SystemClock.now + .seconds(20)
        while !peers.allSatisfy({ $0.endpoint.keys != nil }), SystemClock.now < end {
            for peer in peers { peer.serve() }
            await Task.yield()
        }
    }

    @Test(arguments: [(1, 1), (2, 2)]) func aBurstOfCallsComesUp(_ threads: (workers: Int, handshakes: Int)) async throws {
        let connected = Counter()
        let engine = MediaEngine(configuration(threads: threads.workers, handshakeThreads: threads.handshakes)) { _, event in
            if event == .dtlsConnected(media: 0) { connected.add() }
        }
        try engine.start()
        let pool = PortPool(address: try #require(IPAddress("127.44.0.1")), range: 20_000...20_099)
        var peers: [DTLSPeer] = []
        for number in 0..<24 { peers.append(try #require(try await DTLSPeer(engine, pool, isClient: number % 2 == 0))) }
        await serve(peers)
        for peer in peers {
            #expect(peer.endpoint.state == .established)
            // A peer that is the server is done when its last flight is on its way.
            var media = await peer.handle.statistics()?.media.first
            for _ in 0..<10_000 where media?.dtlsIsVerified == false {
                peer.serve()
                await Task.yield()
                media = await peer.handle.statistics()?.media.first
            }
            #expect(media?.dtlsIsVerified == true && media?.cryptoSuite == peer.endpoint.keys?.local.suite.name)
        }
        #expect(connected.value == 24)
        engine.shutdown()
        #expect(pool.used == 0)
    }

    /// Calls that end, and an engine that stops, while handshakes are in the pool: everything is answered and given back.
    @Test func callsEndWhileTheirHandshakesAreAway() async throws {
        let ended = Counter()
        let engine = MediaEngine(configuration(threads: 2, handshakeThreads: 1)) { _, event in
            if event == .ended(.requested) { ended.add() }
        }
        try engine.start()
        let pool = PortPool(address: try #require(IPAddress("127.44.0.2")), range: 20_000...20_099)
        var peers: [DTLSPeer] = []
        for number in 0..<32 {
            let peer = try #require(try await DTLSPeer(engine, pool, isClient: number % 2 == 0))
            peers.append(peer)
            for other in peers { other.serve() }
            if number % 4 == 1 { _ = await peer.handle.end() }
        }
        engine.shutdown()
        #expect(ended.value == 32 && pool.used == 0)
        #expect(await peers[0].handle.statistics() == nil)
    }

    /// The queue is bounded, and after the end nothing is taken.
    @Test func whatHasNoRoomIsGivenBack() throws {
        let pool = HandshakePool()
        let queue = CallQueue(id: 1), mailbox = Mailbox()
        var taken = 0
        for step in try steps(HandshakePool.capacity + 2) where pool.take(step, of: queue, mailbox: mailbox) { taken += 1 }
        #expect(taken == HandshakePool.capacity)
        pool.stop()
        let late = try #require(try steps(1).first)
        #expect(!pool.take(late, of: queue, mailbox: mailbox))
    }

    /// What the threads hand back is the very step, run, through the queue of its call.
    @Test func stepsComeBackThroughTheQueue() throws {
        let pool = HandshakePool()
        let mailbox = Mailbox()
        _ = try mailbox.open()
        try pool.start(threads: 2)
        let all = try steps(50)
        let queues = all.indices.map { CallQueue(id: UInt64($0)) }
        for (step, queue) in zip(all, queues) { #expect(pool.take(step, of: queue, mailbox: mailbox)) }
        let end = SystemClock.now + .seconds(20)
        var told: [CallQueue] = []
        while told.count < all.count, SystemClock.now < end { _ = mailbox.collect(into: &told) }
        #expect(Set(told.map(\.id)).count == all.count)
        for (step, queue) in zip(all, queues) {
            let back = queue.takeAll().compactMap { command in
                if case .finish(let step) = command { step } else { nil }
            }
            #expect(back.count == 1 && back.first === step)
        }
        pool.stop()
        _ = mailbox.close()
    }

    @Test func theNumberOfThreadsIsBroughtIntoRange() {
        #expect(EngineConfiguration(threads: 4).handshakeThreads == 1)
        #expect(EngineConfiguration(threads: 4, handshakeThreads: 9).handshakeThreads == 4)
        #expect(EngineConfiguration(threads: 4, handshakeThreads: 0).handshakeThreads == 1)
    }

    /// The first steps of as many calls.
    private func steps(_ count: Int) throws -> [HandshakeStep] {
        let (ours, theirs) = try DTLSPeer.certificates.get()
        let output = CallOutput()
        let address = try TransportAddress(ip: #require(IPAddress("127.44.0.3")), port: 4000)
        let security = DTLSPlan(role: .client, certificate: ours, remoteFingerprint: theirs.fingerprint(.sha256))
        let transport = TransportPlan(
            rtpSockets: [LocalSocket(slot: 0, local: address, advertised: address)], rtcpMux: true, remoteRTP: address,
            security: .dtls(security))
        let media = MediaPlan(participant: 0, transport: transport, receivePayloads: [], sendPayloads: [], ssrc: 1, cname: "c", source: nil)
        for number in 0..<count {
            let call = Call(CallConfiguration(seed: UInt64(number), handshakesApart: true), at: SystemClock.now)
            call.apply(CallPlan(media: [media]), at: SystemClock.now, into: output)
            output.removeAll()
        }
        return output.takeHandshakes()
    }
}
