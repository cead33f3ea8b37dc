import Glibc
public import Wire

/// Names of machines, as the system resolves them; for start-up only, since it waits.
public enum HostName {
    /// The addresses of a host, in the system's order of preference; none if there is no such host.
    public static func addresses(of name: String) -> [IPAddress] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_DGRAM.rawValue)
        var head: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(name, nil, &hints, &head) == 0 else { return [] }
        defer { freeaddrinfo(head) }
        var found: [IPAddress] = []
        var next = head
        while let item = next?.pointee {
            next = item.ai_next
            if let address = item.ai_addr, let ip = IPAddress(system: address), !found.contains(ip) { found.append(ip) }
        }
        return found
    }
}

extension IPAddress {
    /// The address in a `sockaddr_in` or `sockaddr_in6`.
    init?(system: UnsafePointer<sockaddr>) {
        let raw = UnsafeRawPointer(system)
        switch Int32(system.pointee.sa_family) {
        case AF_INET:
            self.init(v4: UInt32(bigEndian: raw.loadUnaligned(as: sockaddr_in.self).sin_addr.s_addr))
        case AF_INET6:
            // The address begins at byte 8, after family, port and flow label.
            self.init(
                v6High: UInt64(bigEndian: raw.loadUnaligned(fromByteOffset: 8, as: UInt64.self)),
                low: UInt64(bigEndian: raw.loadUnaligned(fromByteOffset: 16, as: UInt64.self)))
        default:
            return nil
        }
    }

    /// fe80::/10: means something on its own link only.
    var isLinkLocal: Bool { family == .v6 && high >> 54 == 0xfe80 >> 6 }
}
