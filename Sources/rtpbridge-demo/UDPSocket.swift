import CSockets
import Glibc
import Wire

/// A UDP socket on 127.0.0.1, at a port that the system chose.
final class UDPSocket {
    let descriptor: Int32
    let address: TransportAddress
    private var room = [UInt8](repeating: 0, count: 65_536)

    init() throws(DemoError) {
        // A burst while the other peer is being served has to fit.
        var options = rtpbridge_socket_options(traffic_class: 0, receive_buffer: 1 << 20, send_buffer: 0)
        descriptor = rtpbridge_udp_open(4, &options)
        guard descriptor >= 0 else { throw .system("socket", errno: -descriptor) }
        let ip = IPAddress(v4: 0x7f00_0001)
        var local = rtpbridge_address(high: 0, low: ip.low, port: 0, family: 4)
        let result = min(rtpbridge_udp_bind(descriptor, &local), rtpbridge_udp_local_address(descriptor, &local))
        address = TransportAddress(ip: ip, port: local.port)
        guard result >= 0 else { throw .system("bind", errno: -result) }
    }

    deinit { close(descriptor) }

    /// As UDP is: what cannot be sent is lost.
    func send(_ bytes: [UInt8], to destination: TransportAddress) {
        bytes.withUnsafeBytes { buffer in
            let ip = destination.ip
            let to = rtpbridge_address(high: ip.high, low: ip.low, port: destination.port, family: ip.family.rawValue)
            var datagram = rtpbridge_datagram(bytes: buffer.baseAddress, length: buffer.count, destination: to)
            _ = rtpbridge_send(descriptor, &datagram, 1)
        }
    }

    /// The next datagram, or `nil` where none is waiting.
    func receive() -> (bytes: [UInt8], from: TransportAddress)? {
        var source = rtpbridge_address()
        let length = rtpbridge_receive(descriptor, &room, room.count, &source)
        guard length >= 0, source.family == 4 else { return nil }
        let ip = IPAddress(v4: UInt32(truncatingIfNeeded: source.low))
        return (Array(room[..<length]), TransportAddress(ip: ip, port: source.port))
    }

    /// A port that was free a moment ago.
    static func freePort() throws(DemoError) -> UInt16 { try UDPSocket().address.port }
}
