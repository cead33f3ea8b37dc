@testable import ControlPlane
import Foundation
import NGProtocol
import Testing

/// `play media`, `stop media` and `play DTMF`.
@Suite struct PlayingTests {
    private static let toB: NGDictionary = ["from-tag": "b"]

    private func with(_ a: NGDictionary, _ b: NGDictionary) -> NGDictionary {
        var result = a
        for entry in b.entries { result.append(entry.key, entry.value) }
        return result
    }

    /// The next packet of `b` that is neither silence nor what `a` says.
    private func isTone(_ payload: [UInt8]) -> Bool { Set(payload).count > 4 }

    @Test(arguments: ["file", "blob", "blob64"])
    func aRecordingIsHeardInPlaceOfTheOther(_ source: String) async throws {
        let file = toneFile(milliseconds: 1_500)
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("tone-\(UInt64.random(in: 0 ... .max)).wav")
        try Data(file).write(to: url)
        defer { try? FileManager.default.removeItem(at: url) }
        let value: NGValue = switch source {
        case "file": .string(url.path)
        case "blob": .bytes(file)
        default: .string(Data(file).base64EncodedString())
        }
        try await TestPlane.with { test async throws in
            var call = try MediaCall(test, ip: "127.0.2.1")
            try await call.setUp()
            let reply = try await call.command("play media", with(Self.toB, [source: value]))
            #expect(reply == ["duration": 1_500, "result": "ok"])
            #expect(isTone(try await call.next(.b).payload))
            try await call.speak(.a, 7)
            for _ in 0..<5 { #expect(isTone(try await call.next(.b).payload)) }
            let stopped = try await call.command("stop media", Self.toB)
            #expect(stopped["result"] == "ok")
            #expect((stopped["last-frame-pos"]?.number ?? 0) >= 80)
            try await call.speak(.a, 9)
            // What had left before the command is still on its way.
            var packet = try await call.next(.b)
            while isTone(packet.payload) { packet = try await call.next(.b) }
            #expect(packet.payload.first == 9)
            #expect(try await call.refusal("stop media", Self.toB) == "Not currently playing media")
        }
    }

    /// At its end the other party is heard again, without a command.
    @Test(arguments: [(["repeat-times": 2], 4), (["repeat-duration": 60], 3), (["start-pos": 20], 1), ([:], 2)] as [(NGDictionary, Int)])
    func howLong(_ options: NGDictionary, _ packets: Int) async throws {
        try await TestPlane.with { test async throws in
            var call = try MediaCall(test, ip: "127.0.2.2")
            try await call.setUp()
            let source: NGDictionary = ["blob": .bytes(toneFile(milliseconds: 40))]
            #expect(try await call.command("play media", with(with(Self.toB, source), options))["duration"] == 40)
            for _ in 0..<packets { #expect(isTone(try await call.next(.b).payload)) }
            while try await call.command("query")["result"] == "ok", await test.isPlaying() {}
            try await call.speak(.a, 9)
            #expect(try await call.sample(.b) == 9)
            #expect(try await call.refusal("stop media", Self.toB) == "Not currently playing media")
        }
    }

    @Test func everybodyHearsIt() async throws {
        try await TestPlane.with { test async throws in
            var call = try MediaCall(test, ip: "127.0.2.3")
            try await call.setUp()
            #expect(try await call.refusal("play media", ["flags": ["all"], "blob": .bytes(toneFile(milliseconds: 100))]) == nil)
            #expect(isTone(try await call.next(.a).payload))
            #expect(isTone(try await call.next(.b).payload))
        }
    }

    @Test func refusals() async throws {
        try await TestPlane.with { test async throws in
            var call = try MediaCall(test, ip: "127.0.2.4")
            for name in ["play media", "stop media", "play DTMF"] { #expect(try await call.refusal(name) == "Unknown call-ID") }
            try await call.setUp()
            for name in ["play media", "stop media", "play DTMF"] {
                #expect(try await call.refusal(name, ["file": "/nowhere", "code": 99]) == "No participant party specified")
                #expect(try await call.refusal(name, ["from-tag": "x", "code": 99]) == "From-tag given, but no such tag exists")
                #expect(try await call.refusal(name, ["label": "x"]) == "No monologue matching the given label")
            }
            #expect(try await call.refusal("play media", Self.toB) == "No media file specified")
            for (key, value, text) in [
                ("file", "/nowhere.wav", "file"), ("blob", "RIFFno", "blob"), ("blob64", "?", "blob"), ("db-id", "7", "database"),
            ] {
                let refusal = try await call.refusal("play media", with(Self.toB, [key: .string(value)]))
                #expect(refusal == "Failed to start media playback from \(text)")
            }
            #expect(try await call.refusal("stop media", Self.toB) == "Not currently playing media")
            #expect(try await call.refusal("play DTMF", Self.toB) == "Out of range 'code' specified")
            #expect(try await call.refusal("play DTMF", with(Self.toB, ["code": 16])) == "Out of range 'code' specified")
        }
    }

    /// The other party gets the digit as an event, as if it had been pressed.
    @Test(arguments: [("#", 11), ("5", 5), ("A", 12)])
    func aDigitAsAnEvent(_ digit: String, _ code: UInt8) async throws {
        try await TestPlane.with { test async throws in
            var call = try MediaCall(test, ip: "127.0.2.5")
            try await call.setUp(offer: ["flags": ["inject-DTMF"]], answer: ["flags": ["inject-DTMF"]])
            let reply = try await call.command("play DTMF", ["from-tag": "a", "digit": .string(digit), "duration": 100, "volume": -20])
            #expect(reply == ["result": "ok"])
            var packet = try await call.next(.b)
            #expect(packet.payloadType == 101 && packet.payload.first == code && packet.payload[1] == 20)
            while packet.payload[1] < 0x80 { packet = try await call.next(.b) }
            #expect(Int(packet.payload[2]) << 8 | Int(packet.payload[3]) == 800)
            // And as one that has been heard of: nothing of it comes back.
            try await call.speak(.b, 3)
            #expect(try await call.sample(.a) == 3)
        }
    }

    @Test func aDigitAsATone() async throws {
        try await TestPlane.with { test async throws in
            var call = try MediaCall(test, ip: "127.0.2.6")
            let plain = { (port: UInt16) in
                SDPText.pcmu(port, ip: "127.0.2.6").replacing(" 101\n", with: "\n").replacing("a=rtpmap:101 telephone-event/8000\n", with: "")
            }
            try await call.setUp(sdpB: plain(call.b.port))
            #expect(try await call.refusal("play DTMF", ["from-tag": "a", "code": 5, "duration": 100]) == nil)
            for _ in 0..<4 {
                let packet = try await call.next(.b)
                #expect(packet.payloadType == 0 && isTone(packet.payload))
            }
        }
    }

    @Test func nobodyIsThereToHearADigit() async throws {
        try await TestPlane.with { test async throws in
            let call = try MediaCall(test, ip: "127.0.2.7")
            _ = try await test.offer("call", [:], sdp: SDPText.pcmu(call.a.port, ip: call.ip))
            #expect(try await call.refusal("play DTMF", ["from-tag": "b", "code": 5]) == "From-tag given, but no such tag exists")
        }
    }
}

extension TestPlane {
    /// The call `call` has a recording to play.
    fileprivate func isPlaying() async -> Bool { await session?.controls.playing.isEmpty == false }
}
