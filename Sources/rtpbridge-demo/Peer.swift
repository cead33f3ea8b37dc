import PeerSimulator
import Wire

/// What the two simulated endpoints have in common.
protocol Peer: AnyObject {
    func receive(_ datagram: [UInt8], from source: TransportAddress, at now: MonotonicInstant)
    func handleDeadline(at now: MonotonicInstant)
    var nextDeadline: MonotonicInstant { get }
    func takeOutput() -> [PeerDatagram]
    func play(_ samples: [Int16])
    func press(_ code: UInt8)
    var isSpeaking: Bool { get }
    var isSounding: Bool { get }
    var heard: [Int16] { get }
    var ssrc: UInt32 { get }
    func makeReport(isLossy: Bool) -> PeerReport
}

extension WhatsAppEndpoint: Peer {}

extension PBXEndpoint: Peer {
    func receive(_ datagram: [UInt8], from source: TransportAddress, at now: MonotonicInstant) { receive(datagram, at: now) }
}
