import Foundation
import Glibc
import Logging
@testable import rtpbridge
import Testing

@Suite struct LogTests {
    @Test func fieldsStandBehindOrInFront() {
        var format = LogFormat()
        let fields: Logger.Metadata = ["call-id": "a b", "tag": "t\"", "subsystem": "ice", "n": "1"]
        #expect(format.lines("hello", fields) == ["hello call-id=a b n=1 tag=t\""])
        format.fields = .inFront
        #expect(format.lines("hello", fields) == ["call-id=\"a b\" n=\"1\" tag=\"t'\" hello"])
        format.mark = ("<", ">")
        #expect(format.lines("hello", ["call-id": "x", "n": "1"]) == ["call-id=\"<x>\" n=\"1\" hello"])
    }

    @Test func linesAreEscapedSplitAndBroken() {
        var format = LogFormat()
        #expect(format.lines("a\r\nb\u{1b}", ["tag": "x\ny"]) == ["a\\r\\nb\\x1b tag=x\\ny"])
        format.splits = true
        #expect(format.lines("a\nb", ["tag": "x\ny"]) == ["a tag=x\\ny", "b tag=x\\ny"])
        format = LogFormat()
        format.maximumLength = 4
        #expect(format.lines("abcdefgh€", [:]) == ["abcd", "efgh", "€"])
        #expect(format.lines("€€", [:]) == ["€", "€"])
        #expect(format.lines("abcd", [:]) == ["abcd"])
    }

    @Test func levelsAreTheSubsystemsOwnOrAll() {
        let levels = LogLevels()
        #expect(levels["ice"] == 6 && levels["nonsense"] == nil && levels.threshold == .info)
        levels["ice"] = 7
        #expect(levels["ice"] == 7 && levels["core"] == 6 && levels.threshold == .trace)
        levels.level = 4
        #expect(levels["core"] == 4 && levels["ice"] == 7)
        levels.shift(by: -1)
        #expect(levels["core"] == 3 && levels["ice"] == 6)
        levels.shift(by: -9)
        #expect(levels["core"] == 0 && levels["ice"] == 0)
        levels.setAll(99)
        #expect(levels["core"] == 7 && levels["ice"] == 7 && !levels.hasOwn("ice"))
    }

    @Test func optionsSetLevels() throws {
        let levels = LogLevels()
        try Settings(Arguments(["-L", "4", "--log-level-crypto=7"]), nil).setLogLevels(levels)
        #expect(levels["core"] == 4 && levels["crypto"] == 7)
    }

    /// A logger under test writes to a socket in place of syslog's.
    @Test func syslogGetsWhatTheLevelsWant() throws {
        let server = try #require(DatagramServer("rtpbridge-syslog-\(getpid())"))
        let settings = try Settings(
            Arguments(["--log-facility=local1", "--log-facility-cdr=local2", "--log-name=bridge", "-L", "5", "--log-level-ice=6"]), nil)
        let handler = settings.makeLogHandler(syslogPath: server.path)
        settings.setLogLevels()
        defer { LogLevels.shared.setAll(6) }
        #expect(!handler.isOnStderr)
        var logger = Logger(label: "test") { _ in handler }
        logger.info("not wanted")
        logger.info("pair nominated", metadata: ["subsystem": "ice", "tag": "a"])
        logger.notice("ended", metadata: ["subsystem": "cdr"])
        logger.logLevel = .debug
        logger.debug("of a call that is looked at")
        let lines = server.receive()
        #expect(lines.count == 3)
        // local1 is 17, local2 18: facility * 8 + level.
        #expect(lines.first?.hasPrefix("<142>") == true && lines.first?.hasSuffix(" bridge[\(getpid())]: pair nominated tag=a") == true)
        #expect(lines.dropFirst().first?.hasPrefix("<149>") == true)
        #expect(lines.last?.hasPrefix("<143>") == true)
    }

    @Test func withoutSyslogStderrHasTheLog() throws {
        #expect(try Settings(Arguments([]), nil).makeLogHandler(syslogPath: "/nonexistent").isOnStderr)
        #expect(try Settings(Arguments(["-E"]), nil).makeLogHandler().isOnStderr)
    }
}

/// A local datagram socket under a temporary path.
final class DatagramServer {
    let path: String
    private let descriptor: Int32

    init?(_ name: String) {
        path = NSTemporaryDirectory() + name
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
        unlink(path)
        guard descriptor >= 0, var address = UnixAddress(path), address.withPointer({ bind(descriptor, $0, $1) }) == 0 else { return nil }
    }

    deinit {
        close(descriptor)
        unlink(path)
    }

    /// What is there.
    func receive() -> [String] {
        var lines: [String] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let length = recv(descriptor, &buffer, buffer.count, 0)
            guard length >= 0 else { return lines }
            lines.append(String(decoding: buffer[..<length], as: UTF8.self))
        }
    }
}
