import CSockets
import Glibc
public import Wire

/// An address of this machine and the device that has it.
public struct LocalAddress: Sendable, Equatable {
    /// Its name, such as `eth0`.
    public var device: String
    public var ip: IPAddress
    public var isLoopback: Bool

    /// The addresses of all devices that are up, as the system orders them. IPv6 link-local ones, which
    /// cannot be told to a peer, are left out.
    public static var all: [LocalAddress] {
        var head: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&head) == 0 else { return [] }
        defer { freeifaddrs(head) }
        var found: [LocalAddress] = []
        var next = head
        while let item = next?.pointee {
            next = item.ifa_next
            guard item.ifa_flags & UInt32(IFF_UP) != 0, let address = item.ifa_addr else { continue }
            guard let ip = IPAddress(system: address), !ip.isLinkLocal else { continue }
            let isLoopback = item.ifa_flags & UInt32(IFF_LOOPBACK) != 0
            found.append(LocalAddress(device: String(cString: item.ifa_name), ip: ip, isLoopback: isLoopback))
        }
        return found
    }

    /// Whether a socket can be bound to `ip` here.
    public static func isLocal(_ ip: IPAddress) -> Bool {
        var options = SocketOptions().system
        let descriptor = rtpbridge_udp_open(ip.family.rawValue, &options)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var address = rtpbridge_address(TransportAddress(ip: ip, port: 0))
        return rtpbridge_udp_bind(descriptor, &address) == 0
    }
}
