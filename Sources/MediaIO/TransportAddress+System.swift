import CSockets
import Wire

extension rtpbridge_address {
    @inline(__always)
    init(_ address: TransportAddress) {
        self.init(high: address.ip.high, low: address.ip.low, port: address.port, family: address.ip.family.rawValue)
    }
}

extension TransportAddress {
    @inline(__always)
    init(_ address: rtpbridge_address) {
        let ip = address.family == 4
            ? IPAddress(v4: UInt32(truncatingIfNeeded: address.low))
            : IPAddress(v6High: address.high, low: address.low)
        self.init(ip: ip, port: address.port)
    }
}
