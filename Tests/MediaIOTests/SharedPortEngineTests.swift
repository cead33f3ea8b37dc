import Glibc
import ICE
import MediaCore
@testable import MediaIO
import Testing
import Wire

/// Many calls on few ports, through real sockets on loopback. Every wait is for something that must come.
@Suite final class SharedPortEngineTests {
    private let connected = Connected()
    /// Made by `start`.
    private var engine: MediaEngine
    private static let ports = SharedPortConfiguration(count: 4)

    /// The calls whose ICE has its pair.
    private final class Connected: Sendable {
        private let calls = Locked(Set<UInt64>())
        func insert(_ id: UInt64) { calls.withLock { _ = $0.insert(id) } }
        func contains(_ ids: [UInt64]) -> Bool { calls.withLock { $0.isSuperset(of: ids) } }
    }

    init() { engine = Self.engine(.epoll, connected) }

    private static func engine(_ interface: PacketInterface, _ connected: Connected) -> MediaEngine {
        MediaEngine(.testing(interface, threads: 2)) { id, event in
            if case .iceConnected = event { connected.insert(id) }
        }
    }

    /// The ports of one address, with the engine running on them.
    private func start(
        _ host: Int, _ interface: PacketInterface, _ configuration: SharedPortConfiguration = ports
    ) throws -> (shared: SharedPortPool, own: PortPool) {
        engine = Self.engine(interface, connected)
        let own = PortPool(address: try #require(IPAddress("127.17.\(interface.octet).\(host)")), range: 20_000...20_199)
        let shared = try SharedPortPool(own, configuration, workers: 2)
        try engine.start(sharing: [shared])
        return (shared, own)
    }

    private func peers(_ pools: (shared: SharedPortPool, own: PortPool), count: Int) throws -> [LitePeer] {
        try (0..<count).map { _ in try #require(LitePeer(pools.own.address.description)) }
    }

    /// Lets the peers answer until `condition` holds; `false` after 20 s.
    private func serve(_ peers: [LitePeer], until condition: () -> Bool) -> Bool {
        let limit = SystemClock.now + .seconds(20)
        while !condition() {
            if SystemClock.now > limit { return false }
            for peer in peers { peer.serve() }
            usleep(500)
        }
        return true
    }

    /// Calls toward the peers, `each` toward every one, all with ICE done.
    private func calls(_ peers: [LitePeer], each: Int, _ pools: (shared: SharedPortPool, own: PortPool)) async throws -> [SharedCall] {
        var calls: [SharedCall] = []
        for peer in peers {
            for _ in 0..<each {
                let call = try await SharedCall(calls.count, engine, pools.shared, pools.own, remotes: [peer.address])
                calls.append(try #require(call))
                let isNew = calls.last.map { peer.expect($0.port, credentials: $0.theirs, peer: $0.ours) }
                #expect(isNew == true)
            }
        }
        let ids = calls.map(\.handle.id)
        try #require(serve(peers) { connected.contains(ids) })
        return calls
    }

    /// The audio of each call, and nothing else, arrives at its two ends.
    private func expectOwnAudio(_ calls: [SharedCall], _ peers: [LitePeer], each: Int, number: (SharedCall) -> Int) {
        func peer(of call: SharedCall) -> LitePeer { peers[call.number / each] }
        for call in calls { call.plain.send(RelayCall.packet(number(call)), to: call.plainSocket) }
        let arrived = serve(peers) { calls.allSatisfy { peer(of: $0).heard[$0.port]?.last == RelayCall.payload(number($0)) } }
        #expect(arrived)
        for call in calls { peer(of: call).socket.send(RelayCall.packet(number(call)), to: call.port) }
        for call in calls { #expect(call.plain.receive().map { Array($0.dropFirst(12)) } == RelayCall.payload(number(call))) }
    }

    @Test(arguments: PacketInterface.testable) func dozensOfCallsOnFourPortsHearTheirOwn(_ interface: PacketInterface) async throws {
        defer { engine.shutdown() }
        let pools = try start(1, interface)
        let peers = try peers(pools, count: 12)
        let calls = try await calls(peers, each: 4, pools)
        #expect(Set(calls.map(\.port)).count == 4)
        for round in 0..<5 { expectOwnAudio(calls, peers, each: 4) { 1 + ($0.number + 40 * round) % 250 } }
        for (index, call) in calls.enumerated() {
            // Of each call what it was sent, packet for packet.
            #expect(peers[index / 4].heard[call.port]?.count == 5)
            let last = await call.handle.end()
            #expect(last?.media.map(\.rtpIn.packets) == [5, 5])
        }
        #expect(pools.shared.ports.allSatisfy { $0.load == 0 && $0.claimed == 0 })
        #expect(engine.statistics.map(\.sharedUnknown).reduce(0, +) == 0)
        #expect(engine.statistics.map(\.sharedWithheld).reduce(0, +) == 0)
    }

    @Test(arguments: PacketInterface.testable) func versionSix(_ interface: PacketInterface) async throws {
        defer { engine.shutdown() }
        engine = Self.engine(interface, connected)
        let own = PortPool(address: IPAddress(v6High: 0, low: 1), range: 22_000...22_199)
        let shared = try SharedPortPool(own, SharedPortConfiguration(count: 2), workers: 2)
        try engine.start(sharing: [shared])
        let peers = try (0..<3).map { _ in try #require(LitePeer("::1")) }
        let calls = try await calls(peers, each: 2, (shared, own))
        expectOwnAudio(calls, peers, each: 2) { 1 + $0.number }
    }

    @Test(arguments: PacketInterface.testable) func aFullPortHasNoRoomForOneMore(_ interface: PacketInterface) async throws {
        defer { engine.shutdown() }
        let pools = try start(2, interface)
        let peers = try peers(pools, count: 1)
        let calls = try await calls(peers, each: 4, pools)
        await #expect(throws: PortPoolError.exhausted) {
            _ = try await SharedCall(4, engine, pools.shared, pools.own, remotes: [peers[0].address])
        }
        let other = try #require(LitePeer(pools.own.address.description))
        #expect(try await SharedCall(5, engine, pools.shared, pools.own, remotes: [other.address]) != nil)
        #expect(Set(calls.map(\.port)).count == 4)
    }

    @Test(arguments: PacketInterface.testable) func oneCallEndsAndTheOthersGoOn(_ interface: PacketInterface) async throws {
        defer { engine.shutdown() }
        let pools = try start(3, interface)
        let peers = try peers(pools, count: 6)
        var calls = try await calls(peers, each: 4, pools)
        let over = calls.remove(at: 9)
        #expect(await over.handle.end() != nil)
        peers[2].socket.send(RelayCall.packet(7), to: over.port)
        expectOwnAudio(calls, peers, each: 4) { 1 + $0.number }
        // The late packet came before those, from the same peer to a port of the same worker, or it is on its way still.
        #expect(serve(peers) { engine.statistics.map(\.sharedUnknown).reduce(0, +) == 1 })
        // Its place is free for another call with the same peer.
        peers[2].forget(over.port)
        var next: SharedCall?
        let handles = [engine.makeCall(), engine.makeCall()]
        for _ in handles where next == nil { next = try? await SharedCall(9, engine, pools.shared, pools.own, remotes: [peers[2].address]) }
        let call = try #require(next)
        #expect(call.port == over.port)
        #expect(peers[2].expect(call.port, credentials: call.theirs, peer: call.ours))
        #expect(serve(peers) { connected.contains([call.handle.id]) })
        expectOwnAudio(calls + [call], peers, each: 4) { 100 + $0.number }
    }

    @Test(arguments: PacketInterface.testable) func strangersAreDroppedAndNotAnswered(_ interface: PacketInterface) async throws {
        defer { engine.shutdown() }
        let pools = try start(4, interface)
        let peers = try peers(pools, count: 1)
        let calls = try await calls(peers, each: 2, pools)
        let stranger = try #require(UDPPeer(pools.own.address.description))
        stranger.send(RelayCall.packet(9), to: calls[0].port)
        stranger.send([22, 254, 253] + Array(repeating: 0, count: 40), to: calls[0].port)
        stranger.send(STUNCheck.request(to: "nobody"), to: calls[0].port)
        stranger.send(Array(repeating: 0x80, count: 3000), to: calls[0].port)
        // It has seen a fragment, and does not know the password.
        stranger.send(STUNCheck.request(to: calls[0].ours.ufrag), to: calls[0].port)
        stranger.send(RelayCall.packet(9), to: calls[0].port)
        func count(_ counter: KeyPath<WorkerStatistics, UInt64>) -> UInt64 { engine.statistics.map { $0[keyPath: counter] }.reduce(0, +) }
        #expect(serve(peers) { count(\.sharedUnknown) == 4 && count(\.sharedWithheld) == 1 && count(\.oversized) == 1 })
        #expect(stranger.poll() == nil)
        expectOwnAudio(calls, peers, each: 2) { 1 + $0.number }
        #expect(await calls[0].handle.statistics()?.media[0].rtpIn.packets == 1)
    }

    /// Our offer is out, nobody has answered yet: the fragment alone tells the calls of one port apart.
    @Test(arguments: PacketInterface.testable) func checksFindTheirCallBeforeThePeerIsKnown(_ interface: PacketInterface) async throws {
        defer { engine.shutdown() }
        let pools = try start(5, interface, SharedPortConfiguration(count: 2))
        var calls: [SharedCall] = []
        for number in 0..<8 { calls.append(try #require(try await SharedCall(number, engine, pools.shared, pools.own, remotes: []))) }
        #expect(Set(calls.map(\.port)).count == 2)
        for call in calls {
            let peer = try #require(UDPPeer(pools.own.address.description))
            peer.send(STUNCheck.request(to: call.ours.ufrag, password: call.ours.password), to: call.port)
            let answer = try #require(peer.receive())
            let isHis = answer.withBytes { bytes in
                STUNMessage.parse(bytes).map { message in
                    message.messageClass == .success && Array(call.ours.password.utf8).withBytes { message.isAuthentic(key: $0) }
                }
            }
            #expect(isHis == true)
        }
    }

    @Test(arguments: PacketInterface.testable) func aFloodFromOnePeerDoesNotStarveTheOthers(_ interface: PacketInterface) async throws {
        defer { engine.shutdown() }
        let pools = try start(6, interface)
        let peers = try peers(pools, count: 4)
        let calls = try await calls(peers, each: 4, pools)
        let flood = Flood(from: peers[0].socket, to: calls[..<4].map(\.port))
        defer { flood.stop() }
        #expect(serve(peers) { engine.statistics.map(\.sharedExcess).reduce(0, +) > 0 })
        for call in calls[4...] {
            // A packet of the flood's may push one out of the kernel's queue: that is what repeating is for.
            var number = 0
            let arrived = serve(peers) {
                number += 1
                peers[call.number / 4].socket.send(RelayCall.packet(number), to: call.port)
                return call.plain.poll() != nil
            }
            #expect(arrived)
        }
    }

    @Test(arguments: PacketInterface.testable) func aCallOfAnotherWorkersPortIsRefused(_ interface: PacketInterface) async throws {
        defer { engine.shutdown() }
        let pools = try start(7, interface)
        let handle = engine.makeCall()
        let other = 1 - handle.possibleWorkers[0]
        let lease = try pools.shared.lease(worker: other, ufrag: "aaaa", remotes: [])
        #expect(await handle.apply(CallPlan(), adding: [CallSocket(slot: 0, lease: lease)]) == false)
        #expect(pools.shared.ports.allSatisfy { $0.load == 0 })
    }

    @Test(arguments: PacketInterface.testable) func aCallMovesUntilItsFirstCommand(_ interface: PacketInterface) async throws {
        defer { engine.shutdown() }
        let pools = try start(8, interface)
        let handle = engine.makeCall()
        let workers = handle.possibleWorkers
        #expect(Set(workers) == [0, 1])
        #expect(handle.move(to: workers[1]) && handle.possibleWorkers == [workers[1], workers[0]])
        #expect(!handle.move(to: 2))
        #expect(engine.statistics[workers[1]].calls == 1 && engine.statistics[workers[0]].calls == 0)
        let lease = try pools.shared.lease(worker: workers[1], ufrag: "aaaa", remotes: [])
        #expect(await handle.apply(CallPlan(), adding: [CallSocket(slot: 0, lease: lease)]))
        #expect(!handle.move(to: workers[0]) && handle.possibleWorkers == [workers[1]])
        _ = await handle.end()
        #expect(engine.statistics.map(\.calls) == [0, 0])
    }

    @Test(arguments: PacketInterface.testable) func shutdownClosesThePorts(_ interface: PacketInterface) throws {
        let pools = try start(9, interface)
        engine.shutdown()
        #expect(UDPPeer(pools.own.address.description, port: pools.shared.ports[0].address.port) != nil)
        #expect(throws: PortPoolError.exhausted) { try pools.shared.lease(worker: 0, ufrag: "aaaa", remotes: []) }
        #expect(pools.own.used == 0)
    }
}
