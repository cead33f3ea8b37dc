import RTP
import Wire

// A peer behind a NAT that waits for us as we wait for it (`pierce-NAT`): a packet from our side, even one that its NAT throws away,
// opens ours.

extension Call {
    /// Sends an empty packet now and once a second, until the peer is heard.
    ///
    /// It is the same as rtpengine's, whatever the m-line's protection: its payload type is nobody's, and no receiver takes it for media.
    func pierceNAT(of leg: MediaLeg, at now: MonotonicInstant, into output: CallOutput) {
        guard leg.transport.plan.piercesNAT, leg.plan.isActive, leg.plan.relay != .datagrams, !leg.transport.hasHeard,
              leg.transport.ice == nil, let path = leg.transport.rtpPath else { return leg.timers.stop(.piercing) }
        let header = RTPHeader(payloadType: 127, marker: false, sequenceNumber: 0xffff, timestamp: 0, ssrc: 0)
        if let room = output.reserve(), header.write(to: room) {
            output.commit(length: RTPHeader.fixedLength, slot: path.slot, to: path.remote)
        }
        leg.timers[.piercing] = now + .seconds(1)
    }
}
