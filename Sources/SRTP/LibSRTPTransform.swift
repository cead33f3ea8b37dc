internal import CSRTP
internal import Wire

/// The transform on libsrtp2: for the suites that are rare, and the reference that the tests hold `LibcryptoTransform` to.
///
/// libsrtp2 keeps its own state per source and makes it when a source's first packet is authentic; the
/// table here only counts the sources, since libsrtp2 would take any number of them.
final class LibSRTPTransform: SRTPTransform {
    private let session: srtp_t
    private let rtpTagLength: Int
    private let relaxations: SRTPRelaxations
    private var sources = SourceTable()

    /// srtp_init() once for the process; a constant since its result does not change.
    private static let libraryStatus = srtp_init()

    init(_ key: SRTPKey, direction: Direction) throws(SRTPError) {
        guard Self.libraryStatus == srtp_err_status_ok else { throw .libraryFailed(status: Self.libraryStatus.rawValue) }
        guard key.identifier.isEmpty, !key.suite.isAEAD || key.relaxations.isEmpty else { throw .suiteUnavailable(key.suite) }
        var secret = key.keyAndSalt
        var session: srtp_t?
        let status = secret.withUnsafeMutableBufferPointer { secret in
            var policy = Self.policy(key, direction)
            policy.key = secret.baseAddress
            return srtp_create(&session, &policy)
        }
        guard status == srtp_err_status_ok, let session else {
            throw status == srtp_err_status_fail ? .suiteUnavailable(key.suite) : .libraryFailed(status: status.rawValue)
        }
        self.session = session
        rtpTagLength = key.rtpTagLength
        relaxations = key.relaxations
        super.init(suite: key.suite, direction: direction)
    }

    deinit { srtp_dealloc(session) }

    private static func policy(_ key: SRTPKey, _ direction: Direction) -> srtp_policy_t {
        var policy = srtp_policy_t()
        setCrypto(&policy.rtp, key.suite, isControl: false)
        setCrypto(&policy.rtcp, key.suite, isControl: true)
        if key.relaxations.contains(.unauthenticatedRTP) {
            policy.rtp.auth_type = srtp_auth_type_id_t(0) // SRTP_NULL_AUTH, a macro
            policy.rtp.auth_key_len = 0
            policy.rtp.auth_tag_len = 0
        }
        switch (key.relaxations.contains(.unencryptedRTP), key.relaxations.contains(.unauthenticatedRTP)) {
        case (true, true): policy.rtp.sec_serv = sec_serv_none
        case (true, false): policy.rtp.sec_serv = sec_serv_auth
        case (false, true): policy.rtp.sec_serv = sec_serv_conf
        case (false, false): break
        }
        if key.relaxations.contains(.unencryptedRTCP) { policy.rtcp.sec_serv = sec_serv_auth }
        policy.ssrc.type = direction == .outbound ? ssrc_any_outbound : ssrc_any_inbound
        policy.window_size = UInt(replayWindowSize)
        return policy
    }

