import MediaCore
@testable import MediaIO
import Testing
import Wire

/// What a call is asked to do once, through its worker.
@Suite struct ActionTests {
    private let digits = CallAction.playDigits([PlayedDigit(code: 5, duration: 100, pause: 100, volume: 8)], media: 0)

    @Test(arguments: PacketInterface.testable) func digitsArePlayed(_ interface: PacketInterface) async throws {
        let engine = MediaEngine(.testing(interface, threads: 2)) { _, _ in }
        try engine.start()
        defer { engine.shutdown() }
        let pool = PortPool(address: try #require(IPAddress("127.11.\(interface.octet).40")), range: 20_000...20_099)
        let call = try #require(try await RelayCall(engine, pool))
        #expect(await call.handle.perform(digits))
        // The peer knows no events: 100 ms of a tone.
        let frames = try (0..<5).map { _ in try #require(call.right.receive()) }
        #expect(frames.allSatisfy { $0.count == 172 && Set($0.dropFirst(12)).count > 20 })
        #expect(await !call.handle.perform(.playDigits([], media: 0)))
        let last = try #require(await call.handle.end())
        #expect(last.media[1].digitsSent == 1)
        #expect(await !call.handle.perform(digits), "the call is over")
    }

    @Test func aCallWithoutAPlanHasNobodyToHearThem() async throws {
        let engine = MediaEngine(.testing(.epoll, threads: 1)) { _, _ in }
        try engine.start()
        defer { engine.shutdown() }
        let handle = engine.makeCall()
        #expect(await !handle.perform(digits))
        _ = await handle.end()
    }
}

extension CallHandle {
    fileprivate func perform(_ action: CallAction) async -> Bool {
        await withCheckedContinuation { continuation in perform(action) { continuation.resume(returning: $0) } }
    }
}
