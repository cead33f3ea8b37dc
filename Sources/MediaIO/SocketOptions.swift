import CSockets

/// What every media socket is created with.
public struct SocketOptions: Sendable, Equatable {
    /// The TOS byte (IPv4) or traffic class (IPv6) of the packets that we send; 184 is expedited forwarding (RFC 3246).
    public var trafficClass: UInt8
    /// [bytes]; the kernel takes twice as much, of which a voice packet uses 768 bytes: 64 KiB hold 170 of them, three seconds
    /// at 20 ms, enough for any stall that a call survives, and bound what a flood can pile up.
    public var receiveBuffer: Int
    /// [bytes]
    public var sendBuffer: Int

    public init(trafficClass: UInt8 = 0, receiveBuffer: Int = 65_536, sendBuffer: Int = 131_072) {
        self.trafficClass = trafficClass
        self.receiveBuffer = receiveBuffer
        self.sendBuffer = sendBuffer
    }

    var system: rtpbridge_socket_options {
        rtpbridge_socket_options(
            traffic_class: Int32(trafficClass),
            receive_buffer: Int32(clamping: receiveBuffer),
            send_buffer: Int32(clamping: sendBuffer))
    }
}
