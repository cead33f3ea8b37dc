import MediaCore
@testable import MediaIO
import Testing
import Wire

/// Calls whose media goes to one peer for a while, whose peer then moves, and floods; through real sockets on loopback.
@Suite struct TwinEngineTests {
    private func engine(_ interface: PacketInterface, threads: Int = 1) throws -> MediaEngine {
        let engine = MediaEngine(.testing(interface, threads: threads)) { _, _ in }
        try engine.start()
        return engine
    }

    private func pool(_ host: Int, _ interface: PacketInterface, _ options: SocketOptions = SocketOptions()) throws -> PortPool {
        PortPool(address: try #require(IPAddress("127.19.\(interface.octet).\(host)")), range: 20_000...20_099, options: options)
    }

    private func exchange(_ numbers: ClosedRange<Int>, _ call: RelayCall) throws {
        for number in numbers {
            call.left.send(RelayCall.packet(number), to: call.leftSocket)
            #expect(try #require(call.right.receive()).dropFirst(12).elementsEqual(RelayCall.payload(number)))
            call.right.send(RelayCall.packet(number), to: call.rightSocket)
            #expect(try #require(call.left.receive()).dropFirst(12).elementsEqual(RelayCall.payload(number)))
        }
    }

    @Test(arguments: PacketInterface.testable) func steadyMediaGetsATwinAndLosesNothing(_ interface: PacketInterface) async throws {
        let engine = try engine(interface)
        defer { engine.shutdown() }
        let pool = try pool(1, interface)
        let call = try #require(try await RelayCall(engine, pool))
        try exchange(1...(SteadyPath.streak - 1), call)
        #expect(engine.statistics[0].twins == 0)
        try exchange(SteadyPath.streak...200, call)
        #expect(engine.statistics[0].twins == 2)
        // From our ports, and no others.
        call.left.send(RelayCall.packet(201), to: call.leftSocket)
        var last = call.right.poll()
        while last == nil { last = call.right.poll() }
        #expect(last?.source == call.rightSocket)
        let counted = try #require(await call.handle.end())
        #expect(counted.media.map(\.rtpIn.packets) == [201, 200])
        #expect(pool.used == 0)
        // Nothing of it is left on the ports.
        for socket in [call.leftSocket, call.rightSocket] { #expect(UDPPeer(pool.address.description, port: socket.port) != nil) }
    }

    @Test(arguments: PacketInterface.testable) func aPeerThatMovesIsFollowed(_ interface: PacketInterface) async throws {
        let engine = try engine(interface)
        defer { engine.shutdown() }
        let pool = try pool(2, interface)
        let call = try #require(try await RelayCall(engine, pool))
        try exchange(1...100, call)
        let moved = try #require(UDPPeer(pool.address.description))
        var plan = call.plan
        plan.media[1].transport.remoteRTP = moved.address
        #expect(await call.handle.apply(plan))
        for number in 101...200 {
            call.left.send(RelayCall.packet(number), to: call.leftSocket)
            #expect(moved.receive().map { Array($0.dropFirst(12)) } == RelayCall.payload(number))
            moved.send(RelayCall.packet(number), to: call.rightSocket)
            #expect(call.left.receive().map { Array($0.dropFirst(12)) } == RelayCall.payload(number))
        }
        // The twin has moved too.
        #expect(engine.statistics[0].twins == 2)
        #expect(call.right.poll() == nil)
    }

    @Test(arguments: PacketInterface.testable) func aFloodedSocketLeavesTheWorkerToTheOthers(_ interface: PacketInterface) async throws {
        let engine = try engine(interface)
        defer { engine.shutdown() }
        let pool = try pool(3, interface)
        let flooded = try #require(try await RelayCall(engine, pool))
        let other = try #require(try await RelayCall(engine, pool))
        let flood = Flood(from: flooded.left, to: [flooded.leftSocket])
        defer { flood.stop() }
        #expect(flooded.right.receive() != nil)
        try exchange(1...100, other)
    }

    @Test(arguments: PacketInterface.testable) func whatTheKernelDropsIsCounted(_ interface: PacketInterface) async throws {
        let engine = try engine(interface)
        defer { engine.shutdown() }
        let pool = try pool(4, interface, SocketOptions(receiveBuffer: 1))
        let call = try #require(try await RelayCall(engine, pool))
        let peer = try #require(UDPPeer(pool.address.description))
        let lease = try pool.lease()
        // Nobody reads it yet, and it has no room for them.
        for number in 0..<100 { peer.send(RelayCall.packet(number), to: lease.address) }
        #expect(await call.handle.apply(call.plan, adding: [CallSocket(slot: 2, lease: lease)]))
        _ = await call.handle.end()
        let dropped = engine.statistics[0].kernelDrops
        #expect(dropped > 50 && dropped < 100)
    }

    @Test func pinnedThreadsWork() async throws {
        var configuration = EngineConfiguration(threads: 3)
        configuration.pinsThreads = true
        let engine = MediaEngine(configuration) { _, _ in }
        try engine.start()
        defer { engine.shutdown() }
        let handles = (0..<3).map { engine.makeCall(on: $0) }
        for handle in handles { #expect(await handle.apply(CallPlan())) }
    }
}
