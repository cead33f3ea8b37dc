import PeerSimulator
import Wire

/// A simulated peer with real sockets and the real clock, and a network of a given delay before it.
final class PeerShell: LoopMember {
    let peer: any Peer
    let sockets: [UDPSocket]
    /// Of the network between this peer and the relay, one way.
    private let delay: Nanoseconds
    /// What is on its way, in the order of arrival.
    private var inbound: [(due: MonotonicInstant, bytes: [UInt8], source: TransportAddress)] = []
    private var outbound: [(due: MonotonicInstant, datagram: PeerDatagram)] = []

    init(_ peer: any Peer, sockets: [UDPSocket], delay: Nanoseconds = .zero) {
        self.peer = peer
        self.sockets = sockets
        self.delay = delay
    }

    var nextDeadline: MonotonicInstant {
        min(peer.nextDeadline, inbound.first?.due ?? .distantFuture, outbound.first?.due ?? .distantFuture)
    }

    func receive(_ datagram: [UInt8], from source: TransportAddress, at now: MonotonicInstant) {
        inbound.append((now + delay, datagram, source))
        deliver(at: now)
    }

    func handleDeadline(at now: MonotonicInstant) {
        if peer.nextDeadline <= now { peer.handleDeadline(at: now) }
        deliver(at: now)
    }

    /// Sends what the peer has to say; needed after a call of one of its own methods, too.
    func flush() { deliver(at: SystemClock.now) }

    private func deliver(at now: MonotonicInstant) {
        while let first = inbound.first, first.due <= now {
            inbound.removeFirst()
            peer.receive(first.bytes, from: first.source, at: now)
        }
        outbound += peer.takeOutput().map { (now + delay, $0) }
        while let first = outbound.first, first.due <= now {
            outbound.removeFirst()
            sockets.first { $0.address == first.datagram.from }?.send(first.datagram.bytes, to: first.datagram.to)
        }
    }
}
