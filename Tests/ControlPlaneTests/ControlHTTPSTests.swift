import AsyncHTTPClient
@testable import ControlPlane
import Foundation
import NIOCore
import NIOPosix
import NIOSSL
import Testing
import Wire

/// HTTPS on loopback, with a certificate of the tests' own.
@Suite struct ControlHTTPSTests {
    /// Writes both into one file, as one may.
    private static func withFile(_ body: (String) async throws -> Void) async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).pem")
        try (certificate + key).write(to: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: file) }
        try await body(file.path())
    }

    @Test func theSameIsServedUnderTLS() async throws {
        try await Self.withFile { path in
            try await TestPlane.with({
                $0.listenHTTPS = [NGStreamTests.loopback]
                $0.tls = .init(certificate: path)
            }) { test async throws in
                let port = try #require(await test.plane.streamAddresses.https.first?.port)
                var configuration = HTTPClient.Configuration()
                var tls = TLSConfiguration.makeClientConfiguration()
                tls.certificateVerification = .none
                configuration.tlsConfiguration = tls
                let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
                let response = try await client.execute(HTTPClientRequest(url: "https://127.0.0.1:\(port)/ping"), timeout: .seconds(10))
                let body = try await response.body.collect(upTo: 1_024)
                #expect(String(buffer: body) == "pong\n")
                try await client.shutdown()
                // Without TLS there is nothing to be had.
                #expect(try await StreamClient.http(port, "GET /ping HTTP/1.1") == HTTPAnswer(nil))
            }
        }
    }

    private static let certificate = """
        -----BEGIN CERTIFICATE-----
        MIIBgDCCASWgAwIBAgIUEPv0k+UDJCijw8ZHsSOYcBky7sIwCgYIKoZIzj0EAwIw
        FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMTE5NTc0M1oYDzIxMjYxMDI4
        MTk1NzQzWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
        PQMBBwNCAARMcFGAfFhOFElP1cjpTB2EK+eMa8l/arV8BoEFDRTd9UttMjeOcHX0
        DEkzE8wZDZr6BtF/EvW6Q46IpGWD/1jEo1MwUTAdBgNVHQ4EFgQUl40mnMrTrclE
        pjZPpAKH3np+vR4wHwYDVR0jBBgwFoAUl40mnMrTrclEpjZPpAKH3np+vR4wDwYD
        VR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNJADBGAiEA01yT/G0TOZQasJi66guJ
        HgxEi0A/+AwUFQXuP+Wl40UCIQDy4bHP7Cwmqz81RR4L6Ibmopuqj8yiEubCYWMS
        5J6BjQ==
        -----END CERTIFICATE-----

        """

    private static let key = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgHaGE0PQ7Ru7jIoqy
        q0YEvTUjv6JysBHVe24rvS9B6jWhRANCAARMcFGAfFhOFElP1cjpTB2EK+eMa8l/
        arV8BoEFDRTd9UttMjeOcHX0DEkzE8wZDZr6BtF/EvW6Q46IpGWD/1jE
        -----END PRIVATE KEY-----

        """
}
