import RTP
import Wire

extension SpeechReceiver {
    /// The rules that can be judged only with the whole stream at hand.
    /// - Parameter isLossy: the network was made to lose packets, so missing numbers prove nothing.
    func violations(isLossy: Bool) -> [Violation] {
        var found: [Violation] = []
        func check(_ holds: Bool, _ rule: WhatsAppRule, _ detail: @autoclosure () -> String) {
            if !holds { found.append(Violation(rule: rule, detail: detail())) }
        }
        check(ssrcs.count <= 1, .oneSSRC, "\(ssrcs.count) SSRCs")
        check(isLossy || missingNumbers == 0, .noGap, "\(missingNumbers) numbers missing")
        check(backwardTimestamps == 0, .monotonicTimestamps, "\(backwardTimestamps) steps back")
        check(oddPacketTimes == 0, .frames20, "\(oddPacketTimes) frames of another length")
        check(unknownPayloadTypes == 0, .negotiatedPayloadTypes, "\(unknownPayloadTypes) packets")
        for event in events {
            check(event.endPackets == 3 || isLossy, .eventEnd, "event \(event.code): \(event.endPackets) end packets")
            let ticks = Int(event.duration)
            check((320...8000).contains(ticks) || ticks % 8000 == 0, .eventClock, "event \(event.code): duration \(ticks)")
            if let audio = event.audioTimestamp {
                let step = Int32(bitPattern: event.timestamp &- audio)
                check(1...Int32(format.codec.clockRate * 60) ~= step, .eventClock, "event \(event.code): \(step) ticks after the audio")
            }
        }
        return found
    }

    /// The quality of what was received [MOS, 1.0 to 4.5]. What a listener waits for besides the network is taken as one
    /// frame and a buffer of twice the jitter.
    var mos: Double? {
        guard reception.expected > 0, reception.packets > 0 else { return nil }
        let loss = 100 * Double(max(0, reception.cumulativeLost)) / Double(reception.expected)
        return EModel.mos(
            packetLossPercent: loss, oneWayDelayMilliseconds: 20 + 2 * reception.jitter, codec: format.codec == .opus ? .opus : .g711)
    }

    /// What both kinds of peer say of what they received.
    /// - Parameter start: the SDP's arrival.
    func report(since start: MonotonicInstant?, sender: SpeechSender) -> PeerReport {
        var result = PeerReport()
        result.sdpArrived = start
        if let start { result.firstPacketReceived = firstPacket.map { $0 - start } }
        result.sendingBegan = sender.firstPacket
        result.receivingBegan = firstPacket
        result.packetsReceived = reception.packets
        result.packetsLost = reception.cumulativeLost
        result.jitter = reception.jitter
        result.mos = mos
        result.ssrcs = ssrcs
        result.digits = digits
        result.digitsSent = sender.digitsSent
        return result
    }
}
