import Foundation
import Glibc

/// A blocking UDP socket on loopback, waited for away from the threads that run tasks.
final class UDPSocket: Sendable {
    let descriptor: Int32
    let port: UInt16

    struct Failure: Error { var errno: Int32 }

    /// - Parameter ip: dotted quad.
    init(_ ip: String = "127.0.0.1") throws {
        let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        var address = Self.address(ip, 0)
        var timeout = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        let result = withUnsafePointer(to: &address) { Self.system($0) { bind(descriptor, $0, $1) } }
        guard descriptor >= 0, result == 0 else { throw Failure(errno: errno) }
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        self.descriptor = descriptor
        port = UInt16(bigEndian: address.sin_port)
    }

    deinit { close(descriptor) }

    func send(_ bytes: [UInt8], to ip: String = "127.0.0.1", port: UInt16) {
        var address = Self.address(ip, port)
        _ = withUnsafePointer(to: &address) { Self.system($0) { sendto(descriptor, bytes, bytes.count, 0, $0, $1) } }
    }

    /// The next datagram and the address that it came from; `nil` after ten seconds.
    func receive() async -> (bytes: [UInt8], from: String)? {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: self.receiveNow()) }
        }
    }

    private func receiveNow() -> (bytes: [UInt8], from: String)? {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        var source = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let count = withUnsafeMutablePointer(to: &source) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { recvfrom(descriptor, &buffer, buffer.count, 0, $0, &length) }
        }
        guard count >= 0 else { return nil }
        let ip = (0..<4).map { String(UInt32(bigEndian: source.sin_addr.s_addr) >> UInt32(24 - 8 * $0) & 0xff) }.joined(separator: ".")
        return (Array(buffer[..<count]), ip)
    }

    private static func address(_ ip: String, _ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = inet_addr(ip)
        return address
    }

    private static func system<R>(_ address: UnsafePointer<sockaddr_in>, _ body: (UnsafePointer<sockaddr>, socklen_t) -> R) -> R {
        address.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
    }
}
