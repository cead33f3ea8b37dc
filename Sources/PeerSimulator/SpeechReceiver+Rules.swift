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
            if let fault = clockFault(of: event) { check(false, .eventClock, "event \(event.code): \(fault)") }
        }
        return found
    }

    /// What is wrong with the clocks of an event; `nil` if they are right. The duration counts 8000 units a second (RFC 4733
    /// section 2.1), the timestamp those of the audio. Both are compared with the time of arrival, which loss and jitter spoil by
    /// less than a wrong clock.
    func clockFault(of event: Event) -> String? {
        let ticks = Int(event.duration)
        guard (320...8000).contains(ticks) || ticks % 8000 == 0 else { return "duration \(ticks)" }
        let growth = ticks - Int(event.firstDuration)
        if event.span >= .milliseconds(60), growth > 3 * Int(event.span.milliseconds) * 8 {
            return "the duration grows by \(growth) in \(event.span.milliseconds) ms"
        }
        guard let audio = event.audioTimestamp, let pause = event.sinceAudio else { return nil }
        let (step, clockRate) = (Int(Int32(bitPattern: event.timestamp &- audio)), format.codec.clockRate)
        guard clockRate / 200...clockRate * 60 ~= step else { return "\(step) ticks after the audio" }
        let drift = step * 1000 / clockRate - Int(pause.milliseconds)
        return abs(drift) <= 1000 ? nil : "\(step) ticks after the audio, which is \(pause.milliseconds) ms ago"
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
        result.packetsReceived = formerPackets + reception.packets
        result.longestGap = longestGap
        result.silentFrames = silentFrames
        result.packetsLost = reception.cumulativeLost
        result.jitter = reception.jitter
        result.mos = mos
        result.ssrcs = ssrcs
        result.digits = digits
        result.digitsSent = sender.digitsSent
        return result
    }
}
