import Glibc
import Wire

/// A blocking UDP socket on a loopback address: the far side of the engine's tests, or a process that has a port.
final class UDPPeer: Sendable {
    let address: TransportAddress
    private let descriptor: Int32

    /// - Parameter port: 0 lets the system choose.
    init?(_ host: String, port: UInt16 = 0) {
        guard let ip = IPAddress(host), ip.family == .v4 else { return nil }
        let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        // A test that waits this long has failed.
        var limit = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var name = Self.system(TransportAddress(ip: ip, port: port))
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(descriptor, pointer, length) == 0 && getsockname(descriptor, pointer, &length) == 0
            }
        }
        self.descriptor = descriptor
        address = TransportAddress(ip: ip, port: UInt16(bigEndian: name.sin_port))
        guard bound else { return nil }
    }

    deinit { close(descriptor) }

    func send(_ bytes: [UInt8], to destination: TransportAddress) {
        var name = Self.system(destination)
        let length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { _ = sendto(descriptor, bytes, bytes.count, 0, $0, length) }
        }
    }

    /// The next datagram that is no RTCP report, which comes whenever it is due; `nil` after the time limit.
    func receive() -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let length = recv(descriptor, &buffer, buffer.count, 0)
            if length < 0 { return nil }
            if length < 2 || !(192...223).contains(buffer[1]) { return Array(buffer[..<length]) }
        }
    }

    private static func system(_ address: TransportAddress) -> sockaddr_in {
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_port = address.port.bigEndian
        name.sin_addr.s_addr = UInt32(truncatingIfNeeded: address.ip.low).bigEndian
        return name
    }
}
