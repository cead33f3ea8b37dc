@testable import ControlPlane
import MediaIO
import NGProtocol
import Testing
import Wire

@Suite struct LimitTests {
    @Test func maxSessionsRefusesNewCallsOnly() async throws {
        try await TestPlane.with({ $0.limits.sessions = 1 }) { test async throws in
            #expect(try await test.offer("one")["result"] == "ok")
            #expect(try await test.offer("two") == ["result": "error", "error-reason": "Parallel session limit reached"])
            #expect(try await test.offer("two", ["supports": ["load limit"]])
                == ["result": "load limit", "message": "Parallel session limit reached"])
            #expect(try await test.offer("one")["result"] == "ok")
        }
    }

    @Test func runningOutOfPortsEndsTheCallAndLeaksNone() async throws {
        try await TestPlane.with({ $0.portRange = 22_500...22_503 }) { test async throws in
            // Each call takes two pairs.
            #expect(try await test.offer("one")["result"] == "ok")
            #expect(try await test.offer("two") == ["result": "error", "error-reason": "Ran out of ports"])
            #expect(await test.plane.callCount == 1)
            #expect(try await test.request(["command": "delete", "call-id": "one", "delete-delay": 0])["result"] == "ok")
            #expect(try await test.offer("two")["result"] == "ok")
        }
    }

    @Test func shutdownGivesThePortsBack() async throws {
        let range: ClosedRange<UInt16> = 22_510...22_513
        for _ in 0..<2 {
            try await TestPlane.with({ $0.portRange = range }) { test async throws in
                #expect(try await test.offer("one")["result"] == "ok")
            }
        }
        let pool = PortPool(address: IPAddress(v4: 0x7f00_0001), range: range)
        let leases = try (0..<4).map { _ in try pool.lease() }
        #expect(leases.count == 4)
    }

    @Test func wrongConfigurations() async throws {
        await #expect(throws: ControlPlaneError.noListener) { try await TestPlane { $0.listenAddresses = [] } }
        await #expect(throws: ControlPlaneError.noInterface) { try await TestPlane { $0.interfaces = [] } }
        let far = IPAddress(v4: 0xc000_0201)
        await #expect(throws: ControlPlaneError.addressNotLocal(far)) {
            try await TestPlane { $0.interfaces = [InterfaceAddress(local: far)] }
        }
    }

    @Test func aListenAddressInUseIsAnError() async throws {
        try await TestPlane.with { test async throws in
            let taken = ListenAddress(ip: IPAddress(v4: 0x7f00_0001), port: test.port)
            await #expect(throws: ControlPlaneError.self) { try await TestPlane { $0.listenAddresses = [taken] } }
        }
    }
}
