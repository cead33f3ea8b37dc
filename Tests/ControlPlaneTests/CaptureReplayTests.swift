@testable import ControlPlane
import Foundation
import NGProtocol
import Testing
import Wire

/// What real proxies sent to rtpengine, sent to us: the same result, and no key missing in the reply.
@Suite struct CaptureReplayTests {
    static let folder = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Fixtures/ng")

    /// Answers in plain RTP without ICE to an offer of DTLS-SRTP with ICE. rtpengine then sends unprotected
    /// media to a leg that asked for protection; we refuse.
    static let downgrades: Set = ["to-wa-02-answer.ng", "003-answer.ng"]

    struct Capture {
        var name: String
        var request: [UInt8]
        var reply: [UInt8]
    }

    /// The captures of one client, in the order of their calls.
    static func captures(_ client: String) throws -> [Capture] {
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.appendingPathComponent(client).path)
        return try files.filter { $0.hasSuffix(".ng") }.sorted().map { file in
            let path = folder.appendingPathComponent(client + "/" + file)
            let reply = path.deletingPathExtension().appendingPathExtension("reply")
            return Capture(name: file, request: Array(try Data(contentsOf: path)), reply: Array(try Data(contentsOf: reply)))
        }
    }

    @Test(arguments: ["kamailio-5.6", "kamailio-6.1", "rtpengine-ng-client-10.5"])
    func everyRequest(_ client: String) async throws {
        let captures = try Self.captures(client)
        #expect(captures.count >= 9)
        try await TestPlane.with { test in
            for capture in captures {
                test.client.send(capture.request, port: test.port)
                let reply = try #require(await test.client.receive())
                try compare(capture, reply.bytes)
            }
        }
    }

    /// Where newer releases of rtpengine answer otherwise (nothing was played that could be stopped), and where we can do what the
    /// recorded one could not: a digit before any packet, without `inject-DTMF`.
    private static let otherwise = ["wa-avp-12-stop-media.ng": "error", "wa-avp-13-play-DTMF.ng": "ok"]

    private func compare(_ capture: Capture, _ reply: [UInt8]) throws {
        let theirs = try #require(DecodedMessage(capture.reply))
        let ours = try #require(DecodedMessage(reply))
        #expect(ours.cookie == theirs.cookie)
        guard !Self.downgrades.contains(capture.name) else {
            #expect(try ours.content.get() == ["result": "error", "error-reason": "Incomplete SDP specification"])
            return
        }
        let expected = try theirs.content.get()
        let found = try ours.content.get()
        if let result = Self.otherwise[capture.name] {
            #expect(found["result"]?.text == result, "\(capture.name)")
            return
        }
        #expect(found["result"] == expected["result"], "\(capture.name): \(found["error-reason"]?.text ?? "")")
        #expect(found["warning"] == expected["warning"], "\(capture.name)")
        for entry in expected.entries { #expect(found[entry.key] != nil, "\(capture.name): \(entry.key)") }
        guard case .dictionary(let tags) = expected["tags"] else { return }
        for tag in tags.entries {
            // The tag of a party whose answer was refused is not known.
            guard capture.name.hasPrefix("wa-") || capture.name.hasPrefix("misc-") else { continue }
            #expect(found.at("tags", tag.key, "label") == expected.at("tags", tag.key, "label"), "\(capture.name)")
            #expect(found.at("tags", tag.key, "subscriptions") == expected.at("tags", tag.key, "subscriptions"), "\(capture.name)")
        }
    }
}
