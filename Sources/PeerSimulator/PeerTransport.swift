import ICE
import RTP
import SRTP
import Wire

/// The transport of a simulated peer: one socket, and whichever of ICE-lite, DTLS and SRTP its kind has.
final class PeerTransport {
    var address: TransportAddress
    /// Where RTCP comes in and leaves from when it is not multiplexed.
    var rtcpAddress: TransportAddress?
    var ice: ICEAgent?
    var dtls: DTLSEndpoint?
    var isDTLSStarted = false
    /// Handshake datagrams are neither read nor sent before this moment: the peer has not taken our SDP in yet.
    var dtlsBegins: MonotonicInstant?
    var outbound: SRTPTransform?
    var inbound: SRTPTransform?
    var isSecured = false
    var remote: TransportAddress?
    var remoteRTCP: TransportAddress?
    private(set) var output: [PeerDatagram] = []
    private var keys: [SRTPKey] = []
    private(set) var packetsBeforeKeys = 0
    private(set) var packetsRefused = 0

    init(address: TransportAddress, rtcpAddress: TransportAddress? = nil) {
        self.address = address
        self.rtcpAddress = rtcpAddress
    }

    var isReady: Bool { remote != nil && (!isSecured || outbound != nil) }

    func takeOutput() -> [PeerDatagram] {
        defer { output = [] }
        return output
    }

    func send(_ packet: [UInt8], isRTCP: Bool = false) {
        guard let to = isRTCP ? remoteRTCP ?? remote : remote else { return }
        let from = isRTCP ? rtcpAddress ?? address : address
        guard isSecured else { return output.append(PeerDatagram(bytes: packet, from: from, to: to)) }
        guard let outbound else { return }
        var room = packet + Array(repeating: 0, count: 64)
        let length = room.withMutableBytes {
            isRTCP ? outbound.protectRTCP($0, length: packet.count) : outbound.protectRTP($0, length: packet.count)
        }
        if let length { output.append(PeerDatagram(bytes: Array(room.prefix(length)), from: from, to: to)) }
    }

    /// The bytes of an RTP or RTCP packet, decrypted, or `nil`.
    func open(_ packet: [UInt8], isRTCP: Bool) -> [UInt8]? {
        guard isSecured else { return packet }
        var packet = packet
        guard let inbound else {
            packetsBeforeKeys += 1
            return nil
        }
        let result = packet.withMutableBytes { isRTCP ? inbound.unprotectRTCP($0) : inbound.unprotectRTP($0) }
        guard case .success(let length) = result else {
            packetsRefused += 1
            return nil
        }
        return Array(packet.prefix(length))
    }

    func receiveDTLS(_ datagram: [UInt8], at now: MonotonicInstant) {
        guard isDTLSStarted else { return }
        _ = datagram.withBytes { dtls?.receive($0, at: now) ?? false }
        pumpDTLS(at: now)
    }

    /// The handshake begins once the pair is known and the peer is willing.
    func startDTLS(at now: MonotonicInstant) {
        guard let dtls, !isDTLSStarted, remote != nil, now >= dtlsBegins ?? now else { return }
        isDTLSStarted = true
        dtls.start(at: now)
        pumpDTLS(at: now)
    }

    func pumpDTLS(at now: MonotonicInstant) {
        guard let dtls else { return }
        var room = [UInt8](repeating: 0, count: 2048)
        while let length = room.withMutableBytes({ dtls.drain(into: $0) }) {
            if let remote { output.append(PeerDatagram(bytes: Array(room.prefix(length)), from: address, to: remote)) }
        }
        guard outbound == nil, let keys = dtls.keys else { return }
        setKeys(local: keys.local, remote: keys.remote)
    }

    /// The same keys again change nothing, so that packet counters go on.
    func setKeys(local: SRTPKey, remote: SRTPKey) {
        guard keys != [local, remote] else { return }
        keys = [local, remote]
        outbound = try? SRTPTransform.make(local, direction: .outbound)
        inbound = try? SRTPTransform.make(remote, direction: .inbound)
    }

    func pumpICE(at now: MonotonicInstant) {
        guard let ice else { return }
        var room = [UInt8](repeating: 0, count: 2048)
        while let message = room.withMutableBytes({ ice.drain(into: $0) }) {
            output.append(PeerDatagram(bytes: Array(room.prefix(message.length)), from: address, to: message.destination))
        }
        while ice.nextEvent() != nil {}
        if remote == nil, let pair = ice.selectedPair { remote = pair.remote }
    }

    func handleDeadline(at now: MonotonicInstant) {
        if let ice, ice.nextDeadline <= now { ice.handleDeadline(at: now) }
        if isDTLSStarted, let dtls, dtls.nextDeadline <= now { dtls.handleDeadline(at: now) }
        startDTLS(at: now)
        pumpICE(at: now)
        pumpDTLS(at: now)
    }

    var nextDeadline: MonotonicInstant {
        let ofICE = ice?.nextDeadline ?? .distantFuture
        guard let dtls, remote != nil else { return ofICE }
        return min(ofICE, isDTLSStarted ? dtls.nextDeadline : dtlsBegins ?? .distantFuture)
    }
}
