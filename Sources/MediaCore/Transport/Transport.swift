import ICE
import SRTP
import Wire

/// The packets' way in and out of one m-line: our sockets, the peer's address, ICE, DTLS and SRTP.
///
/// It decides who may talk to us and opens and closes packets; it knows nothing of what is in them.
final class Transport {
    // What each packet needs, close together.
    private(set) var isSecured = false
    /// The plan names the networks that packets may come from.
    private var isRestricted = false
    /// ICE failed or the handshake did: nothing more can come of this transport until a new plan.
    private(set) var hasFailed = false
    /// The keys in force are those of `handshake`, not of an association before it.
    private var isKeyed = false
    /// Media or reports have come from where the peer is.
    private(set) var hasHeard = false
    /// The plan says that nothing is sent before that.
    private var waitsForPeer = false
    /// Our sockets for RTP by family.
    private var slots: (v4: Int?, v6: Int?)
    private(set) var ice: ICEAgent?
    private(set) var handshake: Handshake?
    /// Protects what we send; `nil` for plain RTP and while the keys are missing.
    private(set) var outbound: SRTPTransform?
    /// Opens what comes in.
    private(set) var inbound: SRTPTransform?
    @exclusivity(unchecked) private(set) var rtpLatch = AddressLatch()

    private(set) var rtcpLatch = AddressLatch()
    private var sharedPlan = Boxed(wrappedValue: TransportPlan())
    private(set) var cryptoSuite: SRTPSuite?
    private var earlyFlights = EarlyFlights()
    private var localKey: SRTPKey?
    private var remoteKey: SRTPKey?
    /// Where an allowed packet came from last, so that the networks are gone through once for each source.
    private var lastAllowed: IPAddress?
    /// What the descriptions said when `handshake` was made.
    private var association: Association?
    private var isDTLSStarted = false
    /// Where the peer was that has the keys of DTLS.
    private var keyedRemote: TransportAddress?
    /// See `CallConfiguration.handshakesApart`.
    var handshakesApart = false
    /// See `MediaSettings`.
    var handshakeDatagram = MediaSettings().handshakeDatagram

    // MARK: - The plan

    var plan: TransportPlan { sharedPlan.wrappedValue }

    func apply(_ shared: Boxed<TransportPlan>, seed: UInt64, at now: MonotonicInstant) {
        let old = plan, new = shared.wrappedValue
        sharedPlan = shared
        isSecured = new.security != .none
        isRestricted = !new.allowedSources.isEmpty
        slots.v4 = new.rtpSockets.first { $0.local.ip.family == .v4 }?.slot
        slots.v6 = new.rtpSockets.first { $0.local.ip.family == .v6 }?.slot
        lastAllowed = nil
        waitsForPeer = new.waitsForPeer
        // There may be another NAT in front of another address.
        if new.remoteRTP != old.remoteRTP { hasHeard = false }
        applyAddresses(new)
        applyICE(new, old: old, seed: seed, at: now)
        applySecurity(new.security, at: now)
    }

    private func applyAddresses(_ new: TransportPlan) {
        rtpLatch.configure(
            announced: new.remoteRTP, learning: new.learning, isStrict: new.strictSource, allowsHandover: new.allowsHandover)
        rtcpLatch.configure(
            announced: new.remoteRTCP, learning: new.learning, isStrict: new.strictSource, allowsHandover: new.allowsHandover)
    }

