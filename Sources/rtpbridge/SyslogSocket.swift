import Glibc

/// The system's log: datagrams in the form of RFC 3164 to a local socket, as syslog(3) sends them.
final class SyslogSocket: Sendable {
    static let standardPath = "/dev/log"

    private let path: String
    private let name: String
    /// Always open; who connects anew puts another socket under the same number.
    private let descriptor: Int32

    /// - Parameter name: what the process is called in the log.
    /// - Returns: `nil` where there is no syslog.
    init?(path: String = standardPath, name: String) {
        guard let descriptor = Self.connected(to: path) else { return nil }
        self.path = path
        self.name = name
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// - Parameter priority: facility and level (RFC 3164 section 4.1.1).
    func send(_ line: String, priority: Int) {
        let datagram = Array("<\(priority)>\(Self.timestamp) \(name)[\(getpid())]: \(line)".utf8)
        let sent = Glibc.send(descriptor, datagram, datagram.count, Int32(MSG_NOSIGNAL))
        guard sent < 0, errno != EAGAIN, errno != EMSGSIZE else { return }
        // The log's daemon was started anew.
        guard let new = Self.connected(to: path) else { return }
        dup2(new, descriptor)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        close(new)
        _ = Glibc.send(descriptor, datagram, datagram.count, Int32(MSG_NOSIGNAL))
    }

    private static func connected(to path: String) -> Int32? {
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        guard var address = UnixAddress(path) else {
            close(descriptor)
            return nil
        }
        guard address.withPointer({ connect(descriptor, $0, $1) }) == 0 else {
            close(descriptor)
            return nil
        }
        return descriptor
    }

    /// Local time, as RFC 3164 section 4.1.2 has it.
    private static var timestamp: String {
        var now = time(nil)
        var parts = tm()
        localtime_r(&now, &parts)
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        func two(_ number: Int32, _ fill: String) -> String { number < 10 ? fill + String(number) : String(number) }
        let clock = [parts.tm_hour, parts.tm_min, parts.tm_sec].map { two($0, "0") }.joined(separator: ":")
        return "\(months[Int(parts.tm_mon) % 12]) \(two(parts.tm_mday, " ")) \(clock)"
    }
}

/// A path as an address of a local socket; a leading `@` means the abstract namespace (unix(7)).
struct UnixAddress {
    private var address = sockaddr_un()
    private var length: socklen_t

    init?(_ path: String) {
        var bytes = Array(path.utf8)
        guard !bytes.isEmpty, bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { return nil }
        let isAbstract = bytes[0] == UInt8(ascii: "@")
        if isAbstract { bytes[0] = 0 } else { bytes.append(0) }
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        length = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count)
    }

    mutating func withPointer<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        let length = length
        return withUnsafePointer(to: &address) { $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, length) } }
    }
}
