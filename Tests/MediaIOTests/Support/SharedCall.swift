import ICE
import MediaCore
import MediaIO
import Wire

/// A call between an ICE peer on a shared port and a plain-RTP peer on a port of its own, G.711 on both sides.
struct SharedCall {
    let number: Int
    let handle: CallHandle
    let plain: UDPPeer
    let lease: SocketLease
    let plainSocket: TransportAddress
    let ours: ICECredentials
    let theirs: ICECredentials
    var remotes: [TransportAddress]

    /// - Parameter remotes: the peer's candidates; none while they are not known.
    init?(_ number: Int, _ engine: MediaEngine, _ shared: SharedPortPool, _ own: PortPool, remotes: [TransportAddress]) async throws {
        guard let plain = UDPPeer(own.address.description) else { return nil }
        self.number = number
        self.plain = plain
        self.remotes = remotes
        ours = ICECredentials(ufrag: "our\(10_000 + number)", password: "our password number \(10_000 + number)")
        theirs = ICECredentials(ufrag: "peer\(number)", password: "their password number \(10_000 + number)")
        handle = engine.makeCall()
        lease = try shared.lease(worker: handle.possibleWorkers[0], ufrag: ours.ufrag, remotes: remotes)
        let plainLease = try own.lease()
        plainSocket = plainLease.address
        let sockets = [CallSocket(slot: 0, lease: lease), CallSocket(slot: 1, lease: plainLease)]
        guard await handle.apply(plan, adding: sockets) else { return nil }
    }

    var port: TransportAddress { lease.address }

    /// What the peer's SDP would say; without it we only answer checks.
    var plan: CallPlan {
        let candidates = remotes.map { ICECandidate(foundation: "1", component: 1, priority: 1, address: $0, kind: .host) }
        let ice = ICEPlan(
            localCredentials: ours, remoteCredentials: remotes.isEmpty ? nil : theirs, remoteCandidates: candidates,
            isControlling: true, remoteIsLite: !remotes.isEmpty, tieBreaker: 7)
        return CallPlan(
            media: [
                media(0, TransportPlan(rtpSockets: [socket(0, port)], rtcpMux: true, ice: ice)),
                media(1, TransportPlan(rtpSockets: [socket(1, plainSocket)], rtcpMux: true, remoteRTP: plain.address, learning: .off)),
            ],
            mediaTimeout: .seconds(60), silentTimeout: .seconds(60))
    }

    private func socket(_ slot: Int, _ address: TransportAddress) -> LocalSocket {
        LocalSocket(slot: slot, local: address, advertised: address)
    }

    private func media(_ index: Int, _ transport: TransportPlan) -> MediaPlan {
        let payloads = [PayloadPlan(payloadType: 0, format: .pcmu, clockRate: 8000)]
        return MediaPlan(
            participant: index, transport: transport, receivePayloads: payloads, sendPayloads: payloads,
            ssrc: 0x2000_0000 + UInt32(2 * number + index), cname: "shared", source: 1 - index)
    }
}
