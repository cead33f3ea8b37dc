@testable import ControlPlane
import Foundation
import Fuzzing
import NIOHTTP1
import NIOWebSocket
import Testing
import Wire

/// Paths and headers, without sockets.
@Suite struct ControlHTTPRequestTests {
    private func request(_ method: HTTPMethod, _ uri: String, _ headers: HTTPHeaders = [:]) -> ControlHTTPRequest {
        ControlHTTPRequest(HTTPRequestHead(version: .http1_1, method: method, uri: uri, headers: headers))
    }

    private let length = "Content-Length"

    @Test func pathsOfGet() {
        #expect(request(.GET, "/ping") == .ping)
        #expect(request(.GET, "/ping?x=1") == .ping)
        #expect(request(.GET, "/metrics") == .metrics)
        #expect(request(.GET, "/cli/list+sessions+all") == .command("list sessions all"))
        #expect(request(.GET, "/cli/list%20sessions+a%2Bb%40c") == .command("list sessions a+b@c"))
        #expect(request(.GET, "/cli/") == .command(""))
        #expect(request(.GET, "/cli/%zz") == .notFound)
        #expect(request(.GET, "/cli") == .notFound)
        #expect(request(.GET, "/ng") == .notFound)
        #expect(request(.GET, "ping") == .notFound)
    }

    @Test func pathsOfPost() {
        let ng: HTTPHeaders = ["Content-Type": "application/x-rtpengine-ng", "Content-Length": "1"]
        let json: HTTPHeaders = ["Content-Type": "application/json; charset=utf-8", "Content-Length": "1"]
        #expect(request(.POST, "/ng", ng) == .ng(hasCookie: true, type: "application/x-rtpengine-ng"))
        #expect(request(.POST, "/ng", json) == .notFound)
        #expect(request(.POST, "/ng-plain", ng) == .ng(hasCookie: false, type: "application/x-rtpengine-ng"))
        #expect(request(.POST, "/ng-plain", json) == .ng(hasCookie: false, type: "application/json"))
        #expect(request(.POST, "/cli", ["Content-Type": "text/plain", "Content-Length": "1"]) == .commandInBody)
        #expect(request(.POST, "/other", json) == .notFound)
        #expect(request(.POST, "/ng", ["Content-Type": "application/x-rtpengine-ng"]) == .unanswerable)
        #expect(request(.POST, "/ng", ["Content-Length": "1"]) == .unanswerable)
        #expect(request(.OPTIONS, "/ng") == .options)
        #expect(request(.PUT, "/ng", ng) == .notFound)
    }

