public import Wire

/// One `a=candidate` (RFC 8839 section 5.1).
public struct SDPCandidate: Sendable, Equatable {
    public var foundation: String
    /// 1 for RTP, 2 for RTCP.
    public var component: Int
    /// `udp` or `tcp`, lower case.
    public var transport: String
    public var priority: UInt32
    public var address: TransportAddress
    /// `host`, `srflx`, `prflx`, `relay`, or a newer one.
    public var type: String
    /// `raddr` and `rport`, which every type but `host` has; written, and not read.
    public var relatedAddress: TransportAddress?

    public init(
        foundation: String, component: Int, transport: String = "udp", priority: UInt32, address: TransportAddress, type: String = "host",
        relatedAddress: TransportAddress? = nil
    ) {
        self.foundation = foundation
        self.component = component
        self.transport = transport
        self.priority = priority
        self.address = address
        self.type = type
        self.relatedAddress = relatedAddress
    }

    /// Reads the attribute's value; extensions after the type are passed over. `nil` if malformed, or if
    /// the address is a name (an mDNS candidate), which nobody here could resolve.
    public init?(parsing value: String) {
        let words = value.words
        guard words.count >= 8, words[6] == "typ", (1...32).contains(words[0].utf8.count),
              let component = words[1].decimal, (1...256).contains(component),
              let priority = words[3].decimal.flatMap({ UInt32(exactly: $0) }),
              let ip = IPAddress(words[4]), let port = words[5].decimal.flatMap({ UInt16(exactly: $0) }) else { return nil }
        self.init(
            foundation: String(words[0]), component: component, transport: words[2].lowercased(),
            priority: priority, address: TransportAddress(ip: ip, port: port), type: String(words[7]))
    }
}

extension SDPCandidate: CustomStringConvertible {
    /// The attribute's value.
    public var description: String {
        let related = relatedAddress.map { " raddr \($0.ip) rport \($0.port)" } ?? ""
        return "\(foundation) \(component) \(transport) \(priority) \(address.ip) \(address.port) typ \(type)\(related)"
    }
}
