import ICE
import SRTP
import Wire

/// Meta's transport: a lite ICE agent and one end of a DTLS association (RFC 8445 section 2.5, RFC 5764).
final class DTLSPeer {
    /// Begins every fragment, so that a check tells its call.
    private static let prefix = "load"

    let credentials: ICECredentials
    private let ice: ICEAgent
    private var dtls: DTLSEndpoint?
    private let certificate: DTLSCertificate
    private var isStarted = false
    /// Whether the daemon waits for our ClientHello; `nil` until its description is there.
    private var isClient: Bool?
    /// Where the daemon is: the nominated pair's address, before that the one of its last authentic check, as
    /// not every daemon waits for its own nomination with DTLS.
    private(set) var remote: TransportAddress?

    init(call: Int, address: TransportAddress, certificate: DTLSCertificate, random: inout SplitMix64) {
        self.certificate = certificate
        let secret = (0..<24).map { _ in Array("abcdefghijklmnopqrstuvwxyz012345")[Int(random.next() % 32)] }
        credentials = ICECredentials(ufrag: Self.prefix + Self.hexadecimal(call), password: String(secret))
        ice = ICEAgent(localCredentials: credentials, isControlling: false, isLite: true, tieBreaker: random.next(), seed: random.next())
        ice.setLocalCandidates([LocalCandidate(slot: 0, address: address, priority: 2_113_937_151)])
    }

    private static func hexadecimal(_ number: Int) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: max(0, 8 - digits.count)) + digits
    }

    /// The call that a check is for, by its USERNAME (RFC 8445 section 7.2.2); `nil` for another message.
    static func call(namedIn stun: Bytes) -> Int? {
        guard let name = STUNMessage.parse(stun)?.username, let own = name.slice(0, prefix.utf8.count + 8)?.array,
              own.starts(with: prefix.utf8) else { return nil }
        return UInt32(String(decoding: own.dropFirst(prefix.utf8.count), as: UTF8.self), radix: 16).map { Int($0) }
    }

    var keys: DTLSKeys? { dtls?.keys }
    var failure: String? {
        guard case .failed(let reason)? = dtls?.state else { return nil }
        return "DTLS: \(reason)"
    }

    func accept(_ remote: RemoteDescription, isOfferer: Bool, at now: Int64) {
        if let credentials = remote.credentials {
            ice.setRemote(credentials: credentials, candidates: [], isLite: false, at: MonotonicInstant(now))
        }
        // An answerer says "active" in its own description.
        isClient = isOfferer ? remote.setup == "passive" : true
        if let fingerprint = remote.fingerprint { endpoint(isClient: isClient ?? false)?.setRemoteFingerprint(fingerprint) }
        start(at: now)
    }

    func receiveSTUN(_ datagram: Bytes, from source: TransportAddress, at now: Int64) {
        let result = ice.receive(datagram, slot: 0, from: source, at: MonotonicInstant(now))
        while ice.nextEvent() != nil {}
        if let pair = ice.selectedPair { remote = pair.remote } else if result == .accepted { remote = source }
        start(at: now)
    }

    func receiveDTLS(_ datagram: Bytes, at now: Int64) {
        guard let dtls = endpoint(isClient: false) else { return }
        start(at: now)
        _ = dtls.receive(datagram, at: MonotonicInstant(now))
    }

    func handleDeadline(at now: Int64) {
        guard let dtls, dtls.nextDeadline <= MonotonicInstant(now) else { return }
        dtls.handleDeadline(at: MonotonicInstant(now))
    }

    /// The next datagram to send and where to.
    func drain(into room: MutableBytes) -> (length: Int, to: TransportAddress)? {
        if let message = ice.drain(into: room) { return (message.length, message.destination) }
        guard let remote, let length = dtls?.drain(into: room) else { return nil }
        return (length, remote)
    }

    /// A server is there from the first ClientHello on, which may overtake the daemon's description.
    private func endpoint(isClient: Bool) -> DTLSEndpoint? {
        if dtls == nil {
            dtls = try? DTLSEndpoint(
                certificate: certificate, isClient: isClient, remoteFingerprint: nil, profiles: [.aesCM128HMACSHA1_80])
        }
        return dtls
    }

    private func start(at now: Int64) {
        guard !isStarted, remote != nil, let dtls else { return }
        isStarted = true
        dtls.start(at: MonotonicInstant(now))
    }
}
