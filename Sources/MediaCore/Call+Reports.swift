import RTP
import Wire

// RTCP: each leg is a session of its own (RFC 3550 section 7.1 calls us a translator that terminates it), so reports
// are made and consumed here and never passed on.

extension Call {
    func receive(_ element: RTCPElement, leg: MediaLeg, at now: MonotonicInstant) {
        switch element {
        case .senderReport(let ssrc, let info):
            leg.ingress.senderReportArrived(ssrc: ssrc, ntp: info.ntp, at: now)
        case .reportBlock(_, let block) where block.ssrc == leg.egress.ssrc:
            if let roundTrip = block.roundTrip(receivedAt: ntp(at: now)) { leg.reports.roundTrip = roundTrip }
            leg.reports.reportedLossPercent = (Int(block.fractionLost) * 100 + 128) / 256
            leg.bridge?.peerReportedLoss(percent: leg.reports.reportedLossPercent)
            leg.playback?.peerReportedLoss(percent: leg.reports.reportedLossPercent)
        case .reportBlock, .receiverReport, .canonicalName, .goodbye, .other:
            break
        }
    }

    /// Sends a sender report, or a receiver report while nothing was sent (RFC 3550 section 6.4).
    func sendReport(of leg: MediaLeg, goodbye: Bool, at now: MonotonicInstant, into output: CallOutput) {
        guard leg.isAudio else { return }
        let quality = leg.ingress.sampleQuality(
            roundTrip: leg.reports.roundTrip, codec: leg.receivedCodec, listeningOnly: configuration.media.ratesListeningOnly, at: now)
        if let quality, !goodbye { noteQuality(quality, of: leg, into: output) }
        guard leg.plan.isActive, leg.transport.isReady, let path = leg.transport.rtcpPath else { return }
        guard let room = output.reserve() else { return drop(.outputFull) }
        let egress = leg.egress
        let sender = egress.packets == 0 ? nil : SenderInfo(
            ntp: ntp(at: now), rtpTimestamp: egress.timestamp(at: now), packetCount: UInt32(truncatingIfNeeded: egress.packets),
            octetCount: UInt32(truncatingIfNeeded: egress.octets))
        let block = leg.ingress.makeReportBlock(at: now)
        var name = leg.canonicalName
        let written = name.withUTF8 { name in
            RTCPWriter.writeReport(
                into: room, ssrc: egress.ssrc, sender: sender, block: block,
                canonicalName: Bytes(name.baseAddress, count: min(name.count, 255)), goodbye: goodbye)
        }
        if let written { recordSent(room, written, to: leg, slot: path.slot, path.remote, at: now, into: output) }
        guard let written, let length = leg.transport.close(room, length: written, isRTCP: true) else {
            leg.statistics.rtcpOut.errors &+= 1
            return drop(.cryptoError)
        }
        output.commit(length: length, slot: path.slot, to: path.remote)
        leg.noteSignOfLife(at: now)
        leg.statistics.rtcpOut.packets &+= 1
        leg.statistics.rtcpOut.bytes &+= UInt64(length)
    }

    /// The first report leaves with the first packet where one of our own making is sent, a little later otherwise.
    func startReports(of leg: MediaLeg, at now: MonotonicInstant, into output: CallOutput) {
        guard leg.wasReady, leg.isAudio, leg.timers[.report] == .distantFuture else { return }
        guard leg.plan.presence.sendsFirst, leg.transport.isReady else {
            leg.timers[.report] = leg.reports.first(after: now)
            return
        }
        leg.timers[.report] = leg.reports.next(after: now, interval: configuration.media.reportInterval, random: &random)
        sendReport(of: leg, goodbye: false, at: now, into: output)
    }

    private func ntp(at now: MonotonicInstant) -> UInt64 {
        NTPTime.timestamp(unixNanoseconds: now.nanoseconds &+ configuration.wallClockOffset)
    }
}

extension MediaLeg {
    /// What the E-model is to think of the received audio.
    var receivedCodec: EModel.Codec {
        switch plan.receivePayloads.first(where: { $0.format.isAudio })?.format {
        case .opus: .opus
        case .pcmu, .pcma, .l16: .g711
        case .g722: .g722
        default: .other
        }
    }
}
