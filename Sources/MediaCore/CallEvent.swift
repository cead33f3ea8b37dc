public import SRTP

/// What a call reports upwards; `media` is the index in `CallPlan.media`.
public enum CallEvent: Sendable, Equatable {
    /// ICE chose its pair.
    case iceConnected(media: Int)
    /// ICE found no working pair, or the peer withdrew its consent (RFC 7675).
    case iceFailed(media: Int)
    /// The handshake is done and the fingerprint verified.
    case dtlsConnected(media: Int)
    /// The handshake ended in an error, or the certificate is not the one of the SDP.
    case dtlsFailed(media: Int, DTLSFailure)
    /// Everything is in place to send media to this peer.
    case mediaReady(media: Int)
    case firstPacketReceived(media: Int)
    case firstPacketSent(media: Int)
    /// A digit that this peer pressed ended: event code 0 to 15 (RFC 4733 section 3.2), duration [ms], volume [-dBm0].
    case digit(media: Int, code: UInt8, duration: Int, volume: Int)
    /// This peer brought no RTP for `ObservationPlan.silenceAfter`, or goes on after that.
    case silence(media: Int, isSilent: Bool)
    /// What this peer sends sounds worse than `ObservationPlan.lowQuality` [MOS, 1.0 to 4.5].
    case qualityLow(media: Int, mos: Double)
    /// The playing of that number has come to its end by itself.
    case playbackEnded(media: Int, id: UInt64)
    /// Something of the recording of that number is missing: it could not be taken as fast as it came. Told once.
    case recordingIncomplete(id: UInt64)
    /// The call is over; nothing is sent any more.
    case ended(EndReason)
}

/// Why a call is over.
public enum EndReason: Sendable, Equatable {
    /// `delete`, or the daemon stops.
    case requested
    /// No packet for `CallPlan.mediaTimeout`.
    case mediaTimeout
    /// No packet for `CallPlan.silentTimeout` while none was expected.
    case silentTimeout
}
