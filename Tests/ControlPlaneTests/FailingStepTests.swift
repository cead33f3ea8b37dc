@testable import ControlPlane
import Foundation
import MediaIO
import NGProtocol
import Testing
import Wire

/// Every step of every command made to fail in turn: no port and no call is left that was not there before, and the call that was there
/// still does what it is told. A port that is free again has no socket: the pool closes the one to give back the other.
@Suite struct FailingStepTests {
    /// An audio m-line, and others that are relayed.
    private func description(_ port: Int, lines: Int, ice: Bool = false) -> String {
        var text = SDPText.pcmu(UInt16(port))
        for line in 1..<max(1, lines) { text += "m=video \(port + 2 * line) RTP/AVP 96\na=rtpmap:96 H264/90000\n" }
        guard ice else { return text }
        return text.replacingOccurrences(of: "s=-\n", with: "s=-\na=ice-ufrag:abcd\na=ice-pwd:abcdefghijklmnopqrstuvwx\n")
    }

    private func result(_ reply: NGDictionary) -> String? { (reply["error-reason"] ?? reply["result"])?.text }

    // MARK: Leases

    /// Three m-lines want three pairs of ports on either side. Whichever lease fails, the ones before it go back.
    @Test func aNewCallsLeasesFailInTurn() async throws {
        for count in 0...12 {
            let base = UInt16(27_000 + count * 20)
            let test = try await TestRegistry(ports: base...base + UInt16(max(count, 1)) - 1)
            let reply = try await test.offer(sdp: description(4_000, lines: 3))
            let fits = count == 12
            #expect(result(reply) == (fits ? "ok" : "Ran out of ports"), "\(count) ports")
            #expect(test.usedPorts == (fits ? 12 : 0))
            #expect(await test.registry.count == (fits ? 1 : 0))
            await test.shutdown()
            #expect(test.usedPorts == 0)
        }
    }

    /// A re-offer that adds m-lines, and a further branch: what fails leaves the call as it was.
    @Test(arguments: ["lines", "branch"])
    func aCallsFurtherLeasesFailInTurn(_ kind: String) async throws {
        // Two m-lines more on both sides, or a branch with one.
        let needed = kind == "lines" ? 8 : 2
        for spare in 0...needed {
            let base = UInt16(27_300 + spare * 20 + (kind == "lines" ? 0 : 200))
            let test = try await TestRegistry(ports: base...base + UInt16(4 + spare) - 1)
            #expect(try await test.offer()["result"] == "ok")
            #expect(try await test.answer()["result"] == "ok")
            let reply = kind == "lines"
                ? try await test.offer(sdp: description(4_000, lines: 3))
                : try await test.request([
                    "command": "offer", "call-id": "call", "from-tag": "a", "via-branch": "z2", "sdp": .string(SDPText.pcmu(4_000)),
                ])
            #expect(result(reply) == (spare == needed ? "ok" : "Ran out of ports"), "\(spare) ports to spare")
            #expect(test.usedPorts == (spare == needed ? 4 + needed : 4))
            // The call still hears.
            #expect(try await test.answer()["result"] == "ok")
            #expect(try await test.request(["command": "query", "call-id": "call"])["result"] == "ok")
            #expect(try await test.request(["command": "delete", "call-id": "call", "delete-delay": 0])["result"] == "ok")
            #expect(test.usedPorts == 0)
            await test.shutdown()
        }
    }

    // MARK: The engine

    @Test(arguments: [1, 3]) func anEngineThatRefuses(_ lines: Int) async throws {
        let test = try await TestRegistry(ports: 27_800...27_849, engineRuns: false)
        for ice in [false, true] {
            #expect(result(try await test.offer(sdp: description(4_000, lines: lines, ice: ice))) == "Error rewriting SDP")
            #expect(test.usedPorts == 0)
            #expect(await test.registry.count == 0)
        }
    }

