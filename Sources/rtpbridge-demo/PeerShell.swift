import PeerSimulator
import Wire

/// A simulated peer with real sockets and the real clock.
final class PeerShell: LoopMember {
    let peer: any Peer
    let sockets: [UDPSocket]

    init(_ peer: any Peer, sockets: [UDPSocket]) {
        self.peer = peer
        self.sockets = sockets
    }

    var nextDeadline: MonotonicInstant { peer.nextDeadline }

    func receive(_ datagram: [UInt8], from source: TransportAddress, at now: MonotonicInstant) {
        peer.receive(datagram, from: source, at: now)
        flush()
    }

    func handleDeadline(at now: MonotonicInstant) {
        peer.handleDeadline(at: now)
        flush()
    }

    /// Sends what the peer has to say; needed after a call of one of its own methods, too.
    func flush() {
        for datagram in peer.takeOutput() {
            sockets.first { $0.address == datagram.from }?.send(datagram.bytes, to: datagram.to)
        }
    }
}