    private func applyICE(_ new: TransportPlan, old: TransportPlan, seed: UInt64, at now: MonotonicInstant) {
        guard let icePlan = new.ice else {
            ice = nil
            return
        }
        // An agent is lite or full for good; one that turns into the other begins anew.
        let isNew = ice == nil || ice?.isLite != icePlan.localIsLite
        if isNew {
            ice = ICEAgent(
                localCredentials: icePlan.localCredentials, isControlling: icePlan.isControlling, isLite: icePlan.localIsLite,
                tieBreaker: icePlan.tieBreaker, seed: seed)
        } else if old.ice?.localCredentials != icePlan.localCredentials {
            hasFailed = false
            ice?.restart(localCredentials: icePlan.localCredentials)
        }
        if isNew || old.rtpSockets != new.rtpSockets {
            ice?.setLocalCandidates(new.rtpSockets.enumerated().map { rank, socket in
                LocalCandidate(
                    slot: socket.slot, address: socket.advertised,
                    priority: socket.hostPriority(rank: rank, prefersIPv6: icePlan.prefersIPv6))
            })
        }
        if let remote = icePlan.remoteCredentials {
            ice?.setRemote(credentials: remote, candidates: icePlan.remoteCandidates, isLite: icePlan.remoteIsLite, at: now)
        }
    }

    private func applySecurity(_ security: SecurityPlan, at now: MonotonicInstant) {
        switch security {
        case .none:
            giveUpDTLS()
            setKeys(local: nil, remote: nil)
        case .sdes(let local, let remote):
            giveUpDTLS()
            setKeys(local: local, remote: remote)
        case .dtls(let dtlsPlan):
            applyDTLS(dtlsPlan, at: now)
        }
    }

    private func applyDTLS(_ dtlsPlan: DTLSPlan, at now: MonotonicInstant) {
        if let handshake, var association, !association.isReplaced(by: dtlsPlan) {
            if let fingerprint = dtlsPlan.remoteFingerprint {
                handshake.setRemoteFingerprint(fingerprint, at: now)
                association.remoteFingerprint = fingerprint
                self.association = association
            }
            // A new plan means new signaling: the peer has our SDP, or will in a moment.
            handshake.hurry(at: now)
            return
        }
        // The keys of a former association serve until those of the new one are there (RFC 8842 section 5.1); those of SDES do not.
        if handshake == nil { setKeys(local: nil, remote: nil) }
        guard dtlsPlan.role != .undecided else { return }
        begin(Association(role: dtlsPlan.role, remoteFingerprint: dtlsPlan.remoteFingerprint), certificate: dtlsPlan.certificate)
    }

    private func begin(_ new: Association, certificate: DTLSCertificate) {
        isRenewal = handshake != nil
        isDTLSStarted = false
        isKeyed = false
        association = new
        // A step of the former association that is still away will come back to nobody.
        let endpoint = try? DTLSEndpoint(
            certificate: certificate, isClient: new.role == .client, remoteFingerprint: new.remoteFingerprint, mtu: handshakeDatagram)
        handshake = endpoint.map { Handshake($0, isApart: handshakesApart) }
        hasFailed = endpoint == nil || ice?.state == .failed
    }
    /// There was an association before the present one.
    private var isRenewal = false

    private struct Association {
        var role: DTLSPlan.Role
        /// `nil` until the peer's description says it.
        var remoteFingerprint: DTLSFingerprint?

        /// Another certificate of the peer, or other roles, are another association (RFC 8842 section 4); an offer of ours
        /// that leaves the role open is none.
        func isReplaced(by plan: DTLSPlan) -> Bool {
            if plan.role == .undecided { return false }
            guard let remoteFingerprint, let new = plan.remoteFingerprint else { return plan.role != role }
            return plan.role != role || new != remoteFingerprint
        }
    }

    /// The next handshake, should a later plan ask for one, is a new one; how this one went means nothing any more.
    private func giveUpDTLS() {
        guard handshake != nil else { return }
        handshake = nil
        association = nil
        isDTLSStarted = false
        isKeyed = false
        hasFailed = ice?.state == .failed
    }

    /// A key that stays the same keeps its transform: roll-over counter and replay window go on.
    private func setKeys(local: SRTPKey?, remote: SRTPKey?) {
        if local != localKey {
            localKey = local
            outbound = local.flatMap { try? SRTPTransform.make($0, direction: .outbound) }
        }
        if remote != remoteKey {
            remoteKey = remote
            inbound = remote.flatMap { try? SRTPTransform.make($0, direction: .inbound) }
        }
        cryptoSuite = (remote ?? local)?.suite
    }

