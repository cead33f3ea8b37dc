@testable import ControlPlane
import Logging
import MediaCore
import MediaIO
import NGProtocol
import Testing
import Wire

/// Limits that the machine's and the engine's figures reach, from the packet to the reply.
@Suite struct OverloadTests {
    private let knowing: NGDictionary = ["supports": ["load limit"]]

    @Test func bandwidthRefusesNewCallsUntilItIsQuiet() async throws {
        try await TestPlane.with({ $0.limits.bandwidth = 20 }) { test async throws in
            let ip = "127.0.0.21"
            let caller = try UDPSocket(ip)
            let callee = try UDPSocket(ip)
            _ = try await test.offer("one", sdp: SDPText.pcmu(caller.port, ip: ip))
            let answer = try await test.answer("one", sdp: SDPText.pcmu(callee.port, ip: ip))
            await test.pass(.seconds(1))
            #expect(try await test.offer("two")["result"] == "ok")
            // 172 bytes in the sample's second, or in some seconds of a busy machine.
            let packet: [UInt8] = [0x80, 0, 0, 1, 0, 0, 0, 160, 1, 2, 3, 4] + [UInt8](repeating: 0xd5, count: 160)
            caller.send(packet, port: try #require(SDPText.port(answer["sdp"])))
            _ = try #require(await callee.receive())
            await test.pass(.seconds(1))
            #expect(try await test.offer("three", knowing) == ["result": "load limit", "message": "Bandwidth limit exceeded"])
            #expect(try await test.offer("three") == ["result": "error", "error-reason": "Parallel session limit reached"])
            #expect(try await test.offer("two")["result"] == "ok")
            #expect(await test.plane.callCount == 2)
            await test.pass(.seconds(1))
            #expect(try await test.offer("three")["result"] == "ok")
        }
    }

    @Test func workersThatAreBusy() async throws {
        try await TestPlane.with({ $0.limits.workerLoad = 0 }) { test async throws in
            #expect(try await test.offer("one", knowing) == ["result": "load limit", "message": "CPU usage limit exceeded"])
            #expect(await test.plane.callCount == 0)
        }
    }

    /// One line when it begins, however many are refused, and one when it ends.
    @Test func theLogSaysItOnce() async throws {
        let (stream, sink) = AsyncStream.makeStream(of: String.self)
        let logger = Logger(label: "test") { _ in CallLogTests.Recorder(lines: sink) }
        let engine = MediaEngine(EngineConfiguration(threads: 1)) { _, _ in }
        var limits = AdmissionLimits()
        limits.sessions = 1
        let start = SystemClock.now
        let watch = await LoadWatch(limits, engine: engine, logger: logger, at: start)
        await ControlActor.run {
            for _ in 0..<3 { #expect(watch.verdict(sessions: 1) == .refused(.sessions)) }
            watch.sample(sessions: 1, at: start)
            watch.sample(sessions: 0, at: start + .seconds(1))
            #expect(watch.verdict(sessions: 0) == .admitted(worker: 0))
        }
        sink.finish()
        var lines: [String] = []
        for await line in stream { lines.append(line) }
        #expect(lines == [
            "- refusing new calls: Parallel session limit reached", "- admitting new calls again: was Parallel session limit reached",
        ])
    }
}
