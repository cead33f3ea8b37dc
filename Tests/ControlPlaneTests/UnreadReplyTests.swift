@testable import ControlPlane
import NGProtocol
import Testing
import Wire

/// Clients that ask and do not read: nothing is kept for them but what the system keeps.
@Suite struct UnreadReplyTests {
    private func with(_ body: (TestPlane, UInt16) async throws -> Void) async throws {
        try await TestPlane.with({ $0.listenHTTP = [NGStreamTests.loopback] }) { test async throws in
            try await body(test, try #require(await test.plane.streamAddresses.http.first?.port))
        }
    }

    /// Of requests one behind the other those are carried out whose responses can leave; the others follow when the client reads.
    @Test func pipelinedRequests() async throws {
        try await with { test, port async throws in
            let client = try StreamClient(port), registry = try #require(await test.plane.registry)
            let body = #"{"command":"cli","body":"usage"}"#
            let length = "Content-Length: \(body.utf8.count)"
            let head = ["POST /ng-plain HTTP/1.1", "Host: x", "Content-Type: application/json", length, "", ""]
            let request = head.joined(separator: "\r\n") + body
            // Some kilobytes come for each: more than the sockets of both sides hold.
            let count: UInt64 = 6_000
            client.send(String(repeating: request, count: Int(count)) + "GET /ping HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            var done: UInt64 = 0, rounds = 0
            while rounds < 1_000 {
                _ = try await test.request(["command": "ping"])
                let now = await registry.snapshot.requests.total(.cli)
                (done, rounds) = (now, now == done ? rounds + 1 : 0)
            }
            #expect(done < count)
            #expect(await client.receive()?.hasSuffix("pong\n") == true)
            #expect(await registry.snapshot.requests.total(.cli) == count)
        }
    }

    @Test func pingsOfAWebSocket() async throws {
        try await with { test, port async throws in
            let client = try StreamClient(port)
            let headers = [
                "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Protocol: ng.rtpengine.com",
            ]
            client.send((["GET / HTTP/1.1", "Host: x"] + headers + ["", ""]).joined(separator: "\r\n"))
            #expect(await client.receive(until: "\r\n\r\n")?.hasPrefix("HTTP/1.1 101") == true)
            // RFC 6455 section 5.2: a ping of 100 bytes under a mask of zeros.
            let pings = Array(repeatElement([0x89, 0x80 | 100, 0, 0, 0, 0] + [UInt8](repeating: 120, count: 100), count: 10_000).joined())
            // More than both sockets may grow to; a connection that is closed ends it early.
            for _ in 0..<40 where client.trySend(pings) {}
            #expect(!client.trySend(pings))
            #expect(try await test.request(["command": "ping"]) == ["result": "pong"])
        }
    }
}
