public import Wire

/// One thing that a compound RTCP packet says, as `RTCPReader` gives them out in order.
///
/// A report comes first and its report blocks follow it as elements of their own, so that nothing
/// needs a list. The bytes of a name are valid as long as the packet is.
@frozen
public enum RTCPElement {
    /// RFC 3550 section 6.4.1; its blocks follow.
    case senderReport(ssrc: UInt32, SenderInfo)
    /// RFC 3550 section 6.4.2; its blocks follow.
    case receiverReport(ssrc: UInt32)
    case reportBlock(reporter: UInt32, ReportBlock)
    /// RFC 3550 section 6.5.1; the other source description items are skipped.
    case canonicalName(ssrc: UInt32, Bytes)
    /// RFC 3550 section 6.6, one element for each source that leaves.
    case goodbye(ssrc: UInt32)
    /// A packet of another type: APP, feedback (RFC 4585), extended reports (RFC 3611).
    case other(packetType: UInt8)
}

/// RTCP packet types and sizes (RFC 3550 section 12.1).
enum RTCPFormat {
    static let senderReport: UInt8 = 200
    static let receiverReport: UInt8 = 201
    static let sourceDescription: UInt8 = 202
    static let goodbye: UInt8 = 203
    /// The source description item that names the source (RFC 3550 section 6.5.1).
    static let canonicalNameItem: UInt8 = 1

    /// Version, padding, count, packet type and length [bytes].
    static let commonHeaderLength = 4
    static let senderInfoLength = 20
    static let reportBlockLength = 24
}
