import Foundation
import Glibc

/// The daemon's executable, started with a command line.
struct DaemonProcess {
    struct Result {
        var status: Int32
        var stderr: String
        var stdout: String
    }

    /// Beside the tests' own.
    static let executable = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
        .deletingLastPathComponent().appendingPathComponent("rtpbridge")

    /// Runs until the process that was started has ended, which one in the background outlives.
    static func run(_ first: [String], _ more: String...) throws -> Result {
        let process = Process(), out = Pipe(), err = Pipe()
        process.executableURL = executable
        process.arguments = first + more
        process.standardOutput = out
        process.standardError = err
        process.standardInput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return Result(
            status: process.terminationStatus, stderr: String(decoding: err.fileHandleForReading.availableData, as: UTF8.self),
            stdout: String(decoding: out.fileHandleForReading.availableData, as: UTF8.self))
    }

    /// The process that stays in the background.
    var id: pid_t

    init?(pidfile: String) {
        guard let text = try? String(contentsOfFile: pidfile, encoding: .utf8),
              let id = pid_t(text.filter { !$0.isNewline }) else { return nil }
        self.id = id
    }

    var isRunning: Bool { kill(id, 0) == 0 && !isZombie }

    private var isZombie: Bool { (try? String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8))?.contains(") Z ") ?? true }

    /// - Returns: whether the condition came true within five seconds.
    func wait(until condition: () -> Bool) -> Bool {
        for _ in 0..<500 {
            if condition() { return true }
            usleep(10_000)
        }
        return false
    }

    /// Whether ng answers on a port of the loopback address.
    static func answers(port: UInt16) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var patience = timeval(tv_sec: 2, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        let request = Array("1 d7:command4:pinge".utf8)
        let sent = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(descriptor, request, request.count, 0, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        var reply = [UInt8](repeating: 0, count: 100)
        let length = recv(descriptor, &reply, reply.count, 0)
        return sent == request.count && length > 0 && String(decoding: reply[..<max(0, length)], as: UTF8.self).contains("pong")
    }
}
