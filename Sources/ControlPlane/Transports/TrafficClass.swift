import Glibc

extension ControlPlaneConfiguration.PathMTUDiscovery {
    /// For one socket (ip(7), ipv6(7)).
    func apply(to descriptor: Int32, isIPv6: Bool) {
        var number: Int32 = switch self {
        case .want: isIPv6 ? IPV6_PMTUDISC_WANT : IP_PMTUDISC_WANT
        case .dont: isIPv6 ? IPV6_PMTUDISC_DONT : IP_PMTUDISC_DONT
        }
        let (level, name) = isIPv6 ? (Int32(IPPROTO_IPV6), IPV6_MTU_DISCOVER) : (Int32(IPPROTO_IP), IP_MTU_DISCOVER)
        setsockopt(descriptor, level, name, &number, socklen_t(MemoryLayout<Int32>.size))
    }
}

/// The TOS byte of IPv4 and the traffic class of IPv6, for sockets that are not the media's.
enum TrafficClass {
    static let ipv4Option = Int32(IP_TOS)
    static let ipv6Option = Int32(IPV6_TCLASS)

    static func set(_ value: UInt8, on descriptor: Int32, isIPv6: Bool) {
        var number = Int32(value)
        let (level, name) = isIPv6 ? (Int32(IPPROTO_IPV6), ipv6Option) : (Int32(IPPROTO_IP), ipv4Option)
        setsockopt(descriptor, level, name, &number, socklen_t(MemoryLayout<Int32>.size))
    }
}
