import Glibc
@testable import MediaIO
import Wire

/// A blocking UDP socket on a loopback address: the far side of the engine's tests, or a process that has a port.
final class UDPPeer: Sendable {
    let address: TransportAddress
    private let descriptor: Int32

    /// - Parameter port: 0 lets the system choose.
    init?(_ host: String, port: UInt16 = 0) {
        guard let ip = IPAddress(host) else { return nil }
        let descriptor = socket(ip.family == .v4 ? AF_INET : AF_INET6, Int32(SOCK_DGRAM.rawValue), 0)
        // A test that waits this long has failed.
        var limit = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        let isBound = Self.withName(of: TransportAddress(ip: ip, port: port)) { bind(descriptor, $0, $1) == 0 }
        self.descriptor = descriptor
        let bound = Self.address { getsockname(descriptor, $0, &$1) == 0 }
        address = bound ?? TransportAddress(ip: ip, port: port)
        guard isBound, bound != nil else { return nil }
    }

    deinit { close(descriptor) }

    func send(_ bytes: [UInt8], to destination: TransportAddress) {
        Self.withName(of: destination) { _ = sendto(descriptor, bytes, bytes.count, 0, $0, $1) }
    }

    /// The next datagram that is no RTCP report, which comes whenever it is due; `nil` after the time limit.
    func receive() -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let length = recv(descriptor, &buffer, buffer.count, 0)
            if length < 0, errno == EINTR { continue }
            if length < 0 { return nil }
            if length < 2 || !(192...223).contains(buffer[1]) { return Array(buffer[..<length]) }
        }
    }

    /// A datagram that is there already, and where it came from; `nil` if there is none.
    func poll() -> (bytes: [UInt8], source: TransportAddress)? {
        var buffer = [UInt8](repeating: 0, count: 4096)
        var length = 0
        let source = Self.address { name, size in
            length = recvfrom(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT), name, &size)
            return length >= 0
        }
        return source.map { (Array(buffer[..<length]), $0) }
    }

    /// What `fill` writes as an address.
    private static func address(_ fill: (UnsafeMutablePointer<sockaddr>, inout socklen_t) -> Bool) -> TransportAddress? {
        var storage = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { name in
                guard fill(name, &size), let ip = IPAddress(system: name) else { return nil }
                // The port stands at the same place in both families.
                let port = UnsafeRawPointer(name).load(fromByteOffset: 2, as: UInt16.self)
                return TransportAddress(ip: ip, port: UInt16(bigEndian: port))
            }
        }
    }

    private static func withName<R>(of address: TransportAddress, _ body: (UnsafePointer<sockaddr>, socklen_t) -> R) -> R {
        var storage = sockaddr_storage()
        storage.ss_family = sa_family_t(address.ip.family == .v4 ? AF_INET : AF_INET6)
        withUnsafeMutableBytes(of: &storage) { bytes in
            bytes.storeBytes(of: address.port.bigEndian, toByteOffset: 2, as: UInt16.self)
            if address.ip.family == .v4 {
                bytes.storeBytes(of: UInt32(truncatingIfNeeded: address.ip.low).bigEndian, toByteOffset: 4, as: UInt32.self)
            } else {
                bytes.storeBytes(of: address.ip.high.bigEndian, toByteOffset: 8, as: UInt64.self)
                bytes.storeBytes(of: address.ip.low.bigEndian, toByteOffset: 16, as: UInt64.self)
            }
        }
        let size = address.ip.family == .v4 ? MemoryLayout<sockaddr_in>.size : MemoryLayout<sockaddr_in6>.size
        return withUnsafePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(size)) }
        }
    }
}
