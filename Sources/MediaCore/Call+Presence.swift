import RTP
import Wire

// Packets of silence of our own making, for a peer that gives up a call on which nothing comes (`PresencePlan`).
//
// Nothing is done for a packet that is sent: a timer that goes off once in a while compares the time with that of the
// last one. A packet of silence takes the next place of the one egress line, as any other.

extension Call {
    /// The first packet leaves as soon as the peer can be sent to, unless audio has just done so; from then on gaps are filled.
    func startPresence(of leg: MediaLeg, at now: MonotonicInstant, into output: CallOutput) {
        guard leg.isReachable, leg.isAudio else { return }
        if leg.plan.presence.sendsFirst, leg.egress.packets == 0 { sendSilence(to: leg, at: now, into: output) }
        guard let gap = presenceGap(of: leg, at: now) else { return leg.timers.stop(.presence) }
        let due = (leg.lastSent ?? now) + gap
        if due < leg.timers[.presence] { leg.timers[.presence] = max(due, now) }
    }

    /// The time may have come for a packet of silence.
    func keepPresence(of leg: MediaLeg, at now: MonotonicInstant, into output: CallOutput) {
        // A peer on hold is sent reports, which is enough for it; a later plan starts this again.
        guard let gap = presenceGap(of: leg, at: now), leg.plan.isActive, leg.plan.peerReceives else {
            return leg.timers.stop(.presence)
        }
        if let last = leg.lastSent, now < last + gap {
            leg.timers[.presence] = last + gap
            return
        }
        if leg.transport.isReady, !isSendingEvent(to: leg) { sendSilence(to: leg, at: now, into: output) }
        leg.timers[.presence] = now + gap
    }

    /// A peer that waits for the first packet may not have our description, and with SDES our key, when we think so: until it
    /// is heard the packets come closer together, for as long as signaling takes.
    private func presenceGap(of leg: MediaLeg, at now: MonotonicInstant) -> Nanoseconds? {
        guard let planned = leg.plan.presence.maximumGap else { return nil }
        let isNew = leg.plan.presence.sendsFirst && leg.statistics.setup.firstPacketReceived == nil
            && leg.statistics.setup.firstPacketSent.map { now - $0 < Self.introduction } ?? true
        return max(isNew ? min(planned, Self.introductionGap) : planned, Self.shortestGap)
    }

    private func sendSilence(to leg: MediaLeg, at now: MonotonicInstant, into output: CallOutput) {
        guard let format = leg.ownFormat else { return }
        guard let room = output.reserve(), let body = room.slice(RTPHeader.fixedLength, SilenceFrame.maximumLength),
              let length = SilenceFrame.write(format, packetTime: leg.plan.audioPacketTime, to: body) else {
            return drop(.outputFull)
        }
        leg.egress.setClockRate(format.clockRate)
        let place = leg.egress.generateSilence(at: now)
        leg.statistics.presencePackets &+= 1
        send(room, payloadLength: length, payloadType: format.payloadType, marker: false, at: place, to: leg, now: now, output)
    }

    /// The packets of an event have one timestamp; silence in between would end it for some receivers.
    private func isSendingEvent(to leg: MediaLeg) -> Bool {
        leg.eventSender.isActive && !leg.eventSender.isPausing && leg.isReadyToSend
    }

    private static var introduction: Nanoseconds { .seconds(3) }
    /// Longer than audio that is on its way is late as a rule: nothing shall get in between.
    private static var introductionGap: Nanoseconds { .milliseconds(60) }
    /// Packets of audio are no closer to each other.
    private static var shortestGap: Nanoseconds { .milliseconds(10) }
}
