import MediaCore
@testable import MediaIO
import Testing
import Wire

/// Whole calls through real sockets on loopback. Every wait is for something that must come.
@Suite struct MediaEngineTests {
    private let events: AsyncStream<(UInt64, CallEvent)>
    private let eventSink: AsyncStream<(UInt64, CallEvent)>.Continuation

    init() { (events, eventSink) = AsyncStream.makeStream(of: (UInt64, CallEvent).self) }

    private func started(_ interface: PacketInterface) throws -> MediaEngine {
        let engine = MediaEngine(.testing(interface, threads: 2)) { [eventSink] in eventSink.yield(($0, $1)) }
        try engine.start()
        #expect(engine.packetIO == PacketIOStatus(interface: interface))
        return engine
    }

    private func pool(_ host: Int, _ interface: PacketInterface) throws -> PortPool {
        PortPool(address: try #require(IPAddress("127.11.\(interface.octet).\(host)")), range: 20_000...20_099)
    }

    @Test(arguments: PacketInterface.testable) func packetsCrossTheCallBothWays(_ interface: PacketInterface) async throws {
        let engine = try started(interface)
        defer { engine.shutdown() }
        let pool = try pool(1, interface)
        let call = try #require(try await RelayCall(engine, pool))
        for number in 1...20 {
            call.left.send(RelayCall.packet(number), to: call.leftSocket)
            let there = try #require(call.right.receive())
            #expect(Array(there.dropFirst(12)) == RelayCall.payload(number))
            call.right.send(RelayCall.packet(100 + number), to: call.rightSocket)
            let back = try #require(call.left.receive())
            #expect(Array(back.dropFirst(12)) == RelayCall.payload(100 + number))
        }
        let last = try #require(await call.handle.end())
        #expect(last.media.map(\.rtpIn.packets) == [20, 20])
        #expect(last.media.map(\.rtpOut.packets) == [20, 20])
        #expect(pool.used == 0)
        let statistics = engine.statistics
        #expect(statistics.map(\.packetsReceived).reduce(0, +) == 40)
        #expect(statistics.map(\.bytesSent).reduce(0, +) >= 40 * 172)
        #expect(statistics.map(\.calls) == [0, 0])
    }

    @Test(arguments: PacketInterface.testable) func callsAreSpreadOverTheWorkers(_ interface: PacketInterface) async throws {
        let engine = try started(interface)
        defer { engine.shutdown() }
        let handles = (0..<10).map { _ in engine.makeCall() }
        #expect(engine.statistics.map(\.calls) == [5, 5])
        #expect(Set(handles.map(\.id)).count == 10)
        for handle in handles { _ = await handle.end() }
        #expect(engine.statistics.map(\.calls) == [0, 0])
    }

    @Test(arguments: PacketInterface.testable)
    func aCallWithoutMediaEndsItselfAndGivesItsPortsBack(_ interface: PacketInterface) async throws {
        let engine = try started(interface)
        defer { engine.shutdown() }
        let pool = try pool(2, interface)
        let call = try #require(try await RelayCall(engine, pool, timeout: .milliseconds(20)))
        for await (id, event) in events where event == .ended(.mediaTimeout) {
            #expect(id == call.handle.id)
            break
        }
        // The counters outlive the call until it is ended from here.
        #expect(await call.handle.statistics()?.media.count == 2)
        #expect(pool.used == 0)
        #expect(await call.handle.apply(call.plan) == false)
        #expect(await call.handle.end() != nil)
        #expect(await call.handle.end() == nil)
    }

    @Test(arguments: PacketInterface.testable)
    func aSocketThatThePlanDropsIsClosedAndTheOthersGoOn(_ interface: PacketInterface) async throws {
        let engine = try started(interface)
        defer { engine.shutdown() }
        let pool = try pool(3, interface)
        let call = try #require(try await RelayCall(engine, pool))
        let extra = try pool.lease()
        #expect(await call.handle.apply(call.plan, adding: [CallSocket(slot: 2, lease: extra)]))
        #expect(pool.used == 3)
        call.left.send(RelayCall.packet(0), to: extra.address)
        #expect(await call.handle.apply(call.plan, removing: [2]))
        #expect(pool.used == 2)
        call.left.send(RelayCall.packet(1), to: extra.address)
        call.left.send(RelayCall.packet(2), to: call.leftSocket)
        #expect(call.right.receive().map { Array($0.dropFirst(12)) } == RelayCall.payload(2))
        _ = await call.handle.end()
    }

    @Test(arguments: PacketInterface.testable)
    func aPlanWhoseSocketsCannotBeTakenChangesNothing(_ interface: PacketInterface) async throws {
        let engine = try started(interface)
        defer { engine.shutdown() }
        let pool = try pool(4, interface)
        let call = try #require(try await RelayCall(engine, pool))
        let good = try pool.lease()
        let closed = try pool.lease()
        closed.close()
        let sockets = [CallSocket(slot: 2, lease: good), CallSocket(slot: 3, lease: closed)]
        #expect(await call.handle.apply(CallPlan(), adding: sockets) == false)
        #expect(pool.used == 2)
        let second = try pool.lease()
        #expect(await call.handle.apply(CallPlan(), adding: [CallSocket(slot: 0, lease: second)]) == false)
        #expect(pool.used == 2)
        call.left.send(RelayCall.packet(1), to: call.leftSocket)
        #expect(call.right.receive().map { Array($0.dropFirst(12)) } == RelayCall.payload(1))
    }

    @Test(arguments: PacketInterface.testable) func aForgottenHandleEndsItsCall(_ interface: PacketInterface) async throws {
        let engine = try started(interface)
        defer { engine.shutdown() }
        let pool = try pool(5, interface)
        var call = try await RelayCall(engine, pool)
        let id = try #require(call?.handle.id)
        call = nil
        for await (ended, event) in events where event == .ended(.requested) {
            #expect(ended == id)
            break
        }
    }

    @Test(arguments: PacketInterface.testable) func anOversizedDatagramIsCountedAndDropped(_ interface: PacketInterface) async throws {
        let engine = try started(interface)
        defer { engine.shutdown() }
        let call = try #require(try await RelayCall(engine, try pool(6, interface)))
        call.left.send(Array(repeating: 0x80, count: 3000), to: call.leftSocket)
        call.left.send(RelayCall.packet(1), to: call.leftSocket)
        #expect(call.right.receive().map { Array($0.dropFirst(12)) } == RelayCall.payload(1))
        #expect(engine.statistics.map(\.oversized).reduce(0, +) == 1)
    }

    /// A wake-up that gets lost between two commands would leave one of these waiting for ever.
    @Test(arguments: PacketInterface.testable) func everyCommandIsAnsweredHoweverTheyMeet(_ interface: PacketInterface) async throws {
        let engine = try started(interface)
        defer { engine.shutdown() }
        let answers = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<6 {
                group.addTask {
                    let handle = engine.makeCall()
                    var answers = await handle.apply(CallPlan()) ? 1 : 0
                    for _ in 0..<500 where await handle.statistics() != nil { answers += 1 }
                    return answers
                }
            }
            return await group.reduce(0, +)
        }
        #expect(answers == 6 * 501)
    }

    @Test(arguments: PacketInterface.testable) func itStartsOnce(_ interface: PacketInterface) throws {
        let engine = try started(interface)
        defer { engine.shutdown() }
        #expect(throws: EngineError.alreadyStarted) { try engine.start() }
    }
}
