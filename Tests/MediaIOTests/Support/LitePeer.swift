import ICE
@testable import MediaIO
import Wire

/// One port of an ICE-lite relay that many calls have as their peer; it tells them apart by our address and port.
final class LitePeer {
    let socket: UDPPeer
    private var agents: [TransportAddress: ICEAgent] = [:]
    /// The audio that came, by our address.
    private(set) var heard: [TransportAddress: [[UInt8]]] = [:]
    private var buffer = [UInt8](repeating: 0, count: ICEAgent.maximumMessageLength)

    init?(_ host: String, port: UInt16 = 0) {
        guard let socket = UDPPeer(host, port: port) else { return nil }
        self.socket = socket
    }

    var address: TransportAddress { socket.address }

    /// A call whose port is `ours`; `false` if another call has that already.
    func expect(_ ours: TransportAddress, credentials: ICECredentials, peer: ICECredentials) -> Bool {
        guard agents[ours] == nil else { return false }
        let agent = ICEAgent(localCredentials: credentials, isControlling: false, isLite: true, tieBreaker: 1, seed: 1)
        agent.setLocalCandidates([LocalCandidate(slot: 0, address: address, priority: 1)])
        agent.setRemote(credentials: peer, candidates: [], isLite: false, at: SystemClock.now)
        agents[ours] = agent
        return true
    }

    func forget(_ ours: TransportAddress) { agents[ours] = nil }

    /// Answers checks and notes audio, as far as it is there.
    func serve() {
        while let (bytes, source) = socket.poll() {
            if (bytes.first ?? 0) < 4 { answer(bytes, from: source) }
            if (128...191).contains(bytes.first ?? 0), bytes.count > 12, !(192...223).contains(bytes[1]) {
                heard[source, default: []].append(Array(bytes.dropFirst(12)))
            }
        }
    }

    private func answer(_ check: [UInt8], from source: TransportAddress) {
        guard let agent = agents[source] else { return }
        _ = check.withBytes { agent.receive($0, slot: 0, from: source, at: SystemClock.now) }
        while let message = buffer.withMutableBytes({ agent.drain(into: $0) }) {
            socket.send(Array(buffer.prefix(message.length)), to: message.destination)
        }
    }
}
