import Codecs
@testable import ControlPlane
import Foundation
import Logging
import MediaCore
import Negotiation
import NGProtocol
import Testing
import Wire

/// What the flag `whatsapp` adds to replies, and the commands around it; the real engine on loopback.
@Suite struct WhatsAppCommandTests {
    private static let flags: NGDictionary = ["flags": ["whatsapp", "early-answer", "hold-until-accept"]]

    @Test func anEarlyAnswerIsGivenTwice() async throws {
        try await TestPlane.with { test in
            let offer = try await test.offer("call", Self.flags, sdp: Self.meta)
            #expect(offer["result"] == "ok", "\(offer)")
            let early = try #require(offer["sdp-answer"]?.text)
            #expect(early.contains("opus/48000/2") && early.contains("a=setup:active"))
            #expect(SDPText.port(offer["sdp"]) != nil)
            let pcma = SDPText.pcmu(4002).replacing("0 PCMU", with: "8 PCMA").replacing(" 0 101", with: " 8 101")
            let answer = try await test.answer("call", sdp: pcma)
            #expect(answer["sdp"]?.text == early)
            _ = try await test.request(["command": "delete", "call-id": "call", "delete-delay": 0])
        }
    }

    /// Nobody answers ICE here, so the leg is not ready; its place in the reply is there all the same.
    @Test func aQueryTellsOfReadiness() async throws {
        try await TestPlane.with { test in
            _ = try await test.offer("call", Self.flags, sdp: Self.meta)
            let query = try await test.request(["command": "query", "call-id": "call"])
            #expect(query.at("tags", "a", "medias", "0", "media-ready") == .integer(0))
            guard case .dictionary = query.at("tags", "a", "medias", "0", "setup") else {
                Issue.record("no set-up times: \(query)")
                return
            }
            _ = try await test.request(["command": "delete", "call-id": "call", "delete-delay": 0])
        }
    }

    @Test func mediaIsLetThroughOnRequest() async throws {
        let test = try await TestRegistry(ports: 22_000...22_099)
        _ = try await test.request([
            "command": "offer", "call-id": "call", "from-tag": "a", "sdp": .string(Self.meta),
            "flags": ["whatsapp", "early-answer", "hold-until-accept"],
        ])
        let stranger: NGDictionary = ["command": "unblock media", "call-id": "call", "from-tag": "nobody", "flags": ["directional"]]
        #expect(try await test.request(stranger)["error-reason"] == "From-tag given, but no such tag exists")
        #expect(try await test.request(["command": "unblock media", "call-id": "other"])["error-reason"] == "Unknown call-ID")
        let session = try #require(await test.registry.byCallID["call"])
        #expect(await session.plan.media.contains { $0.isGated })
        #expect(try await test.request(["command": "unblock media", "call-id": "call"])["result"] == "ok")
        #expect(await !session.plan.media.contains { $0.isGated })
        #expect(try await test.request(["command": "unblock media", "call-id": "call"])["result"] == "ok", "once more does no harm")
        await test.shutdown()
    }