    // MARK: - What is known

    /// Keys are in place, or none are needed.
    var isSecurityReady: Bool {
        guard isSecured else { return true }
        guard outbound != nil else { return false }
        // Those of a former association serve where its peer is; nobody else has them.
        return isKeyed || handshake == nil || rtpPath?.remote == keyedRemote
    }

    struct Path {
        var slot: Int
        var remote: TransportAddress
    }

    /// Where RTP leaves from and goes to, once it is known.
    var rtpPath: Path? {
        if let ice { return ice.selectedPair.map { Path(slot: $0.slot, remote: $0.remote) } }
        guard let remote = rtpLatch.destination, let slot = remote.ip.family == .v4 ? slots.v4 : slots.v6 else { return nil }
        return Path(slot: slot, remote: remote)
    }

    var rtcpPath: Path? {
        if plan.rtcpMux || ice != nil { return rtpPath }
        guard let socket = plan.rtcpSocket, let remote = rtcpLatch.destination,
              socket.local.ip.family == remote.ip.family else { return nil }
        return Path(slot: socket.slot, remote: remote)
    }

    /// Media can be sent: address known, ICE done, keys there, and the peer heard where that has to be waited for.
    var isReady: Bool { !hasFailed && isSecurityReady && rtpPath != nil && (hasHeard || !waitsForPeer) }

    // MARK: - Packets

    /// Whether the plan lets packets come from there, of whatever kind.
    func allows(_ source: IPAddress) -> Bool {
        if !isRestricted || source == lastAllowed { return true }
        for network in plan.allowedSources where network.contains(source) {
            lastAllowed = source
            return true
        }
        return false
    }

    /// Whether the source of a media packet may be listened to. Changes nothing.
    func admits(_ source: TransportAddress, slot: Int, isRTCP: Bool, at now: MonotonicInstant) -> Bool {
        if let ice { return ice.isKnownSource(source, slot: slot) }
        let latch = isRTCP && slot == plan.rtcpSocket?.slot ? rtcpLatch : rtpLatch
        return latch.admission(of: source, isAuthenticated: isSecured, at: now) == .admitted
    }

    /// Notes the source of a packet that was accepted, after its tag was verified.
    func accepted(from source: TransportAddress, slot: Int, isRTCP: Bool, at now: MonotonicInstant) {
        hasHeard = true
        if ice != nil { return }
        if isRTCP && slot == plan.rtcpSocket?.slot {
            rtcpLatch.accepted(from: source, isAuthenticated: isSecured, at: now)
        } else if !isRTCP || plan.rtcpMux {
            rtpLatch.accepted(from: source, isAuthenticated: isSecured, at: now)
        }
    }

    enum Opened {
        /// The packet's length without the SRTP trailer.
        case length(Int)
        case dropped(DropReason)
    }

    /// Verifies and decrypts in place. Nothing of the call's state has changed when it refuses.
    func open(_ packet: MutableBytes, isRTCP: Bool) -> Opened {
        guard isSecured else { return .length(packet.count) }
        guard let inbound else { return .dropped(.keysMissing) }
        let result = isRTCP ? inbound.unprotectRTCP(packet) : inbound.unprotectRTP(packet)
        switch result {
        case .success(let length): return .length(length)
        case .failure(.replayed): return .dropped(.replayed)
        case .failure(.authenticationFailed): return .dropped(.authenticationFailed)
        case .failure: return .dropped(.cryptoError)
        }
    }

    /// Encrypts in place; the packet's new length, or `nil` when that is not possible.
    func close(_ packet: MutableBytes, length: Int, isRTCP: Bool) -> Int? {
        guard isSecured else { return length }
        guard let outbound else { return nil }
        return isRTCP ? outbound.protectRTCP(packet, length: length) : outbound.protectRTP(packet, length: length)
    }

