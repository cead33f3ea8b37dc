public import Wire

/// The header of an RTP packet (RFC 3550 section 5.1).
@frozen
public struct RTPHeader: Equatable, Sendable {
    /// The fixed part of the header [bytes].
    public static let fixedLength = 12

    /// 0 to 127.
    public var payloadType: UInt8
    public var marker: Bool
    public var sequenceNumber: UInt16
    /// In units of the payload's RTP clock.
    public var timestamp: UInt32
    public var ssrc: UInt32
    /// Where the payload begins: the fixed part, the CSRC list and the extension [bytes].
    public var headerLength: Int
    /// The payload without padding [bytes].
    public var payloadLength: Int

    /// A header to be written: without CSRCs and extension, and of a payload that is not known yet.
    @inlinable public init(payloadType: UInt8, marker: Bool, sequenceNumber: UInt16, timestamp: UInt32, ssrc: UInt32) {
        self.payloadType = payloadType & 0x7f
        self.marker = marker
        self.sequenceNumber = sequenceNumber
        self.timestamp = timestamp
        self.ssrc = ssrc
        headerLength = Self.fixedLength
        payloadLength = 0
    }

    /// Reads the header of a packet in the clear; `nil` unless it is version 2 and CSRCs, extension and
    /// padding all lie inside it (the checks of RFC 3550 appendix A.1).
    @inlinable public static func parse(_ packet: Bytes) -> RTPHeader? {
        guard var header = parseIgnoringPadding(packet), let first = packet.u8(0) else { return nil }
        if first & 0x20 != 0 {
            guard let padding = packet.u8(packet.count &- 1), padding > 0, Int(padding) <= header.payloadLength else { return nil }
            header.payloadLength &-= Int(padding)
        }
        return header
    }

    /// The same for a packet whose payload is still encrypted: its padding count cannot be read, so
    /// `payloadLength` is all that follows the header, an authentication tag included.
    @inlinable public static func parseIgnoringPadding(_ packet: Bytes) -> RTPHeader? {
        guard let first = packet.u8(0), first >> 6 == 2, let second = packet.u8(1), let sequenceNumber = packet.u16(2),
              let timestamp = packet.u32(4), let ssrc = packet.u32(8) else { return nil }
        var length = fixedLength &+ Int(first & 0x0f) &* 4
        if first & 0x10 != 0 {
            guard let words = packet.u16(length &+ 2) else { return nil }
            length &+= 4 &+ Int(words) &* 4
        }
        guard length <= packet.count else { return nil }
        var header = RTPHeader(
            payloadType: second, marker: second & 0x80 != 0, sequenceNumber: sequenceNumber, timestamp: timestamp, ssrc: ssrc)
        header.headerLength = length
        header.payloadLength = packet.count &- length
        return header
    }

    /// Writes the fixed part, without padding, extension or CSRCs; `false`, and nothing written, if
    /// the window is shorter than that.
    @inlinable public func write(to packet: MutableBytes) -> Bool {
        guard packet.count >= Self.fixedLength else { return false }
        packet.set8(0, 0x80)
        packet.set8(1, (marker ? 0x80 : 0) | (payloadType & 0x7f))
        packet.set16(2, sequenceNumber)
        packet.set32(4, timestamp)
        packet.set32(8, ssrc)
        return true
    }
}
