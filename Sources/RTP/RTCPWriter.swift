public import Wire

/// Writes our compound RTCP packets, without allocation.
public enum RTCPWriter {
    /// The most that `writeReport` writes: SR, one block, a name of 255 bytes, and BYE [bytes].
    public static let maximumReportLength = 28 + 24 + 268 + 8

    /// Writes a sender report, or a receiver report where `sender` is `nil`, a source description with the
    /// name, and a BYE if asked for (RFC 3550 sections 6.1, 6.4 to 6.6).
    ///
    /// - Parameter canonicalName: 1 to 255 bytes; with none the source description is left out, which makes
    ///   a reduced-size packet (RFC 5506).
    /// - Returns: the length, or `nil` if the packet does not fit or the name is too long.
    public static func writeReport(
        into packet: MutableBytes, ssrc: UInt32, sender: SenderInfo?, block: ReportBlock?, canonicalName: Bytes, goodbye: Bool
    ) -> Int? {
        guard canonicalName.count <= 255 else { return nil }
        let reportLength = 8 &+ (sender == nil ? 0 : RTCPFormat.senderInfoLength) &+ (block == nil ? 0 : RTCPFormat.reportBlockLength)
        // At least one zero byte ends the item list, then zeros up to the 32-bit boundary.
        let descriptionLength = canonicalName.isEmpty ? 0 : 8 &+ ((2 &+ canonicalName.count &+ 4) & ~3)
        let total = reportLength &+ descriptionLength &+ (goodbye ? 8 : 0)
        guard packet.count >= total else { return nil }

        let type = sender == nil ? RTCPFormat.receiverReport : RTCPFormat.senderReport
        writeHeader(packet, at: 0, count: block == nil ? 0 : 1, type: type, length: reportLength, ssrc: ssrc)
        if let sender { write(sender, to: packet, at: 8) }
        if let block { write(block, to: packet, at: reportLength &- RTCPFormat.reportBlockLength) }
        if descriptionLength > 0 {
            writeHeader(packet, at: reportLength, count: 1, type: RTCPFormat.sourceDescription, length: descriptionLength, ssrc: ssrc)
            // The last word first: what of it the name does not cover must be zero.
            packet.set32(reportLength &+ descriptionLength &- 4, 0)
            packet.set8(reportLength &+ 8, RTCPFormat.canonicalNameItem)
            packet.set8(reportLength &+ 9, UInt8(truncatingIfNeeded: canonicalName.count))
            packet.copy(canonicalName, to: reportLength &+ 10)
        }
        if goodbye {
            writeHeader(packet, at: total &- 8, count: 1, type: RTCPFormat.goodbye, length: 8, ssrc: ssrc)
        }
        return total
    }

    /// The common header and the SSRC behind it. `length` is that of the whole packet, a multiple of 4 [bytes].
    private static func writeHeader(_ packet: MutableBytes, at offset: Int, count: UInt8, type: UInt8, length: Int, ssrc: UInt32) {
        packet.set8(offset, 0x80 | count)
        packet.set8(offset &+ 1, type)
        packet.set16(offset &+ 2, UInt16(truncatingIfNeeded: length / 4 &- 1))
        packet.set32(offset &+ 4, ssrc)
    }

    private static func write(_ sender: SenderInfo, to packet: MutableBytes, at offset: Int) {
        packet.set64(offset, sender.ntp)
        packet.set32(offset &+ 8, sender.rtpTimestamp)
        packet.set32(offset &+ 12, sender.packetCount)
        packet.set32(offset &+ 16, sender.octetCount)
    }

    private static func write(_ block: ReportBlock, to packet: MutableBytes, at offset: Int) {
        packet.set32(offset, block.ssrc)
        packet.set8(offset &+ 4, block.fractionLost)
        packet.set24(offset &+ 5, UInt32(bitPattern: block.cumulativeLost) & 0xff_ffff)
        packet.set32(offset &+ 8, block.extendedHighestSequence)
        packet.set32(offset &+ 12, block.jitter)
        packet.set32(offset &+ 16, block.lastSenderReport)
        packet.set32(offset &+ 20, block.delaySinceLastSenderReport)
    }
}
