import MediaCore
import NGProtocol
import Wire

/// Our end toward a party that offers, as the answer to it will have it: step 4 of an offer.
struct OffererSide {
    let peer: PeerMedia
    /// What its last description said.
    let former: PeerMedia?
    let request: NegotiationRequest
    let resources: any MediaResources
    /// Its answer says what another party's does.
    var awaitsAnswer = false

    /// - Returns: the slots that are no longer used.
    func prepare(_ leg: inout Leg) throws(NegotiationError) -> [Int] {
        let options = request.options
        let secrets = SecretSource(resources: resources)
        leg.isRejected = peer.isRejected
        guard !peer.isRejected else {
            leg.peer = peer
            return []
        }
        let isMeta = leg.profile == .whatsApp
        leg.transport = peer.transport
        leg.mid = peer.mid
        leg.applySource(options, defaults: request.defaults)
        // Meta asks for a client; only the request itself may want it otherwise.
        var defaults = request.defaults
        if isMeta { defaults.dtlsPassive = false }
        leg.keying = try KeyingChoice.answering(peer, leg: leg, options: options, defaults: defaults, secrets: secrets)
        leg.ice = peer.ice.map { ICEChoice.answering($0, former: former?.ice, leg: leg, options: options.ice, secrets: secrets) }
        leg.mux = RTCPMuxChoice.answering(
            offered: peer.rtcpMux, options: options.rtcpMux,
            isSettled: !awaitsAnswer || options.rtcpMux.contains(.demux) || leg.keying.isDTLS || leg.ice != nil || leg.mux == .agreed)
        if isMeta {
            // Meta never starts a check, and has one port for both kinds of packets.
            leg.ice?.isControlling = true
            leg.mux = .agreed
        }
        leg.peer = peer
        let need = SocketNeed(
            interface: leg.interface, preferred: peer.family, bothFamilies: leg.ice != nil, rtcp: leg.needsRTCP, resources: resources)
        return try need.satisfy(&leg, resources: resources)
    }
}
