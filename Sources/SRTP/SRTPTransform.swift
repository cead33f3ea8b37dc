public import Wire

/// What came of an attempt to open a packet.
@frozen
public enum SRTPResult: Equatable, Sendable {
    /// The packet is authentic, is decrypted in place, and is `length` bytes long.
    case success(length: Int)
    case failure(SRTPTransform.Failure)
}

/// Protects or opens the RTP and RTCP packets of one direction under one master key.
///
/// A plain class for one thread: the worker that owns the call. The state of every source (SSRC) lives in a
/// table whose size is fixed when the transform is made, and nothing is allocated per packet, except by
/// libsrtp2 for the suites that it serves. What a packet changes, it changes after it has been authenticated.
public class SRTPTransform {
    /// Protects what we send, or opens what the peer sends.
    public enum Direction: Sendable { case outbound, inbound }

    /// Why a packet was refused.
    public enum Failure: Sendable, Equatable {
        /// Its index was seen before, or is older than the replay window (RFC 3711 section 3.3.2).
        case replayed
        /// The tag is wrong: another key, a changed packet, or an attack.
        case authenticationFailed
        /// Too short for its own header and tag, another version than 2, or SRTCP that says it is not encrypted.
        case malformed
        /// A new source while the table is full, a transform of the other direction, or a failing library.
        case unknown
    }

    /// How many sources a transform keeps state for; packets of further ones are refused.
    public static let maximumSources = 32
    /// The most that protecting adds to a packet: a 16-byte tag and the 4-byte SRTCP index.
    public static let maximumTrailerLength = 16 + 4
    /// How many packets behind the newest one are still told apart from replays.
    public static let replayWindowSize = 128

    public let suite: SRTPSuite
    public let direction: Direction

    init(suite: SRTPSuite, direction: Direction) {
        self.suite = suite
        self.direction = direction
    }

    /// The fast transform where libcrypto has the cipher, libsrtp2 for the rest.
    public static func make(_ key: SRTPKey, direction: Direction) throws(SRTPError) -> SRTPTransform {
        switch key.suite {
        case .aesCM192HMACSHA1_80, .aesCM192HMACSHA1_32: try LibSRTPTransform(key, direction: direction)
        default: try LibcryptoTransform(key, direction: direction)
        }
    }

    /// libsrtp2 whatever the suite, for the tests that hold the two to the same bytes and verdicts.
    public static func makeReference(_ key: SRTPKey, direction: Direction) throws(SRTPError) -> SRTPTransform {
        try LibSRTPTransform(key, direction: direction)
    }

    /// Encrypts the RTP packet in the first `length` bytes of `packet` in place and adds the tag.
    ///
    /// A sender counts up: a number that was used before, or lies 2^15 or more ahead and so reads as
    /// an old one, is refused, because it would use a key stream twice.
    /// - Parameter packet: at least `length + suite.rtpTagLength` bytes.
    /// - Returns: the new length, or `nil` if the packet cannot be protected and must not be sent.
    public func protectRTP(_ packet: MutableBytes, length: Int) -> Int? { nil }

    /// Checks and decrypts an SRTP packet in place. After a failure the packet's bytes are worthless.
    public func unprotectRTP(_ packet: MutableBytes) -> SRTPResult { .failure(.unknown) }

    /// Encrypts the compound RTCP packet in the first `length` bytes of `packet` in place, adds index and tag.
    ///
    /// - Parameter packet: at least `length + 4 + suite.rtcpTagLength` bytes.
    /// - Returns: the new length, or `nil` if the packet cannot be protected and must not be sent.
    public func protectRTCP(_ packet: MutableBytes, length: Int) -> Int? { nil }

    /// Checks and decrypts an SRTCP packet in place. After a failure the packet's bytes are worthless.
    public func unprotectRTCP(_ packet: MutableBytes) -> SRTPResult { .failure(.unknown) }
}
