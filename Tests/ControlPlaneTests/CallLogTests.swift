@testable import ControlPlane
import Logging
import MediaCore
import MediaIO
import NGProtocol
import Testing
import Wire

/// What operators read: events of a call and its one line at the end.
@Suite struct CallLogTests {
    /// Keeps what is logged at `info` and above.
    struct Recorder: LogHandler {
        let lines: AsyncStream<String>.Continuation
        var metadata: Logger.Metadata = [:]
        var metadataProvider: Logger.MetadataProvider?
        var logLevel = Logger.Level.info
        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }
        func log(event: LogEvent) {
            let tag = event.metadata?["tag"].map { "\($0): " } ?? ""
            lines.yield("\(metadata["call-id"].map { "\($0)" } ?? "-") \(tag)\(event.message)")
        }
    }

    private func recorder() -> (Logger, AsyncStream<String>, AsyncStream<String>.Continuation) {
        let (stream, sink) = AsyncStream.makeStream(of: String.self)
        return (Logger(label: "test") { _ in Recorder(lines: sink) }, stream, sink)
    }

    @Test func digitsAndTheEnd() async throws {
        let (logger, stream, sink) = recorder()
        let test = try await TestRegistry(ports: 22_800...22_819, logger: logger)
        _ = try await test.offer()
        _ = try await test.answer()
        let id = try #require(await test.registry.engineIDs.first)
        await test.registry.handle(.digit(media: 1, code: 11, duration: 120, volume: 10), ofCall: id)
        await test.registry.handle(.iceConnected(media: 0), ofCall: id)
        await test.registry.handle(.ended(.mediaTimeout), ofCall: id)
        await test.registry.handle(.iceConnected(media: 0), ofCall: 9_999)
        await test.shutdown()
        sink.finish()
        var lines: [String] = []
        for await line in stream { lines.append(line) }
        #expect(lines.contains("call b: digit #, 120 ms, -10 dBm0"))
        #expect(lines.contains("call a: ICE connected"))
        let last = try #require(lines.last)
        #expect(last.hasPrefix("call ended: media timeout after "))
        #expect(last.hasSuffix("s; a: received 0, sent 0; b: received 0, sent 0"))
    }

    /// The core knows no offers: its limit until the answer is that of the offer.
    @Test func anOfferThatNobodyAnswersIsNoMediaTimeout() async throws {
        let (logger, stream, sink) = recorder()
        let test = try await TestRegistry(ports: 22_820...22_839, logger: logger)
        _ = try await test.offer()
        let id = try #require(await test.registry.engineIDs.first)
        await test.registry.handle(.ended(.mediaTimeout), ofCall: id)
        await test.shutdown()
        sink.finish()
        var last = ""
        for await line in stream { last = line }
        #expect(last.hasPrefix("call ended: offer timeout after "))
    }

    /// The flag `debug` shows one call's plan, whatever the level, and never a key or password.
    @Test(arguments: [true, false]) func detailsOfOneCall(_ isDebugging: Bool) async throws {
        let (logger, stream, sink) = recorder()
        let test = try await TestRegistry(ports: 22_840...22_859, logger: logger)
        let reply = try await test.request([
            "command": "offer", "call-id": "call", "from-tag": "a", "sdp": .string(SDPText.pcmu(4000)), "ICE": "force",
            "transport-protocol": "RTP/SAVP", "flags": isDebugging ? ["debug"] : [],
        ])
        await test.shutdown()
        sink.finish()
        var lines: [String] = []
        for await line in stream { lines.append(line) }
        let details = lines.filter { $0.contains(" party ") }
        #expect(details.count == (isDebugging ? 2 : 0))
        #expect(!isDebugging || details.contains { $0.contains("SDES AES_CM_128_HMAC_SHA1_80") && $0.contains("ICE controlling") })
        let sdp = try #require(reply["sdp"]?.text)
        let secrets = sdp.split(separator: "\r\n").filter { $0.contains("ice-pwd:") || $0.contains("inline:") }
            .compactMap { $0.split(separator: ":").last }
        #expect(secrets.count > 1 && !lines.contains { line in secrets.contains { line.contains($0) } })
    }

    @Test func callIDsCannotBeginALine() async throws {
        let (logger, stream, sink) = recorder()
        let test = try await TestRegistry(ports: 22_820...22_839, logger: logger)
        _ = try await test.request(["command": "offer", "call-id": "x\nfaked", "from-tag": "a", "sdp": "nothing"])
        await test.shutdown()
        sink.finish()
        var lines: [String] = []
        for await line in stream { lines.append(line) }
        #expect(!lines.isEmpty)
        #expect(lines.allSatisfy { !$0.contains("\n") && $0.hasPrefix("x?faked ") })
    }
}
