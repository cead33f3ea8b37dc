/// The sender information of a sender report (RFC 3550 section 6.4.1).
@frozen
public struct SenderInfo: Equatable, Sendable {
    /// When the report was sent, as an NTP timestamp.
    public var ntp: UInt64
    /// The same instant on the stream's RTP clock.
    public var rtpTimestamp: UInt32
    /// RTP packets sent so far, modulo 2^32.
    public var packetCount: UInt32
    /// Payload bytes sent so far, without headers and padding, modulo 2^32.
    public var octetCount: UInt32

    @inlinable public init(ntp: UInt64, rtpTimestamp: UInt32, packetCount: UInt32, octetCount: UInt32) {
        self.ntp = ntp
        self.rtpTimestamp = rtpTimestamp
        self.packetCount = packetCount
        self.octetCount = octetCount
    }
}
