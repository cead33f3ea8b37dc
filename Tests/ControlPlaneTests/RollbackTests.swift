@testable import ControlPlane
import MediaIO
import NGProtocol
import Testing
import Wire

/// Each step of a request made to fail: the ports are back, the call is as before, or gone if it was new.
@Suite struct RollbackTests {
    @Test func noDescription() async throws {
        let test = try await TestRegistry(ports: 22_600...22_619)
        #expect(try await test.offer(sdp: "hello")["error-reason"] == "Failed to parse SDP")
        #expect(test.usedPorts == 0)
        #expect(await test.registry.count == 0)
        await test.shutdown()
    }

    /// Two ends with a port each for RTP and RTCP: the lease fails at the first, at the second, and not at all.
    @Test(arguments: [(0, "Ran out of ports"), (1, "Ran out of ports"), (3, "ok")])
    func portsThatDoNotSuffice(_ last: UInt16, _ result: String) async throws {
        let base = 22_620 + last * 10
        let test = try await TestRegistry(ports: base...base + last)
        let reply = try await test.offer()
        #expect((reply["error-reason"] ?? reply["result"])?.text == result)
        #expect(test.usedPorts == (result == "ok" ? 4 : 0))
        #expect(await test.registry.count == (result == "ok" ? 1 : 0))
        await test.shutdown()
        #expect(test.usedPorts == 0)
    }

    @Test func anEngineThatRefuses() async throws {
        let test = try await TestRegistry(ports: 22_660...22_679, engineRuns: false)
        #expect(try await test.offer()["error-reason"] == "Error rewriting SDP")
        #expect(test.usedPorts == 0)
        #expect(await test.registry.count == 0)
    }

    @Test func aBadAnswerLeavesTheCallAlone() async throws {
        let test = try await TestRegistry(ports: 22_680...22_699)
        _ = try await test.offer()
        let used = test.usedPorts
        #expect(try await test.answer(sdp: "v=0")["result"] == "error")
        #expect(test.usedPorts == used)
        #expect(try await test.answer()["result"] == "ok")
        #expect(try await test.offer(sdp: "hello")["result"] == "error")
        #expect(try await test.request(["command": "query", "call-id": "call"]).at("tags", "b", "medias", "0", "index") == 1)
        #expect(await test.registry.count == 1)
        #expect(try await test.request(["command": "delete", "call-id": "call", "delete-delay": 0])["result"] == "ok")
        #expect(test.usedPorts == 0)
        await test.shutdown()
    }

    @Test func shutdownEndsEveryCallAndRefusesNewOnes() async throws {
        let test = try await TestRegistry(ports: 22_700...22_719)
        for call in ["one", "two", "three"] {
            _ = try await test.request(["command": "offer", "call-id": .string(call), "from-tag": "a", "sdp": .string(SDPText.pcmu(4000))])
        }
        #expect(await test.registry.count == 3)
        await test.registry.shutdown()
        #expect(await test.registry.count == 0)
        #expect(test.usedPorts == 0)
        #expect(try await test.offer()["error-reason"] == "Parallel session limit reached")
        await test.shutdown()
    }
}
