import MediaCore
@testable import MediaIO
import SRTP
import Wire

/// The far end of a DTLS leg without ICE, and the call that has it.
final class DTLSPeer {
    /// The call's certificate and the peer's.
    static let certificates = Result { (try DTLSCertificate.generate(), try DTLSCertificate.generate()) }

    let handle: CallHandle
    let endpoint: DTLSEndpoint
    private let socket: UDPPeer
    private let call: TransportAddress
    private var room = [UInt8](repeating: 0, count: DTLSEndpoint.maximumDatagramLength)

    /// - Parameter isClient: whether the peer says hello first.
    init?(_ engine: MediaEngine, _ pool: PortPool, isClient: Bool) async throws {
        let (ours, theirs) = try Self.certificates.get()
        guard let socket = UDPPeer(pool.address.description) else { return nil }
        let lease = try pool.lease()
        self.socket = socket
        call = lease.address
        endpoint = try DTLSEndpoint(certificate: theirs, isClient: isClient, remoteFingerprint: ours.fingerprint(.sha256))
        handle = engine.makeCall()
        let security = SecurityPlan.dtls(DTLSPlan(
            role: isClient ? .server : .client, certificate: ours, remoteFingerprint: theirs.fingerprint(.sha256)))
        let transport = TransportPlan(
            rtpSockets: [LocalSocket(slot: 0, local: lease.address, advertised: lease.address)], rtcpMux: true, remoteRTP: socket.address,
            learning: .off, security: security)
        let payloads = [PayloadPlan(payloadType: 0, format: .pcmu, clockRate: 8000)]
        let media = MediaPlan(
            participant: 0, transport: transport, receivePayloads: payloads, sendPayloads: payloads, ssrc: 1, cname: "c", source: nil)
        let plan = CallPlan(media: [media], mediaTimeout: .seconds(60), silentTimeout: .seconds(60))
        guard await handle.apply(plan, adding: [CallSocket(slot: 0, lease: lease)]) else { return nil }
    }

    /// Answers what has come, and repeats what is due.
    func serve() {
        let now = SystemClock.now
        endpoint.start(at: now)
        while let (bytes, _) = socket.poll() { _ = bytes.withBytes { endpoint.receive($0, at: now) } }
        if endpoint.nextDeadline <= now { endpoint.handleDeadline(at: now) }
        while let length = room.withMutableBytes({ endpoint.drain(into: $0) }) { socket.send(Array(room[..<length]), to: call) }
    }
}
