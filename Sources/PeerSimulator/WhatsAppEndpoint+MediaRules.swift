import RTP
import Wire

extension WhatsAppEndpoint {
    /// The rules that can be judged only with the whole stream at hand.
    func mediaViolations(isLossy: Bool) -> [Violation] {
        var found: [Violation] = []
        func check(_ holds: Bool, _ rule: WhatsAppRule, _ detail: @autoclosure () -> String) {
            if !holds { found.append(Violation(rule: rule, detail: detail())) }
        }
        check(receiver.ssrcs.count <= 1, .oneSSRC, "\(receiver.ssrcs.count) SSRCs")
        check(isLossy || receiver.missingNumbers == 0, .noGap, "\(receiver.missingNumbers) numbers missing")
        check(receiver.backwardTimestamps == 0, .monotonicTimestamps, "\(receiver.backwardTimestamps) steps back")
        check(receiver.oddPacketTimes == 0, .frames20, "\(receiver.oddPacketTimes) frames of another length")
        check(receiver.unknownPayloadTypes == 0, .negotiatedPayloadTypes, "\(receiver.unknownPayloadTypes) packets")
        for event in receiver.events {
            check(event.endPackets == 3 || isLossy, .eventEnd, "event \(event.code): \(event.endPackets) end packets")
            let ticks = Int(event.duration)
            check((320...8000).contains(ticks) || ticks % 8000 == 0, .eventClock, "event \(event.code): duration \(ticks)")
            if let audio = event.audioTimestamp {
                let step = Int32(bitPattern: event.timestamp &- audio)
                check((1...48000 * 60).contains(step), .eventClock, "event \(event.code): \(step) ticks after the audio")
            }
        }
        return found
    }
}

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
