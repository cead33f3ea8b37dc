@testable import ControlPlane
import NGProtocol
import Testing
import Wire

@Suite struct ListenerTests {
    /// Every 127.x.y.z is an address of this machine, so a wildcard socket has many to choose from.
    @Test func aReplyLeavesFromTheAddressThatWasAsked() async throws {
        try await TestPlane.with({ $0.listenAddresses = [ListenAddress(ip: nil, port: 0)] }) { test async throws in
            for ip in ["127.0.0.1", "127.0.0.2", "127.0.0.3", "127.0.0.2"] {
                test.client.send(Array("\(ip) d7:command4:pinge".utf8), to: ip, port: test.port)
                let reply = try #require(await test.client.receive())
                #expect(String(decoding: reply.bytes, as: UTF8.self) == "\(ip) d6:result4:ponge")
                #expect(reply.from == ip)
            }
        }
    }

    @Test func aPortAloneIsBothFamilies() async throws {
        try await TestPlane.with({ $0.listenAddresses = [ListenAddress(ip: nil, port: 0)] }) { test async throws in
            let addresses = await test.plane.listeningAddresses
            #expect(addresses.map(\.ip) == [IPAddress(v4: 0), IPAddress(v6High: 0, low: 0)])
            #expect(Set(addresses.map(\.port)).count == 1)
        }
    }

    @Test func severalListenersShareOneCache() async throws {
        let loopback = ListenAddress(ip: IPAddress(v4: 0x7f00_0001), port: 0)
        try await TestPlane.with({ $0.listenAddresses = [loopback, loopback] }) { test async throws in
            let ports = await test.plane.listeningAddresses.map(\.port)
            #expect(Set(ports).count == 2)
            test.client.send(Array("1 d7:command4:pinge".utf8), port: ports[0])
            _ = await test.client.receive()
            test.client.send(Array("1 d7:command4:liste".utf8), port: ports[1])
            let reply = try #require(await test.client.receive())
            #expect(String(decoding: reply.bytes, as: UTF8.self) == "1 d6:result4:ponge")
        }
    }

    @Test func aSecondDaemonOnAWildcardPortIsRefused() async throws {
        try await TestPlane.with({ $0.listenAddresses = [ListenAddress(ip: nil, port: 0)] }) { test async throws in
            let taken = ListenAddress(ip: nil, port: test.port)
            await #expect(throws: ControlPlaneError.self) { try await TestPlane { $0.listenAddresses = [taken] } }
        }
    }

    @Test func aLongMessageArrivesWhole() async throws {
        try await TestPlane.with { test async throws in
            let padding = String(repeating: "x", count: 40_000)
            let reply = try await test.request(["command": "ping", "padding": .string(padding)])
            #expect(reply == ["result": "pong"])
        }
    }
}