    /// A description that breaks one of Meta's rules; the reply and the log name it.
    @Test func theReportIsInTheReply() async throws {
        try await TestPlane.with { test in
            let broken = Self.meta.replacing("a=ice-lite\r\n", with: "").replacing("a=candidate:", with: "a=x-candidate:")
            let offer = try await test.offer("call", ["flags": ["whatsapp-from"]], sdp: broken)
            guard case .list(let report) = offer["sdp-report"], case .dictionary(let first) = report.first else {
                Issue.record("no report: \(offer)")
                return
            }
            for key in ["rule", "origin", "severity", "message", "remedy"] { #expect(first[key]?.text?.isEmpty == false, "\(key)") }
            let silent = try await test.offer("quiet", ["flags": ["whatsapp-from", "no-sdp-report"]], sdp: broken)
            #expect(silent["result"] == "ok" && silent["sdp-report"] == nil)
            for call in ["call", "quiet"] {
                _ = try await test.request(["command": "delete", "call-id": .string(call), "delete-delay": 0])
            }
        }
    }

    @Test func aRecordingThatIsNotThereHoldsNoCallUp() async throws {
        try await TestPlane.with { test in
            let reply = try await test.offer("call", ["flags": ["whatsapp"], "hold-file": "/nowhere/hold.wav"], sdp: Self.meta)
            #expect(reply["result"] == "ok")
            #expect(reply["warning"]?.text?.contains("/nowhere/hold.wav") == true)
            _ = try await test.request(["command": "delete", "call-id": "call", "delete-delay": 0])
        }
    }

    @Test func recordingsAreKeptAtBothRatesUntilTheyChange() async throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("hold-\(UInt64.random(in: 0 ... .max)).wav").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let library = RecordingLibrary()
        #expect(FileManager.default.createFile(
            atPath: path, contents: Data(WAVFile(samples: Array(repeating: 500, count: 8000), sampleRate: 8000).encoded)))
        let first = try await library.recording(path)
        #expect(first.narrowband.samples.count == 8000 && first.wideband.sampleRate == 16000)
        #expect((15_900...16_100).contains(first.wideband.samples.count))
        #expect(try await library.recording(path) == first)
        #expect(FileManager.default.createFile(
            atPath: path, contents: Data(WAVFile(samples: [1, 2, 3], sampleRate: 8000).encoded)))
        try FileManager.default.setAttributes([.modificationDate: Date(timeIntervalSince1970: 1)], ofItemAtPath: path)
        #expect(try await library.recording(path).narrowband.samples == [1, 2, 3])
        #expect(FileManager.default.createFile(atPath: path, contents: Data("no audio".utf8)))
        await #expect(throws: RecordingLibrary.Problem.self) { try await library.recording(path) }
    }

    /// None of these may hold a call up, or fill the memory.
    @Test func whatIsNoFileIsNotRead() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("hold-\(UInt64.random(in: 0 ... .max))").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let audio = Data(WAVFile(samples: Array(repeating: 500, count: 800), sampleRate: 8000).encoded)
        #expect(FileManager.default.createFile(atPath: folder + "/good.wav", contents: audio))
        #expect(mkfifo(folder + "/pipe", 0o600) == 0)
        // A tone of eleven minutes is a small file at 1000 Hz.
        let long = WAVFile(samples: Array(repeating: 0, count: 660_000), sampleRate: 1000).encoded
        #expect(FileManager.default.createFile(atPath: folder + "/long.wav", contents: Data(long)))
        let library = RecordingLibrary()
        for path in ["/dev/zero", folder, folder + "/pipe", folder + "/good.wav\0", folder + "/long.wav", ""] {
            await #expect(throws: RecordingLibrary.Problem.self, "\(path.printable)") { try await library.recording(path) }
        }
        #expect(try await library.recording(folder + "/good.wav").narrowband.samples.count == 800)
    }

    /// A link may stay the same when the file behind it does not.
    @Test func aLinkIsFollowed() async throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("hold-\(UInt64.random(in: 0 ... .max))").path
        defer { for end in [".wav", ".link"] { try? FileManager.default.removeItem(atPath: path + end) } }
        func write(_ samples: [Int16]) -> Bool {
            FileManager.default.createFile(atPath: path + ".wav", contents: Data(WAVFile(samples: samples, sampleRate: 8000).encoded))
        }
        let library = RecordingLibrary()
        #expect(write([1, 2, 3]))
        try FileManager.default.createSymbolicLink(atPath: path + ".link", withDestinationPath: path + ".wav")
        #expect(try await library.recording(path + ".link").narrowband.samples == [1, 2, 3])
        #expect(write([4, 5]))
        #expect(try await library.recording(path + ".link").narrowband.samples == [4, 5])
    }

    /// The end of a call, told to whoever listens.
    @Test func theVerdictIsSent() async throws {
        let listener = try UDPSocket()
        let target = try EventHost("127.0.0.1:\(listener.port)")
        try await TestPlane.with { configuration in
            configuration.events.udp = target
        } _: { test in
            _ = try await test.offer("call", ["flags": ["whatsapp"], "metadata": "m"], sdp: Self.meta)
            _ = try await test.answer("call")
            _ = try await test.request(["command": "delete", "call-id": "call", "delete-delay": 0])
            var text = ""
            // The PBX's leg is ready at once, and says so before.
            for _ in 0..<4 where !text.contains("ended") {
                text = String(decoding: try #require(await listener.receive()).bytes, as: UTF8.self)
            }
            for part in ["\"event\":\"ended\"", "\"call-id\":\"call\"", "\"metadata\":\"m\"", "\"reason\":\"deleted\""] {
                #expect(text.contains(part), "\(part) in \(text)")
            }
        }
    }

    /// As Meta's relay offers.
    private static let meta = [
        "v=0", "o=- 7602563789789945080 2 IN IP4 127.0.0.1", "s=-", "t=0 0", "a=group:BUNDLE audio",
        "a=msid-semantic: WMS 632a909f-1060-4369-96a4-7bd03e291ee7", "a=ice-lite",
        "m=audio 3480 UDP/TLS/RTP/SAVPF 111 126", "c=IN IP4 127.0.0.1", "a=rtcp:9 IN IP4 0.0.0.0",
        "a=candidate:1775469887 1 udp 2122260223 127.0.0.1 3480 typ host generation 0",
        "a=ice-ufrag:RmDDkfzkwbexPfbC", "a=ice-pwd:oRWenfNnDVSdBFJFMmKfVHfOt97sm0Xk",
        "a=fingerprint:sha-256 " + Array(repeating: "5A", count: 32).joined(separator: ":"),
        "a=setup:actpass", "a=mid:audio", "a=sendrecv", "a=msid:632a909f-1060-4369-96a4-7bd03e291ee7 WhatsAppTrack1", "a=rtcp-mux",
        "a=rtpmap:111 opus/48000/2", "a=fmtp:111 maxaveragebitrate=20000;maxplaybackrate=16000;minptime=20;useinbandfec=1",
        "a=rtpmap:126 telephone-event/8000", "a=maxptime:20", "a=ptime:20", "a=ssrc:849255537 cname:WhatsAppAudioStream1",
    ].map { $0 + "\r\n" }.joined()
}
