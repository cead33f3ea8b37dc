internal import CCrypto
public import Wire

/// One end of a DTLS-SRTP association (RFC 5763, RFC 5764): datagrams and `now` in, datagrams, a deadline and the keys out.
///
/// Getters: `state`, `keys`, `nextDeadline`. Input: `start`, `receive`, `handleDeadline`, `hurry`,
/// `setRemoteFingerprint`, `close`.
/// Output: `drain`, to be called until it returns `nil` after every input.
///
/// OpenSSL does the protocol and reads its own clock for its retransmission timer, the one exception from "time is an
/// argument". `now` only places the timer's remaining time on our clock.
///
/// OpenSSL's part, 40 kB, ends with the handshake. From then on no record is read: a peer that repeats its last flight gets ours
/// again, byte by byte, and that it says goodbye (close_notify) is not noticed, since its media may still be on their way.
public final class DTLSEndpoint {
    /// How far the association is.
    public enum State: Sendable, Equatable {
        case handshaking
        /// The handshake is done and the certificate is the one of the SDP: `keys` are there.
        case established
        /// The handshake is done, but the fingerprint to compare with is not known yet.
        case unverified
        case failed(DTLSFailure)
    }

    /// What is offered and accepted, the most wanted first. AES-128-GCM costs the least time per packet and has the
    /// strongest tag; then the one profile that every implementation has (RFC 8827 section 6.5); AES-256 only for
    /// peers that want nothing less; the 32-bit tag last, because it is the weakest.
    public static let defaultProfiles: [SRTPSuite] = [.aeadAES128GCM, .aesCM128HMACSHA1_80, .aeadAES256GCM, .aesCM128HMACSHA1_32]

    /// The largest handshake datagram [bytes]: fits every path that media fits, tunnels included.
    public static let defaultMTU = 1200

    /// How many bytes `drain` needs at most.
    public static let maximumDatagramLength = Int(RTPBRIDGE_DTLS_MAXIMUM_DATAGRAM)

    public private(set) var state = State.handshaking
    /// The master keys, while `state` is `established`.
    public private(set) var keys: DTLSKeys?
    /// When to call `handleDeadline`.
    public private(set) var nextDeadline = MonotonicInstant.distantFuture

    private let certificate: DTLSCertificate   // lives as long as what OpenSSL refers to
    private let isClient: Bool
    private let association: OpaquePointer
    private var remoteFingerprint: DTLSFingerprint?
    /// The keys of a handshake that is done, whether the certificate has been verified or not.
    private var agreedKeys: DTLSKeys?
    private var isStarted = false
    private var hasHeardPeer = false
    private var firstFlight: FirstFlight
    private var lastFlight = LastFlight()
    private var earlyDatagrams: [[UInt8]] = []

    /// The first datagrams before `start` are kept: a ClientHello or a server's first flight, and a repetition.
    private static let maximumEarlyDatagrams = 8
    /// No repetition is ever further away. OpenSSL's clock is the calendar's: when that steps back, we ask again.
    private static let longestTimeout = Nanoseconds.seconds(1)

    /// - Parameters:
    ///   - isClient: whether we send the ClientHello (`a=setup:active`).
    ///   - remoteFingerprint: the peer's, if its SDP is known already.
    ///   - profiles: the SRTP suites to agree on, the most wanted first; those without a DTLS number are left out.
    ///   - mtu: the largest handshake datagram [bytes], 256 to 1,500.
    ///   - retransmission: when flights are repeated.
    public init(
        certificate: DTLSCertificate, isClient: Bool, remoteFingerprint: DTLSFingerprint?,
        profiles: [SRTPSuite] = DTLSEndpoint.defaultProfiles, mtu: Int = DTLSEndpoint.defaultMTU,
        retransmission: DTLSRetransmission = .eager
    ) throws(DTLSError) {
        let names = profiles.compactMap(\.dtlsName)
        guard !names.isEmpty else { throw .noProfile }
        self.certificate = certificate
        self.isClient = isClient
        let bound = Int32(min(max(mtu, 256), Self.maximumDatagramLength))
        var code: UInt64 = 0
        guard let made = rtpbridge_dtls_new(certificate.identity, isClient ? 1 : 0, names.joined(separator: ":"), bound, &code) else {
            throw .libraryFailed(code: code)
        }
        association = made
        firstFlight = FirstFlight(longestInterval: retransmission.longest)
        rtpbridge_dtls_set_timer(
            made, UInt32(clamping: retransmission.first.microseconds), UInt32(clamping: retransmission.longest.microseconds))
        if let remoteFingerprint { expect(remoteFingerprint) }
    }

    deinit { rtpbridge_dtls_free(association) }

    // MARK: - Input

    /// Names the certificate that the peer must have. May come before, during or after the handshake, and again unchanged.
    ///
    /// Another fingerprint than before fails an association that is established: a new certificate needs a new one (RFC 8842 section 4).
    public func setRemoteFingerprint(_ fingerprint: DTLSFingerprint) {
        guard fingerprint != remoteFingerprint else { return }
        expect(fingerprint)
        if state == .unverified || state == .established { verify() }
    }

    /// From now on datagrams are answered; a client makes its first flight. Early datagrams are taken in.
    public func start(at now: MonotonicInstant) {
        guard !isStarted else { return }
        isStarted = true
        rtpbridge_dtls_proceed(association)
        for datagram in earlyDatagrams {
            datagram.withBytes { bytes in
                if let base = bytes.base { rtpbridge_dtls_receive(association, base, bytes.count) }
            }
        }
        earlyDatagrams = []
        update(at: now)
    }

    /// Whether a datagram begins with a whole DTLS record, without which `receive` does not take it.
    public static func accepts(_ datagram: Bytes) -> Bool { DTLSRecord.leads(datagram) }

