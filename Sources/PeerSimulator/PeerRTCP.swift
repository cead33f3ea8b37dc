import RTP
import Wire

/// A compound report of a simulated peer.
func makeRTCP(ssrc: UInt32, sender: SpeechSender, receiver: inout SpeechReceiver, at now: MonotonicInstant) -> [UInt8]? {
    let info = sender.packets == 0 ? nil : SenderInfo(
        ntp: NTPTime.timestamp(unixNanoseconds: now.nanoseconds), rtpTimestamp: sender.lastTimestamp,
        packetCount: UInt32(clamping: sender.packets), octetCount: UInt32(clamping: sender.octets))
    let block = receiver.ssrcs.last.map { receiver.makeReportBlock(ssrc: $0, at: now) }
    var room = [UInt8](repeating: 0, count: 512)
    let length = Array("peer".utf8).withBytes { name in
        room.withMutableBytes {
            RTCPWriter.writeReport(into: $0, ssrc: ssrc, sender: info, block: block, canonicalName: name, goodbye: false)
        }
    }
    return length.map { Array(room.prefix($0)) }
}

extension SpeechReceiver {
    mutating func makeReportBlock(ssrc: UInt32, at now: MonotonicInstant) -> ReportBlock { reception.makeReportBlock(ssrc: ssrc, at: now) }
}