    /// The engine goes away under a call that is there: every command is answered, and nothing is kept.
    @Test func anEngineThatIsGone() async throws {
        let test = try await TestRegistry(ports: 27_860...27_919)
        #expect(try await test.offer()["result"] == "ok")
        #expect(try await test.answer()["result"] == "ok")
        test.environment.engine.shutdown()
        #expect(test.usedPorts == 0)
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("rtpbridge-\(UInt32.random(in: 0 ... .max)).wav")
        let commands: [(NGDictionary, String)] = [
            (["command": "block media"], "Unknown call-ID"), (["command": "silence media"], "Unknown call-ID"),
            (["command": "block DTMF"], "Unknown call-ID"), (["command": "unblock media", "all": "all"], "Unknown call-ID"),
            (["command": "play DTMF", "from-tag": "a", "code": 1], "There is no sink media capable of DTMF playback"),
            (["command": "play media", "from-tag": "a", "blob": .bytes(toneFile(milliseconds: 40))], "Unknown call-ID"),
            (["command": "stop media", "from-tag": "a"], "Not currently playing media"),
            (["command": "offer", "from-tag": "a", "to-tag": "b", "sdp": .string(description(4_000, lines: 3))], "Error rewriting SDP"),
            (["command": "answer", "from-tag": "a", "to-tag": "b", "sdp": .string(SDPText.pcmu(4_002))], "Error rewriting SDP"),
            (["command": "start recording", "recording-file": "/dev/null/x.wav"], "ok"),
            (["command": "start recording", "recording-file": .string(file.path)], "ok"), (["command": "query"], "ok"),
            (["command": "delete", "from-tag": "a", "delete-delay": 0], "ok"),
        ]
        for (command, expected) in commands {
            var command = command
            command["call-id"] = "call"
            #expect(result(try await test.request(command)) == expected, "\(command["command"]?.text ?? "")")
            #expect(test.usedPorts == 0)
        }
        #expect(await test.registry.count == 0)
        // Nobody has taken the recording over.
        #expect(!FileManager.default.fileExists(atPath: file.path))
    }

    // MARK: Commands on a call that is there

    /// What a command cannot do it has not half done: sockets, ports, plan and parties are as before, and the next command is heard.
    @Test func commandsThatCannotBeCarriedOut() async throws {
        let test = try await TestRegistry(ports: 27_940...27_999)
        #expect(try await test.offer()["result"] == "ok")
        #expect(try await test.answer()["result"] == "ok")
        let used = test.usedPorts
        let session = try #require(await test.registry.byCallID["call"])
        let before = await session.plan
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("rtpbridge-\(UInt32.random(in: 0 ... .max))")
        let cannot = folder.appendingPathComponent("file"), long = "/" + String(repeating: "x/", count: 20_000) + "y.wav"
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data().write(to: cannot)
        defer { try? FileManager.default.removeItem(at: folder) }
        let commands: [(NGDictionary, String)] = [
            (["command": "play media", "from-tag": "a", "file": "/nowhere.wav"], "Failed to start media playback from file"),
            (["command": "play media", "from-tag": "a", "file": .string(folder.path)], "Failed to start media playback from file"),
            (["command": "play media", "from-tag": "a", "file": "/dev/zero"], "Failed to start media playback from file"),
            (["command": "play media", "from-tag": "a", "file": "/a\u{0}b"], "Failed to start media playback from file"),
            (["command": "play media", "from-tag": "a", "blob": "RIFF"], "Failed to start media playback from blob"),
            (["command": "play media", "from-tag": "a", "db-id": 1], "Failed to start media playback from database"),
            (["command": "start recording", "recording-file": .string(cannot.path + "/x.wav")], "ok"),
            (["command": "start recording", "recording-file": .string(long)], "ok"),
            (["command": "start recording", "recording-file": "no/path.wav"], "ok"),
            (["command": "block media", "flags": ["directional"], "from-tag": "x"], "From-tag given, but no such tag exists"),
            (["command": "delete", "from-tag": "x", "flags": ["fatal"]], "Call-ID not found or tags didn't match"),
            (["command": "offer", "from-tag": "a", "sdp": "v=0"], "Error rewriting SDP"),
            (["command": "offer", "from-tag": "x", "to-tag": "y", "sdp": .string(SDPText.pcmu(4_000))], "Invalid dialogue association"),
            (["command": "answer", "from-tag": "a", "to-tag": "b", "sdp": "v=1"], "Failed to parse SDP"),
            (["command": "offer", "from-tag": "a", "flags": ["fragment"], "sdp": "m=audio"], "Failed to parse SDP"),
        ]
        for (command, expected) in commands {
            var command = command
            command["call-id"] = "call"
            #expect(result(try await test.request(command)) == expected, "\(command)")
            #expect(test.usedPorts == used)
        }
        #expect(await session.plan == before)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["file"])
        #expect(try await test.answer()["result"] == "ok")
        await test.shutdown()
        #expect(test.usedPorts == 0)
    }