    /// Takes one datagram in. After the handshake too: the peer may repeat its last flight, and then gets ours again.
    /// - Returns: `false` if it is no DTLS record or nobody wants it any more; nothing has changed then.
    public func receive(_ datagram: Bytes, at now: MonotonicInstant) -> Bool {
        guard DTLSRecord.leads(datagram), let base = datagram.base else { return false }
        if case .failed = state { return false }
        guard state == .handshaking else {
            if !isClient, DTLSRecord.hasFinished(datagram) { lastFlight.repeatOnDemand() }
            return true
        }
        hasHeardPeer = true
        firstFlight.forget()
        guard isStarted else {
            guard earlyDatagrams.count < Self.maximumEarlyDatagrams else { return false }
            earlyDatagrams.append(datagram.array)
            return true
        }
        rtpbridge_dtls_receive(association, base, datagram.count)
        update(at: now)
        return true
    }

    /// Repeats the last flight if it is time. Called too early it changes nothing but `nextDeadline`.
    public func handleDeadline(at now: MonotonicInstant) {
        guard isStarted, state == .handshaking else {
            lastFlight.repeatIfDue(at: now)
            nextDeadline = lastFlight.nextRepetition
            return
        }
        firstFlight.repeatIfDue(at: now)
        rtpbridge_dtls_handle_timeout(association)
        update(at: now)
    }

    /// The peer is about to listen, because it was sent our SDP just now: a client that has not heard of it yet repeats its
    /// first flight at once and every 80 ms at least for ten seconds, instead of waiting up to a second for its timer.
    public func hurry(at now: MonotonicInstant) {
        guard isClient, !hasHeardPeer, state == .handshaking else { return }
        firstFlight.hurry(at: now)
        if isStarted { update(at: now) }
    }

    /// Tells the peer that the association ends (close_notify). `state` and `keys` stay.
    public func close() {
        lastFlight.forget()
        nextDeadline = .distantFuture
        rtpbridge_dtls_close(association)
    }

    // MARK: - Output

    /// Moves the next datagram to send into `room`; `nil` if there is none.
    /// - Parameter room: `maximumDatagramLength` bytes; what does not fit is lost as on a network.
    public func drain(into room: MutableBytes) -> Int? {
        guard let base = room.base else { return nil }
        if let length = firstFlight.takeRepetition(into: room) ?? lastFlight.takeRepetition(into: room) { return length }
        let length = Int(rtpbridge_dtls_take(association, base, room.count))
        guard length > 0 else { return nil }
        if isClient, !hasHeardPeer { firstFlight.keep(Bytes(base, count: length)) }
        if !isClient { lastFlight.keep(Bytes(base, count: length)) }
        return length
    }

    // MARK: - What the association has come to

    private func expect(_ fingerprint: DTLSFingerprint) {
        remoteFingerprint = fingerprint
        rtpbridge_dtls_expect(association, fingerprint.bytes, fingerprint.bytes.count)
    }

    private func update(at now: MonotonicInstant) {
        var detail: UInt32 = 0
        switch rtpbridge_dtls_get_status(association, &detail) {
        case RTPBRIDGE_DTLS_HANDSHAKING: break
        case RTPBRIDGE_DTLS_CONNECTED: if state == .handshaking { complete(at: now) }
        case RTPBRIDGE_DTLS_CLOSED: fail(.closedByPeer)
        case RTPBRIDGE_DTLS_ALERTED: fail(.alert(UInt8(truncatingIfNeeded: detail)))
        case RTPBRIDGE_DTLS_REJECTED: fail(.fingerprintMismatch)
        case RTPBRIDGE_DTLS_TIMED_OUT: fail(.timedOut)
        default: fail(.handshakeFailed(reason: detail))
        }
        place(at: now)
    }

    /// Places `nextDeadline` anew: OpenSSL's timer has run on while a handshake waited to be looked at.
    public func place(at now: MonotonicInstant) {
        guard isStarted, state == .handshaking else {
            nextDeadline = lastFlight.nextRepetition
            return
        }
        let remaining = rtpbridge_dtls_timeout(association)   // [us], or -1
        guard remaining >= 0 else {
            nextDeadline = .distantFuture
            return
        }
        let timeout = Nanoseconds.microseconds(Int(remaining))
        if isClient, !hasHeardPeer { firstFlight.fillPause(of: timeout, at: now) }
        nextDeadline = min(now + min(timeout, Self.longestTimeout), firstFlight.nextRepetition)
    }

    private func complete(at now: MonotonicInstant) {
        if !isClient { lastFlight.begin(at: now) }
        guard let suite = SRTPSuite(dtlsProfile: rtpbridge_dtls_profile(association)) else { return refuse(.noSharedProfile) }
        agreedKeys = DTLSKeys.export(from: association, suite: suite, isClient: isClient)
        rtpbridge_dtls_release(association)
        verify()
    }

    /// The handshake is done: the keys are ours to use only if the certificate is the announced one.
    private func verify() {
        switch rtpbridge_dtls_compare(association) {
        case RTPBRIDGE_DTLS_MATCHES:
            keys = agreedKeys
            if keys == nil { refuse(.handshakeFailed(reason: 0)) } else { state = .established }
        case RTPBRIDGE_DTLS_DIFFERS: refuse(.fingerprintMismatch)
        default: state = .unverified
        }
    }

    private func refuse(_ failure: DTLSFailure) {
        close()
        fail(failure)
    }

    private func fail(_ failure: DTLSFailure) {
        state = .failed(failure)
        keys = nil
        agreedKeys = nil
        lastFlight.forget()
        rtpbridge_dtls_release(association)
    }
}
