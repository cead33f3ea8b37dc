/// Why a certificate or an endpoint could not be made. What happens during a handshake is a `DTLSFailure`.
public enum DTLSError: Error, Sendable, Equatable {
    /// Our misuse: no protection profile was given that DTLS has a number for.
    case noProfile
    /// Our limit (memory, randomness) or our bug: OpenSSL refused, with this code of its own.
    case libraryFailed(code: UInt64)
}

/// Why an association will never carry media, or no longer does.
public enum DTLSFailure: Sendable, Equatable {
    /// The peer's certificate is not the one whose fingerprint its SDP gave (RFC 8122 section 6.2).
    case fingerprintMismatch
    /// The peer agreed on none of our SRTP protection profiles (RFC 5764 section 4.1.2).
    case noSharedProfile
    /// The peer stopped answering, or never began.
    case timedOut
    /// The peer sent a fatal alert with this description (RFC 5246 section 7.2).
    case alert(UInt8)
    /// The peer sent close_notify.
    case closedByPeer
    /// The peer broke the protocol or shares no parameters with us; OpenSSL's reason code.
    case handshakeFailed(reason: UInt32)
}