    /// A recording that cannot have all of its files has none of them.
    @Test func aRecordingOfWhichOneFileCannotBeOpened() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("rtpbridge-\(UInt32.random(in: 0 ... .max))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        // A file where the notes' directory would have to be.
        try Data().write(to: folder.appendingPathComponent("tmp"))
        let test = try await TestRegistry(ports: 27_720...27_739)
        #expect(try await test.offer()["result"] == "ok")
        let reply = try await test.request([
            "command": "start recording", "call-id": "call", "recording-dir": .string(folder.path),
        ])
        #expect(reply["result"] == "ok" && reply["warning"]?.text?.hasPrefix("not recorded: ") == true)
        // Directories that were made on the way stay.
        let left = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
        #expect(left.filter { $0.contains(".") || $0 == "tmp" } == ["tmp"])
        await test.shutdown()
    }

    /// An answer's text is read before its call is looked for.
    @Test(arguments: [
        ("hello", "Failed to parse SDP"), ("v=0\nm=audio 1 RTP/AVP 0\n", "Incomplete SDP specification"),
        ("v=0\n", "Unknown call-id"), (SDPText.pcmu(4_000), "Unknown call-id"),
    ])
    func anAnswerToNobody(_ sdp: String, _ expected: String) async throws {
        let test = try await TestRegistry(ports: 27_920...27_929)
        #expect(result(try await test.answer(sdp: sdp)) == expected)
        #expect(await test.registry.count == 0)
        await test.shutdown()
    }

    // MARK: Order

    /// The call is deleted while a recording for it is read, and asked of while it is deleted: each command is answered once.
    @Test func commandsBehindAReadFile() async throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("rtpbridge-read-\(UInt32.random(in: 0 ... .max)).wav")
        try Data(toneFile(milliseconds: 5_000)).write(to: url)
        defer { try? FileManager.default.removeItem(at: url) }
        for end in ["delete", "terminate", "shutdown"] {
            let test = try await TestRegistry(ports: 27_740...27_779)
            #expect(try await test.offer()["result"] == "ok")
            #expect(try await test.answer()["result"] == "ok")
            let play = try NGRequest(["command": "play media", "call-id": "call", "from-tag": "a", "file": .string(url.path)]).command
            let query = try NGRequest(["command": "query", "call-id": "call"]).command
            let delete = try NGRequest(["command": "delete", "call-id": "call", "delete-delay": 0, "flags": ["fatal"]]).command
            let replies = await Replies.of(test.registry, [play, query], ending: end, delete, behind: Array(repeating: query, count: 3_000))
            #expect(replies.first == "ok" && replies[1] == "ok")
            #expect(replies.count == 3_003)
            #expect(replies.suffix(3_000).allSatisfy { $0 == "Unknown call-id" })
            #expect(test.usedPorts == 0)
            #expect(await test.registry.count == 0)
            await test.shutdown()
        }
    }

    /// Collects what is replied to commands that are given at once.
    @ControlActor
    private final class Replies {
        private var texts: [String?]
        private var missing: Int
        private var done: CheckedContinuation<Void, Never>?

        private init(_ count: Int) {
            texts = Array(repeating: nil, count: count)
            missing = count
        }

        static func of(
            _ registry: CallRegistry, _ first: [NGCommand], ending end: String, _ delete: NGCommand, behind rest: [NGCommand]
        ) async -> [String?] {
            let replies = Replies(first.count + 1 + rest.count)
            for (place, command) in first.enumerated() { registry.dispatch(command) { replies.take($0, place) } }
            switch end {
            case "terminate": registry.terminate(Array(registry.byCallID.values))
            case "shutdown": Task { await registry.shutdown() }
            default: break
            }
            // `shutdown` posts in a task of its own.
            if end == "shutdown" { await Task.yield() }
            registry.dispatch(delete) { replies.take($0, first.count) }
            for (place, command) in rest.enumerated() { registry.dispatch(command) { replies.take($0, first.count + 1 + place) } }
            await withCheckedContinuation { continuation in
                replies.done = continuation
                replies.check()
            }
            return replies.texts
        }

        private func take(_ reply: NGReply, _ place: Int) {
            #expect(texts[place] == nil, "a second reply")
            texts[place] = (reply.dictionary["error-reason"] ?? reply.dictionary["result"])?.text
            missing -= 1
            check()
        }

        private func check() {
            guard missing == 0 else { return }
            done?.resume()
            done = nil
        }
    }
}
