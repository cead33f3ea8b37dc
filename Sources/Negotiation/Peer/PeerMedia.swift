import ICE
import MediaCore
import NGProtocol
import SDP
import SRTP
import Wire

/// What a peer's description says of one of its m-lines, and nothing of what we make of it.
struct PeerMedia: Sendable {
    var relay: RelayKind
    /// `RTP/AVP` for what is no RTP.
    var transport: TransportProtocol
    /// The protocol of an m-line that is no RTP, such as `udptl`.
    var otherProtocol: String?
    /// Port 0: no media wanted.
    var isRejected: Bool
    var mid: String?
    var isBundled: Bool
    /// Where it wants RTP; `nil` for 0.0.0.0 and for the discard port, which stand for "learn it by ICE" or for hold.
    var rtp: TransportAddress?
    /// Where it wants RTCP; `nil` where that cannot be told.
    var rtcp: TransportAddress?
    /// Of its `c=` line.
    var family: IPAddress.Family
    /// `c=` with 0.0.0.0 and no ICE: the old way to say "send me nothing" (RFC 3264 section 8.4).
    var isHeldByAddress: Bool
    var direction: MediaDirection
    var rtcpMux: Bool
    var codecs: [Codec]
    /// [ms]
    var packetTime: Int?
    /// [ms]
    var maximumPacketTime: Int?
    var ice: PeerICE?
    var fingerprint: DTLSFingerprint?
    var setup: DTLSSetup?
    /// The crypto lines that we could use, in its order.
    var crypto: [SDESAttribute]

    /// Meta wrote it, by the marks that its descriptions have.
    var looksLikeMeta: Bool

    /// Meta's relay, or one that works as it does: lite, or 20 ms and nothing longer. It knows one audio
    /// codec for a call and packets of 20 ms, so it is given no choice.
    var isLikeWhatsApp: Bool { ice?.isLite == true || maximumPacketTime == 20 }

    /// Who sends, as the peer means it: an address of zeros says that it wants nothing.
    var meantDirection: MediaDirection {
        guard isHeldByAddress else { return direction }
        return direction.sends ? .sendonly : .inactive
    }
    /// It has nothing to say to the other party, or says it from a music server.
    var isHolding: Bool { !isRejected && meantDirection != .sendrecv }

    var sends: Bool { !isRejected && direction.sends }
    var receives: Bool { !isRejected && direction.receives && !isHeldByAddress }
}

struct PeerICE: Sendable, Equatable {
    var credentials: ICECredentials
    var candidates: [ICECandidate]
    var isLite: Bool
    /// The words of `a=ice-options` that we know.
    var options: Set<Option> = []

    /// RFC 8840 section 4.1.1 and RFC 8445 section 10.
    enum Option: String, Sendable, CaseIterable { case trickle, ice2 }
}

/// `a=setup` (RFC 4145 section 4).
enum DTLSSetup: String, Sendable, Equatable { case active, passive, actpass, holdconn }

extension PeerMedia {
    /// Its RTP goes to another address than it did by an earlier description.
    func hasMoved(from former: PeerMedia?) -> Bool {
        guard let old = former?.rtp, let new = rtp else { return false }
        return old != new
    }
}