    // MARK: - DTLS

    /// A handshake datagram. It waits until we know whom we talk to and in which role: ICE has its pair, the answer is here.
    func receiveDTLS(_ datagram: Bytes, from source: TransportAddress, slot: Int, at now: MonotonicInstant) -> DropReason? {
        guard case .dtls = plan.security else { return .dtlsNotExpected }
        guard let handshake, isDTLSStarted else {
            return earlyFlights.keep(datagram, from: source, slot: slot) ? nil : .dtlsQueueFull
        }
        guard isHandshakePartner(source, slot: slot) else { return .sourceNotAdmitted }
        return handshake.receive(datagram, at: now)
    }

    /// Starts the handshake once the path is there, and feeds it what came too early.
    func startDTLSIfPossible(at now: MonotonicInstant) {
        guard let handshake, !isDTLSStarted, rtpPath != nil else { return }
        // After an ICE restart the old pair goes on until there is a new one: at its end is the peer of the former association.
        if isRenewal, let ice, ice.state != .connected { return }
        isDTLSStarted = true
        handshake.start(at: now)
        for flight in earlyFlights.takeAll() where isHandshakePartner(flight.source, slot: flight.slot) {
            _ = flight.bytes.withBytes { handshake.receive($0, at: now) }
        }
    }

    enum HandshakeResult {
        case connected
        case failed(DTLSFailure)
    }

    /// Takes the keys over when the handshake has just been verified; says so once. A certificate that turns out to be
    /// another than the SDP's takes them away again; that the peer says goodbye does not, since media may still be on its way.
    func takeHandshakeResult() -> HandshakeResult? {
        guard let handshake, !hasFailed else { return nil }
        if case .failed(let failure) = handshake.state, !isKeyed || failure == .fingerprintMismatch {
            setKeys(local: nil, remote: nil)
            hasFailed = true
            return .failed(failure)
        }
        guard !isKeyed, let keys = handshake.keys else { return nil }
        isKeyed = true
        keyedRemote = rtpPath?.remote
        setKeys(local: keys.local, remote: keys.remote)
        hasFailed = outbound == nil || inbound == nil
        return hasFailed ? .failed(.handshakeFailed(reason: 0)) : .connected
    }

    var isDTLSVerified: Bool { isKeyed && handshake?.keys != nil && outbound != nil }

    func handleDeadline(at now: MonotonicInstant) {
        if let ice, ice.nextDeadline <= now { ice.handleDeadline(at: now) }
        if let handshake, handshake.nextDeadline <= now { handshake.handleDeadline(at: now) }
    }

    var iceState: ICEConnectionState {
        guard let ice else { return .none }
        switch ice.state {
        case .new, .checking: return .checking
        case .connected: return .connected
        case .failed: return .failed
        }
    }

    private func isHandshakePartner(_ source: TransportAddress, slot: Int) -> Bool {
        if let ice { return ice.isKnownSource(source, slot: slot) }
        return source == rtpLatch.destination
    }

    func iceFailed() { hasFailed = true }

    /// The earliest moment at which ICE or DTLS want to be called.
    var nextDeadline: MonotonicInstant {
        min(ice?.nextDeadline ?? .distantFuture, handshake?.nextDeadline ?? .distantFuture)
    }
}

extension LocalSocket {
    /// RFC 8445 section 5.1.2.1: host candidates; in the order of the sockets, or IPv6 before IPv4 (section 5.1.2.2, RFC 8421).
    func hostPriority(rank: Int, prefersIPv6: Bool) -> UInt32 {
        let preference = prefersIPv6 ? (local.ip.family == .v6 ? 65535 : 65534) : 65535 - min(rank, 65535)
        return ICECandidate.priority(typePreference: 126, localPreference: UInt16(preference), component: 1)
    }
}