    /// The 32-bit tag is for RTP only (RFC 4568 section 6.2.2).
    private static func setCrypto(_ policy: inout srtp_crypto_policy_t, _ suite: SRTPSuite, isControl: Bool) {
        switch suite {
        case .aesCM128HMACSHA1_32 where !isControl: srtp_crypto_policy_set_aes_cm_128_hmac_sha1_32(&policy)
        case .aesCM192HMACSHA1_32 where !isControl: srtp_crypto_policy_set_aes_cm_192_hmac_sha1_32(&policy)
        case .aesCM256HMACSHA1_32 where !isControl: srtp_crypto_policy_set_aes_cm_256_hmac_sha1_32(&policy)
        case .aesCM128HMACSHA1_80, .aesCM128HMACSHA1_32: srtp_crypto_policy_set_rtp_default(&policy)
        case .aesCM192HMACSHA1_80, .aesCM192HMACSHA1_32: srtp_crypto_policy_set_aes_cm_192_hmac_sha1_80(&policy)
        case .aesCM256HMACSHA1_80, .aesCM256HMACSHA1_32: srtp_crypto_policy_set_aes_cm_256_hmac_sha1_80(&policy)
        case .aeadAES128GCM: srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy)
        case .aeadAES256GCM: srtp_crypto_policy_set_aes_gcm_256_16_auth(&policy)
        }
    }

    override func protectRTP(_ packet: MutableBytes, length: Int) -> Int? {
        guard let base = packet.base, length >= 0, packet.count - length >= rtpTagLength,
              let header = ClearRTPHeader(Bytes(base, count: length)) else { return nil }
        return protect(header.ssrc, base, length, srtp_protect)
    }

    override func protectRTCP(_ packet: MutableBytes, length: Int) -> Int? {
        guard let base = packet.base, length >= SRTCP.clearLength, packet.count - length >= SRTCP.wordLength + suite.rtcpTagLength,
              let ssrc = packet.bytes.u32(4), let first = packet.bytes.u8(0), first >> 6 == 2 else { return nil }
        return protect(ssrc, base, length, srtp_protect_rtcp)
    }

    override func unprotectRTP(_ packet: MutableBytes) -> SRTPResult {
        guard let base = packet.base, let header = ClearRTPHeader(Bytes(base, count: packet.count - rtpTagLength)) else {
            return .failure(direction == .inbound ? .malformed : .unknown)
        }
        return unprotect(header.ssrc, base, packet.count, srtp_unprotect)
    }

    override func unprotectRTCP(_ packet: MutableBytes) -> SRTPResult {
        let end = packet.count - SRTCP.wordLength - suite.rtcpTagLength
        guard let base = packet.base, end >= SRTCP.clearLength, let first = packet.bytes.u8(0), first >> 6 == 2,
              let ssrc = packet.bytes.u32(4), let word = packet.bytes.u32(SRTCP.wordOffset(end: end, suite)),
              // libsrtp2 itself refuses unencrypted SRTCP under HMAC suites only; here one rule holds for all.
              word & SRTCP.encryptedFlag != 0 || relaxations.contains(.unencryptedRTCP) else {
            return .failure(direction == .inbound ? .malformed : .unknown)
        }
        return unprotect(ssrc, base, packet.count, srtp_unprotect_rtcp)
    }

    private typealias Operation = (srtp_t?, UnsafeMutableRawPointer?, UnsafeMutablePointer<Int32>?) -> srtp_err_status_t

    private func protect(_ ssrc: UInt32, _ base: UnsafeMutableRawPointer, _ length: Int, _ operation: Operation) -> Int? {
        guard direction == .outbound, sources.find(ssrc) != nil || !sources.isFull else { return nil }
        var size = Int32(truncatingIfNeeded: length)
        let status = operation(session, base, &size)
        guard status == srtp_err_status_ok else { return nil }
        if sources.find(ssrc) == nil { _ = sources.insert(ssrc) }
        return Int(size)
    }

    private func unprotect(_ ssrc: UInt32, _ base: UnsafeMutableRawPointer, _ length: Int, _ operation: Operation) -> SRTPResult {
        guard direction == .inbound, sources.find(ssrc) != nil || !sources.isFull else { return .failure(.unknown) }
        var size = Int32(truncatingIfNeeded: length)
        switch operation(session, base, &size) {
        case srtp_err_status_ok:
            if sources.find(ssrc) == nil { _ = sources.insert(ssrc) }
            return .success(length: Int(size))
        case srtp_err_status_replay_fail, srtp_err_status_replay_old: return .failure(.replayed)
        case srtp_err_status_auth_fail: return .failure(.authenticationFailed)
        case srtp_err_status_bad_param, srtp_err_status_parse_err, srtp_err_status_cant_check: return .failure(.malformed)
        default: return .failure(.unknown)
        }
    }
}
