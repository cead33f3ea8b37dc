public import Wire

/// What a datagram on a media port is, told by its first two bytes alone.
///
/// STUN, DTLS, RTP and RTCP share one port (RFC 7983 section 7; RFC 5761 section 4). Nothing is
/// verified here: the module that gets the datagram does that.
@frozen
public enum PacketKind: Sendable {
    case stun, dtls, rtp, rtcp
    /// ZRTP, TURN channels, QUIC, noise, and packets too short for what they claim to be.
    case unknown

    /// The shortest RTCP packet that says who sent it: the common header and an SSRC [bytes].
    public static let minimumRTCPLength = 8

    /// Looks at the first two bytes and the length, nothing more; `unknown` for what is too short to be anything.
    @inlinable public static func classify(_ datagram: Bytes) -> PacketKind {
        guard let first = datagram.u8(0) else { return .unknown }
        switch first {
        case 128...191:
            // RTCP packet types 192 to 223 read as RTP are payload types 64 to 95 with the marker set,
            // which RFC 5761 section 4 keeps out of use.
            guard let second = datagram.u8(1) else { return .unknown }
            if second >= 192 && second <= 223 {
                return datagram.count >= minimumRTCPLength ? .rtcp : .unknown
            }
            return datagram.count >= RTPHeader.fixedLength ? .rtp : .unknown
        case 0...3: return .stun
        case 20...63: return .dtls
        default: return .unknown
        }
    }
}
