import Foundation
import Glibc
import MediaCore
@testable import MediaIO
import Testing
import Wire

/// Recordings of real calls in real files.
@Suite struct RecordingWriterTests {
    private static func names(_ directory: TemporaryDirectory) -> RecordingNames {
        var names = RecordingNames()
        names.capture = "\(directory.path)/pcaps/call.pcap"
        names.audio = "\(directory.path)/call.wav"
        names.unfinishedNotes = "\(directory.path)/tmp/meta.tmp"
        names.notes = "\(directory.path)/metadata/meta.txt"
        return names
    }

    private func end(isKept: Bool = true, callIsOver: Bool = true, metadata: String? = "k:v|a:b") -> RecordingEnd {
        RecordingEnd(
            callBegan: 1_795_291_026_904_705, ended: 1_795_291_027_951_078, callIsOver: callIsOver, metadata: metadata, isKept: isKept)
    }

    private func open(_ directory: TemporaryDirectory) throws -> RecordingFiles {
        try RecordingFiles(opening: Self.names(directory)) { Issue.record("\($0)") }
    }

    /// A call with a tone from both sides, ended at once: everything that was heard until then is in its files.
    @Test(arguments: PacketInterface.testable) func aCallIsInItsFilesWhenItHasEnded(_ interface: PacketInterface) async throws {
        let directory = try TemporaryDirectory()
        let engine = MediaEngine(.testing(interface, threads: 1)) { _, _ in }
        try engine.start()
        let pool = PortPool(address: try #require(IPAddress("127.11.\(interface.octet).40")), range: 20_000...20_099)
        var call = try #require(try await RelayCall(engine, pool))
        let id = engine.recordings.makeID()
        try engine.recordings.begin(try open(directory), as: id)
        call.plan.recording = RecordingPlan(id: id, packets: .received, sampleRate: 8000)
        #expect(await call.handle.apply(call.plan))
        for number in 1...20 {
            call.left.send(RelayCall.packet(number), to: call.leftSocket)
            _ = try #require(call.right.receive())
        }
        #expect(await call.handle.end() != nil)
        engine.recordings.end(id, end())
        engine.shutdown()
        #expect(engine.statistics.map(\.recordingLosses) == [0])
        let capture = try Capture(try directory.bytes("pcaps/call.pcap"))
        #expect(capture.packets.map { Array($0.dropFirst(28)) } == (1...20).map(RelayCall.packet))
        let sound = try Sound(try directory.bytes("call.wav"))
        #expect(sound.left.contains { $0 != 0 } && sound.right.allSatisfy { $0 == 0 })
        // The packets came faster than they are played, and the jitter buffer makes up for it.
        #expect(sound.left.count == sound.right.count && sound.left.count % 160 == 0)
        #expect(sound.statedLength == 4 * sound.left.count)
        #expect(directory.exists("metadata/meta.txt") && !directory.exists("tmp/meta.tmp"))
    }

    /// The text beside it has rtpengine's form.
    @Test func notesTellOfTheCall() throws {
        let directory = try TemporaryDirectory()
        let writer = RecordingWriter()
        try writer.begin(try open(directory), as: 1)
        writer.describe(1, RecordedDescription(kind: "offer", sdp: "v=0\r\n", time: 1_795_291_026_961_004))
        writer.end(1, end())
        writer.stop()
        let text = String(decoding: try directory.bytes("metadata/meta.txt"), as: UTF8.self)
        #expect(text.hasPrefix("""
            \(directory.path)/pcaps/call.pcap


            Timestamp started ms: 1795291026961.004
            SDP mode: offer
            SDP before RTP packet: 1

            v=0\r

            Timestamp terminated ms(first monologue): 1795291027951.078


            """))
        #expect(text.contains("\ncall start time: 20") && text.contains("\ncall end time: 20"))
        #expect(text.hasSuffix("\n\n\nk:v|a:b\n"))
    }

    @Test func whatIsDiscardedIsGone() throws {
        let directory = try TemporaryDirectory()
        let writer = RecordingWriter()
        try writer.begin(try open(directory), as: 1)
        #expect(directory.exists("pcaps/call.pcap"))
        writer.end(1, end(isKept: false))
        writer.stop()
        for name in ["pcaps/call.pcap", "call.wav", "tmp/meta.tmp", "metadata/meta.txt"] { #expect(!directory.exists(name)) }
    }

    /// A file that is there already stays as it is.
    @Test func nothingIsWrittenOver() throws {
        let directory = try TemporaryDirectory()
        let first = try open(directory)
        let second = try open(directory)
        #expect(first.names.audio?.hasSuffix("/call.wav") == true)
        #expect(second.names.audio?.hasSuffix("/call-1.wav") == true && second.names.capture?.hasSuffix("/call-1.pcap") == true)
        second.end(nil)
        first.end(nil)
    }

    @Test func whatCannotBeOpenedLeavesNothingBehind() throws {
        let directory = try TemporaryDirectory()
        var names = Self.names(directory)
        names.audio = "/proc/nothing/call.wav"
        #expect(throws: RecordingError.self) { try RecordingFiles(opening: names) { _ in } }
        #expect(!directory.exists("pcaps/call.pcap"))
        names.audio = "relative.wav"
        #expect(throws: RecordingError(path: "relative.wav", errno: EINVAL)) { try RecordingFiles(opening: names) { _ in } }
    }

    @Test func whatCannotBeWrittenIsGivenUp() throws {
        let directory = try TemporaryDirectory()
        var file = try OutputFile(creating: "\(directory.path)/file")
        file.finish(keeps: true)
        file.buffer = [1]
        file.flush()
        #expect(file.failure == EBADF && file.buffer.isEmpty)
        file.rewriteHead([1])
        #expect(file.failure == EBADF)
    }

    /// A file of a process that was killed says how long it is, but for the last second.
    @Test func theHeaderIsRightBeforeTheEnd() throws {
        let directory = try TemporaryDirectory()
        let files = try open(directory)
        files.take(.silence(5 * 8000))
        files.flush()
        let sound = try Sound(try directory.bytes("call.wav"))
        #expect(sound.statedLength == 4 * 5 * 8000 && sound.left.count == 5 * 8000)
        files.take(.silence(100))
        files.flush()
        #expect(try Sound(try directory.bytes("call.wav")).statedLength == 4 * 5 * 8000)
        files.end(nil)
        #expect(try Sound(try directory.bytes("call.wav")).statedLength == 4 * (5 * 8000 + 100))
    }

    /// While nobody writes there are so many blocks and no more.
    @Test func blocksAreBounded() {
        let writer = RecordingWriter()
        var blocks: [RecordingBlock] = []
        while blocks.count < 1000, let block = writer.exchange(nil) { blocks.append(block) }
        #expect(blocks.count == RecordingWriter.maximumBlocks)
        writer.giveBack(blocks.removeLast())
        #expect(writer.exchange(nil) != nil && writer.exchange(nil) == nil)
    }

    /// A recording that nobody has ended is complete when the daemon stops.
    @Test func theEndOfTheDaemonIsTheEndOfItsRecordings() throws {
        let directory = try TemporaryDirectory()
        let writer = RecordingWriter()
        try writer.begin(try open(directory), as: 1)
        writer.stop()
        #expect(try Sound(try directory.bytes("call.wav")).statedLength == 0)
        #expect(directory.exists("metadata/meta.txt"))
    }
}

/// A directory that goes with its test.
final class TemporaryDirectory {
    let path: String

    init() throws {
        var template = Array("/tmp/rtpbridge-test-XXXXXX".utf8CString)
        path = String(cString: try #require(mkdtemp(&template)))
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func exists(_ name: String) -> Bool { access("\(path)/\(name)", F_OK) == 0 }

    func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(name)")))
    }
}

/// A capture file.
struct Capture {
    /// From the IP header on, where there is no link layer.
    var packets: [[UInt8]] = []

    init(_ bytes: [UInt8]) throws {
        var offset = 24
        while offset + 16 <= bytes.count {
            let length = Int(bytes[offset + 8]) | Int(bytes[offset + 9]) << 8
            try #require(offset + 16 + length <= bytes.count)
            packets.append(Array(bytes[(offset + 16)..<(offset + 16 + length)]))
            offset += 16 + length
        }
        try #require(offset == bytes.count)
    }
}

/// A WAVE file with two channels.
struct Sound {
    var left: [Int16] = []
    var right: [Int16] = []
    /// By the header [bytes].
    var statedLength: Int

    init(_ bytes: [UInt8]) throws {
        try #require(bytes.count >= 44 && bytes[22] == 2)
        statedLength = (0..<4).reduce(0) { $0 | Int(bytes[40 + $1]) << (8 * $1) }
        for place in stride(from: 44, to: bytes.count - 3, by: 4) {
            left.append(Int16(bitPattern: UInt16(bytes[place]) | UInt16(bytes[place + 1]) << 8))
            right.append(Int16(bitPattern: UInt16(bytes[place + 2]) | UInt16(bytes[place + 3]) << 8))
        }
    }
}
