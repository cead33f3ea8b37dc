import MediaCore
@testable import MediaIO
import Synchronization
import Testing
import Wire

@Suite struct ShutdownTests {
    @Test(arguments: PacketInterface.testable)
    func shutdownUnderTrafficEndsEveryCallAndReturnsEveryPort(_ interface: PacketInterface) async throws {
        let ended = Counter()
        let engine = MediaEngine(.testing(interface, threads: 3)) { _, event in
            if event == .ended(.requested) { ended.add() }
        }
        try engine.start()
        let pool = PortPool(address: try #require(IPAddress("127.12.\(interface.octet).1")), range: 20_000...20_099)
        var calls: [RelayCall] = []
        for _ in 0..<12 { calls.append(try #require(try await RelayCall(engine, pool))) }
        #expect(pool.used == 24)
        let isOver = Flag()
        await withTaskGroup(of: Void.self) { group in
            for half in [calls[..<6], calls[6...]] {
                let targets = half.map { ($0.left, $0.leftSocket) }
                group.addTask {
                    var number = 0
                    while !isOver.isSet {
                        number += 1
                        for (peer, socket) in targets { peer.send(RelayCall.packet(number), to: socket) }
                        await Task.yield()
                    }
                }
            }
            // Only once packets flow through the first and last call.
            for call in [calls[0], calls[11]] { while call.right.poll() == nil { await Task.yield() } }
            engine.shutdown()
            isOver.set()
        }
        #expect(ended.value == 12)
        #expect(pool.used == 0)
        #expect(await calls[0].handle.statistics() == nil)
        #expect(await calls[0].handle.end() == nil)
    }

    @Test(arguments: PacketInterface.testable) func commandsThatRaceWithTheEndAreAllAnswered(_ interface: PacketInterface) async throws {
        let engine = MediaEngine(.testing(interface, threads: 2)) { _, _ in }
        try engine.start()
        let answers = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    var answers = 0
                    for _ in 0..<100 {
                        let handle = engine.makeCall()
                        _ = await handle.apply(CallPlan())
                        _ = await handle.statistics()
                        _ = await handle.end()
                        answers += 1
                    }
                    return answers
                }
            }
            group.addTask {
                await Task.yield()
                engine.shutdown()
                return 0
            }
            return await group.reduce(0, +)
        }
        #expect(answers == 400)
    }

    @Test(arguments: PacketInterface.testable) func afterTheEndLeasesOfRefusedPlansAreGivenBack(_ interface: PacketInterface) async throws {
        let engine = MediaEngine(.testing(interface, threads: 1)) { _, _ in }
        try engine.start()
        let handle = engine.makeCall()
        engine.shutdown()
        engine.shutdown()
        let pool = PortPool(address: try #require(IPAddress("127.12.\(interface.octet).2")), range: 20_000...20_009)
        let sockets = [CallSocket(slot: 0, lease: try pool.lease())]
        #expect(await handle.apply(CallPlan(), adding: sockets) == false)
        #expect(pool.used == 0)
    }
}

private final class Flag: Sendable {
    private let value = Atomic<Bool>(false)
    var isSet: Bool { value.load(ordering: .acquiring) }
    func set() { value.store(true, ordering: .releasing) }
}
