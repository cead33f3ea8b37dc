@testable import ControlPlane
import Foundation
import MediaIO
import NGProtocol
import Testing

/// `start recording` and its like, and the files that come of them.
@Suite struct RecordingTests {
    private let directory = FileManager.default.temporaryDirectory
        .appendingPathComponent("rtpbridge-rec-\(UInt64.random(in: 0 ... .max))").path

    private func with(
        _ method: RecordingConfiguration.Method? = .all, _ body: @escaping (TestPlane) async throws -> Void
    ) async throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try await TestPlane.with({ configuration in
            guard let method else { return }
            var recording = RecordingConfiguration(directory: directory)
            recording.method = method
            configuration.recording = recording
        }, body)
    }

    /// Paths below the directory, without the number that tells recordings apart.
    private func files() -> [String] {
        let found = (FileManager.default.enumerator(atPath: directory)?.allObjects as? [String] ?? []).filter { $0.contains(".") }
        return found.map { $0.replacing(/-[0-9a-f]{16}/, with: "-N") }.sorted()
    }

    private func contents(_ suffix: String) throws -> [UInt8] {
        let all = FileManager.default.enumerator(atPath: directory)?.allObjects as? [String] ?? []
        let name = try #require(all.first { $0.hasSuffix(suffix) })
        return Array(try Data(contentsOf: URL(fileURLWithPath: "\(directory)/\(name)")))
    }

    /// What the writer does, it does soon.
    private func wait(for files: [String]) async throws {
        for _ in 0..<500 where self.files() != files { try await Task.sleep(for: .milliseconds(10)) }
        #expect(self.files() == files)
    }

    private static let kept = ["call-N-mix.wav", "metadata/rtpengine-meta-call-N.txt", "pcaps/call-N.pcap"]
    private static let begun = ["call-N-mix.wav", "pcaps/call-N.pcap", "tmp/rtpengine-meta-call-N.tmp"]

    @Test func fromStartToStop() async throws {
        try await with { test async throws in
            var call = try MediaCall(test, ip: "127.0.3.1")
            try await call.setUp()
            try await call.speak(.a, 1)
            #expect(try await call.command("query")["recording"] == nil)
            #expect(try await call.command("start recording", ["metadata": "k:v|a:b"]) == ["result": "ok"])
            #expect(files() == Self.begun)
            for number in 2...5 { try await call.speak(.a, UInt8(number)) }
            try await call.speak(.b, 9)
            let query = try await call.command("query")
            #expect(query["recording"] == ["call recording": 1, "forwarding": 0] && query["metadata"] == "k:v|a:b")
            // A second one is the same.
            #expect(try await call.command("start recording") == ["result": "ok"])
            #expect(try await call.command("stop recording") == ["result": "ok"])
            try await call.speak(.a, 6)
            #expect(try await call.command("stop recording") == ["result": "ok"])
            #expect(try await call.command("query")["recording"] == nil)
            try await wait(for: Self.kept)
            let packets = capturedPackets(try contents(".pcap"))
            #expect(packets.map(\.last) == [2, 3, 4, 5, 9])
            let notes = String(decoding: try contents(".txt"), as: UTF8.self)
            #expect(notes.hasPrefix("\(directory)/pcaps/call-") && notes.contains("call start time: "))
            #expect(notes.contains("(first monologue): 0.000\n") && notes.hasSuffix("\n\n\nk:v|a:b\n"))
            #expect(Array(try contents(".wav").prefix(4)) == Array("RIFF".utf8))
        }
    }

    /// From the offer on, with the descriptions beside it, until the call ends.
    @Test func recordCallInAnOffer() async throws {
        try await with(.pcap) { test async throws in
            var call = try MediaCall(test, ip: "127.0.3.2")
            let set = try await call.setUp(offer: ["record-call": "on"])
            #expect(set.offer["result"] == "ok" && set.offer["warning"] == nil)
            try await call.speak(.a, 1)
            let reply = try await call.command("delete", ["from-tag": "a", "delete-delay": 0])
            #expect(reply["recording"] == ["call recording": 1, "forwarding": 0])
            try await wait(for: ["metadata/rtpengine-meta-call-N.txt", "pcaps/call-N.pcap"])
            let notes = String(decoding: try contents(".txt"), as: UTF8.self)
            let offer = try #require(notes.range(of: "SDP mode: offer\nSDP before RTP packet: 1\n\nv=0"))
            let answer = try #require(notes.range(of: "SDP mode: answer\nSDP before RTP packet: 1\n\nv=0"))
            #expect(offer.lowerBound < answer.lowerBound)
            #expect(notes.contains("m=audio \(call.portOfB) ") && notes.contains("m=audio \(call.portOfA) "))
            #expect(!notes.contains("(first monologue): 0.000"))
        }
    }

    @Test func recordCallOffInAnAnswer() async throws {
        try await with(.proc) { test async throws in
            var call = try MediaCall(test, ip: "127.0.3.3")
            try await call.setUp(offer: ["flags": ["record-call"]], answer: ["record-call": "off"])
            try await wait(for: ["call-N-mix.wav", "metadata/rtpengine-meta-call-N.txt"])
            #expect(try await call.command("query")["recording"] == nil)
        }
    }

    @Test func aPause() async throws {
        try await with(.pcap) { test async throws in
            var call = try MediaCall(test, ip: "127.0.3.4")
            try await call.setUp(offer: ["record-call": "on"])
            try await call.speak(.a, 1)
            #expect(try await call.command("pause recording") == ["result": "ok"])
            #expect(try await call.command("query").at("recording", "call recording") == 0)
            try await call.speak(.a, 2)
            #expect(try await call.command("start recording") == ["result": "ok"])
            try await call.speak(.a, 3)
            #expect(try await call.command("stop recording", ["pause": "yes"]) == ["result": "ok"])
            try await call.speak(.a, 4)
            #expect(try await call.command("stop recording", ["flags": ["pause"]]) == ["result": "ok"])
            #expect(try await call.command("stop recording") == ["result": "ok"])
            try await wait(for: ["metadata/rtpengine-meta-call-N.txt", "pcaps/call-N.pcap"])
            #expect(capturedPackets(try contents(".pcap")).map(\.last) == [1, 3])
        }
    }

    @Test func aDiscardedRecording() async throws {
        try await with { test async throws in
            var call = try MediaCall(test, ip: "127.0.3.5")
            try await call.setUp(offer: ["record-call": "yes"])
            try await wait(for: Self.begun)
            #expect(try await call.command("stop recording", ["flags": ["discard-recording"]]) == ["result": "ok"])
            try await wait(for: [])
            // The next one is another one.
            #expect(try await call.command("start recording") == ["result": "ok"])
            #expect(files() == Self.begun)
        }
    }

    @Test func anExcludedParty() async throws {
        try await with(.pcap) { test async throws in
            var call = try MediaCall(test, ip: "127.0.3.6")
            try await call.setUp(offer: ["record-call": "on", "flags": ["exclude-recording"]])
            try await call.speak(.a, 1)
            try await call.speak(.b, 2)
            let query = try await call.command("query")
            #expect(query.at("tags", "a", "recording", "excluded") == 1 && query.at("tags", "b", "recording", "excluded") == 0)
            _ = try await call.command("stop recording")
            try await wait(for: ["metadata/rtpengine-meta-call-N.txt", "pcaps/call-N.pcap"])
            #expect(capturedPackets(try contents(".pcap")).map(\.last) == [2])
        }
    }

    /// rtpengine calls none of this an error.
    @Test func whatCannotBeRecordedIsAWarning() async throws {
        try await with(nil) { test async throws in
            var call = try MediaCall(test, ip: "127.0.3.7")
            let set = try await call.setUp(offer: ["record-call": "on"])
            #expect(set.offer["result"] == "ok" && set.offer["sdp"] != nil && set.offer["warning"] == nil)
            #expect(try await call.command("start recording") == ["result": "ok"])
            let relative = try await call.command("start recording", ["recording-file": "x.wav"])
            #expect(relative["result"] == "ok" && relative["warning"] == "not recorded: its path must be absolute")
            let impossible = try await call.command("start recording", ["recording-dir": "/proc/nothing"])
            #expect(impossible["result"] == "ok" && impossible["warning"]?.text?.hasPrefix("not recorded: cannot write /proc/") == true)
            #expect(try await call.command("query")["recording"] == nil)
        }
        try await with { test async throws in
            #expect(try await test.request(["command": "start recording", "call-id": "x"])
                == ["result": "error", "error-reason": "Unknown call-id"])
            #expect(try await test.request(["command": "stop recording"]) == ["result": "error", "error-reason": "No call-id in message"])
        }
    }

    @Test func aFileOfItsOwn() async throws {
        try await with(nil) { test async throws in
            var call = try MediaCall(test, ip: "127.0.3.8")
            try await call.setUp()
            #expect(try await call.command("start recording", ["recording-file": .string("\(directory)/own.wav")]) == ["result": "ok"])
            try await call.speak(.a, 1)
            _ = try await call.command("stop recording")
            try await wait(for: ["own.wav"])
            #expect(try await call.command("start recording", ["recording-file": .string("\(directory)/own.pcap")]) == ["result": "ok"])
            _ = try await call.command("stop recording")
            try await wait(for: ["own.pcap", "own.wav"])
        }
    }

    /// What a call-id has that a name cannot have.
    @Test func callIDsAreNames() {
        let names = RecordingNames(
            RecordingOptions(), RecordingConfiguration(directory: "/r"), callID: "c1/x y@ü", number: 0xf1, sampleRate: 8000)
        #expect(names?.capture == "/r/pcaps/c1%2Fx%20y%40%C3%BC-00000000000000f1.pcap")
        let long = RecordingNames(
            RecordingOptions(), RecordingConfiguration(directory: "/r"), callID: String(repeating: "/", count: 1000), number: 1,
            sampleRate: 8000)
        #expect((long?.unfinishedNotes?.utf8.count ?? 999) < 255)
    }

    /// UDP payloads of a capture file without a link layer.
    private func capturedPackets(_ bytes: [UInt8]) -> [[UInt8]] {
        var packets: [[UInt8]] = []
        var offset = 24
        while offset + 16 <= bytes.count {
            let length = Int(bytes[offset + 8]) | Int(bytes[offset + 9]) << 8
            packets.append(Array(bytes[(offset + 16)..<(offset + 16 + length)].dropFirst(28)))
            offset += 16 + length
        }
        return packets
    }
}