    @Test func damagedTargets() {
        var mutator = Mutator(seed: 9, corpus: ["/cli/list+sessions+a%2Bb", "/metrics?a=b&c", "/ng-plain"].map { Array($0.utf8) },
            alphabet: Array("/?&=%+ \u{0}".utf8))
        for _ in 0..<20_000 {
            let text = String(decoding: mutator.next(), as: UTF8.self)
            if case .command(let line) = request(.GET, text) { #expect(line.utf8.count <= text.utf8.count) }
            _ = request(.POST, text, ["Content-Type": text, "Content-Length": text])
        }
    }
}

/// HTTP and WebSocket on loopback.
@Suite struct ControlHTTPTests {
    private func with(
        _ adjust: (inout ControlPlaneConfiguration) -> Void = { _ in }, _ body: (TestPlane, UInt16) async throws -> Void
    ) async throws {
        try await TestPlane.with({
            $0.listenHTTP = [NGStreamTests.loopback]
            adjust(&$0)
        }) { test async throws in
            try await body(test, try #require(await test.plane.streamAddresses.http.first?.port))
        }
    }

    private let ng = "Content-Type: application/x-rtpengine-ng"

    @Test func pingAndUnknownPaths() async throws {
        try await with { _, port async throws in
            let ping = try await StreamClient.http(port, "GET /ping HTTP/1.1")
            #expect(ping.status == 200)
            #expect(ping.body == "pong\n")
            #expect(ping.headers.contains("content-type: text/plain"))
            let other = try await StreamClient.http(port, "GET /other HTTP/1.1")
            #expect(other.status == 404)
            #expect(other.body == "not found\n")
        }
    }

    @Test func ngWithCookieIsCachedAndWithoutIsNot() async throws {
        try await with { test, port async throws in
            let first = try await StreamClient.http(port, "POST /ng HTTP/1.1", body: "c1 d7:command4:pinge", headers: [ng])
            #expect(first.status == 200)
            #expect(first.headers.contains("content-type: application/x-rtpengine-ng"))
            #expect(first.body == "c1 d6:result4:ponge")
            let again = try await StreamClient.http(port, "POST /ng HTTP/1.1", body: "c1 d7:command4:liste", headers: [ng])
            #expect(again.body == first.body)
            #expect(try await test.raw("c1 d7:command4:liste") == first.body)
            let json = try await StreamClient.http(
                port, "POST /ng-plain HTTP/1.1", body: #"{"command":"ping"}"#, headers: ["Content-Type: application/json"])
            #expect(json.body == #"{"result":"pong"}"#)
            #expect(json.headers.contains("content-type: application/json"))
            let broken = try await StreamClient.http(
                port, "POST /ng-plain HTTP/1.1", body: "{", headers: ["Content-Type: application/json"])
            #expect(broken.body == #"{"result":"error","error-reason":"Failed to parse JSON document"}"#)
        }
    }

    @Test func withoutACookieThereIsRTPEnginesStatus() async throws {
        try await with { _, port async throws in
            let answer = try await StreamClient.http(port, "POST /ng HTTP/1.1", body: "d7:command4:pinge", headers: [ng])
            #expect(answer.status == 600)
            #expect(answer.body == "error\n")
        }
    }

    @Test func withoutTypeOrLengthTheConnectionIsClosed() async throws {
        try await with { _, port async throws in
            #expect(try await StreamClient.http(port, "POST /ng HTTP/1.1", body: "x d7:command4:pinge") == HTTPAnswer(nil))
            #expect(try await StreamClient.http(port, "POST /ng HTTP/1.1", headers: [ng]) == HTTPAnswer(nil))
        }
    }

    @Test func aBodyIsBounded() async throws {
        try await with { _, port async throws in
            let long = String(repeating: "x", count: ControlHTTPServer.maximumBody + 1)
            #expect(try await StreamClient.http(port, "POST /ng HTTP/1.1", body: "c \(long)", headers: [ng]).status != 200)
            #expect(try await StreamClient.http(port, "GET /ping HTTP/1.1").status == 200)
        }
    }

    @Test func connectionsAreKept() async throws {
        try await with { _, port async throws in
            let client = try StreamClient(port)
            for _ in 0..<3 {
                client.send("GET /ping HTTP/1.1\r\nHost: x\r\n\r\n")
                #expect(await client.receive(until: "pong\n")?.hasPrefix("HTTP/1.1 200 OK") == true)
            }
            client.send("GET /ping HTTP/1.1\r\nHost: x\r\n\r\nGET /nothing HTTP/1.1\r\nHost: x\r\n\r\n")
            let both = try #require(await client.receive(until: "not found\n"))
            #expect(both.contains("200 OK"))
            #expect(both.contains("404"))
        }
    }

    @Test func aSilentConnectionIsClosed() async throws {
        try await with({ $0.httpIdleTimeout = .milliseconds(50) }) { _, port async throws in
            let client = try StreamClient(port)
            #expect(await client.receive() == nil)
        }
    }

    @Test func browsersMayAskFirst() async throws {
        try await with { _, port async throws in
            let answer = try await StreamClient.http(port, "OPTIONS /ng HTTP/1.1", headers: ["Origin: http://example.com"])
            #expect(answer.status == 200)
            #expect(answer.headers.contains("access-control-allow-origin: *"))
        }
    }

    @Test func commandsByPathAndBody() async throws {
        try await with { _, port async throws in
            let path = try await StreamClient.http(port, "GET /cli/list+maxsessions HTTP/1.1")
            #expect(path.body == "Maximum sessions configured on rtpengine: -1\n")
            let body = try await StreamClient.http(
                port, "POST /cli HTTP/1.1", body: "list maxsessions", headers: ["Content-Type: text/plain"])
            #expect(body.body == path.body)
        }
    }

    @Test func metricsAreServed() async throws {
        try await with { test, port async throws in
            _ = try await test.offer()
            let answer = try await StreamClient.http(port, "GET /metrics HTTP/1.1")
            #expect(answer.body.contains("\nrtpengine_sessions{type=\"own\"} 1\n"))
            #expect(answer.body.contains("rtpengine_requests_total{proxy=\"127.0.0.1\",request=\"offer\"} 1\n"))
        }
    }

    @Test func subprotocolsOfAnyPath() async throws {
        try await with { test, port async throws in
            func ask(_ subprotocol: String, _ text: String, path: String = "/") async throws -> EventWebSocketClient.Incoming? {
                let client = try await EventWebSocketClient(Int(port), path, headers: ["Sec-WebSocket-Protocol": subprotocol])
                try await client.send(.text, text)
                let answer = await client.next()
                await client.close()
                return answer
            }
            #expect(try await ask("ng.rtpengine.com", "w1 d7:command4:pinge") == .binary("w1 d6:result4:ponge"))
            #expect(try await test.raw("w1 d7:command4:liste") == "w1 d6:result4:ponge")
            #expect(try await ask("ng-plain.rtpengine.com", #"{"command":"ping"}"#, path: "/any/path") == .binary(#"{"result":"pong"}"#))
            #expect(try await ask("foo, cli.rtpengine.com", "list maxsessions")
                == .binary("Maximum sessions configured on rtpengine: -1\n"))
            #expect(try await ask("echo.rtpengine.com", "hello") == .binary("hello"))
        }
    }

    @Test func anUnknownSubprotocolIsClosed() async throws {
        try await with { _, port async throws in
            let headers = [
                "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version: 13",
            ]
            let client = try StreamClient(port)
            client.send((["GET / HTTP/1.1", "Host: x"] + headers + ["Sec-WebSocket-Protocol: foo", "", ""]).joined(separator: "\r\n"))
            #expect(await client.receive() == nil)
        }
    }

    @Test func httpsWantsItsFiles() async throws {
        await #expect(throws: ControlPlaneError.self) { try await TestPlane { $0.listenHTTPS = [NGStreamTests.loopback] } }
        await #expect(throws: ControlPlaneError.self) {
            try await TestPlane {
                $0.listenHTTPS = [NGStreamTests.loopback]
                $0.tls = .init(certificate: "/nonexistent/certificate.pem")
            }
        }
    }
}
