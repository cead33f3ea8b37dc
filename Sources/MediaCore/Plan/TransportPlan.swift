public import ICE
public import SRTP
public import Wire

/// The 5-tuples of an m-line: our sockets, the peer's address, how it is found and how packets are secured.
public struct TransportPlan: Sendable, Equatable {
    /// Our sockets for RTP, and for RTCP too when it is multiplexed: one, or an IPv4 and an IPv6 one for ICE.
    public var rtpSockets: [LocalSocket]
    /// Our socket for RTCP when the peer does not multiplex (the next higher port, RFC 3550 section 11).
    public var rtcpSocket: LocalSocket?
    /// RFC 5761: RTP and RTCP share one port. While an offer of ours to multiplex is unanswered this is
    /// `false` and `rtcpSocket` is set; RTCP is recognised on both.
    public var rtcpMux: Bool
    /// The peer's RTP address from its SDP; `nil` while unknown or unspecified (0.0.0.0).
    public var remoteRTP: TransportAddress?
    /// The peer's RTCP address from its SDP (`a=rtcp`, or RTP port + 1); `nil` when multiplexed or unknown.
    public var remoteRTCP: TransportAddress?
    /// For peers without ICE; with ICE its pair decides.
    public var learning: EndpointLearning
    /// Drop packets from any other source once an address is latched.
    public var strictSource: Bool
    /// Follow a peer whose source address changes in mid-call (`media-handover`).
    public var allowsHandover: Bool
    /// Neither media nor reports are sent before the peer has sent either (`NAT-wait`).
    public var waitsForPeer: Bool
    /// Packets that mean nothing are sent until the peer has sent something (`pierce-NAT`): they open a NAT on the way. Not with ICE.
    public var piercesNAT: Bool
    /// Where packets of any kind may come from; empty: from anywhere (`allowed-sources`).
    public var allowedSources: [IPNetwork]
    /// `nil` for a peer without ICE.
    public var ice: ICEPlan?
    public var security: SecurityPlan

    public init(
        rtpSockets: [LocalSocket] = [], rtcpSocket: LocalSocket? = nil, rtcpMux: Bool = false,
        remoteRTP: TransportAddress? = nil, remoteRTCP: TransportAddress? = nil,
        learning: EndpointLearning = .heuristic, strictSource: Bool = true, allowsHandover: Bool = false,
        waitsForPeer: Bool = false, piercesNAT: Bool = false,
        allowedSources: [IPNetwork] = [], ice: ICEPlan? = nil, security: SecurityPlan = .none
    ) {
        self.rtpSockets = rtpSockets
        self.rtcpSocket = rtcpSocket
        self.rtcpMux = rtcpMux
        self.remoteRTP = remoteRTP
        self.remoteRTCP = remoteRTCP
        self.learning = learning
        self.strictSource = strictSource
        self.allowsHandover = allowsHandover
        self.waitsForPeer = waitsForPeer
        self.piercesNAT = piercesNAT
        self.allowedSources = allowedSources
        self.ice = ice
        self.security = security
    }
}

/// One of our sockets as the core sees it: a number, and the addresses behind it.
public struct LocalSocket: Sendable, Equatable, Hashable {
    /// The call's own number for the socket, stable for the life of the call; the I/O layer maps it to a descriptor.
    public var slot: Int
    /// The address that the socket is bound to.
    public var local: TransportAddress
    /// The address that peers are told (`--interface=LOCAL!ADVERTISED`); equal to `local` without one.
    public var advertised: TransportAddress

    public init(slot: Int, local: TransportAddress, advertised: TransportAddress) {
        self.slot = slot
        self.local = local
        self.advertised = advertised
    }
}

/// When the peer's address may be taken from the packets instead of its SDP (rtpengine's `endpoint-learning`).
public enum EndpointLearning: Sendable, Equatable {
    /// Never: the SDP's address stands.
    case off
    /// From the first acceptable packet.
    case immediate
    /// From packets that come three seconds or more after the first.
    case delayed
    /// Within three seconds: a source with the SDP's address and port is best, then its address, then its port, then any.
    case heuristic
}

/// RFC 8445 for one m-line, one component.
public struct ICEPlan: Sendable, Equatable {
    public var localCredentials: ICECredentials
    /// `nil` until the peer's SDP is known; its checks are answered all the same.
    public var remoteCredentials: ICECredentials?
    public var remoteCandidates: [ICECandidate]
    /// The role to begin with; a role conflict may turn it round (RFC 8445 section 7.3.1.1).
    public var isControlling: Bool
    /// The peer said `a=ice-lite` (session or media level).
    public var remoteIsLite: Bool
    /// The tie-breaker of RFC 8445 section 7.3.1.1.
    public var tieBreaker: UInt64
    /// We said `a=ice-lite`: checks are answered and none is sent (RFC 8445 section 2.5).
    public var localIsLite: Bool
    /// Our candidates rank by their family, IPv6 first (RFC 8421), else in the order of the sockets.
    public var prefersIPv6: Bool

    public init(
        localCredentials: ICECredentials, remoteCredentials: ICECredentials? = nil, remoteCandidates: [ICECandidate] = [],
        isControlling: Bool, remoteIsLite: Bool = false, tieBreaker: UInt64, localIsLite: Bool = false, prefersIPv6: Bool = true
    ) {
        self.localCredentials = localCredentials
        self.remoteCredentials = remoteCredentials
        self.remoteCandidates = remoteCandidates
        self.isControlling = isControlling
        self.remoteIsLite = remoteIsLite
        self.tieBreaker = tieBreaker
        self.localIsLite = localIsLite
        self.prefersIPv6 = prefersIPv6
    }
}

/// How the packets of an m-line are protected.
public enum SecurityPlan: Sendable, Equatable {
    /// Plain RTP.
    case none
    /// RFC 4568: `local` protects what we send; `remote` opens what the peer sends and is `nil` until its SDP is known.
    case sdes(local: SRTPKey, remote: SRTPKey?)
    /// RFC 5763/5764.
    case dtls(DTLSPlan)
}

/// DTLS-SRTP as the two descriptions agreed on it (RFC 5763).
public struct DTLSPlan: Sendable, Equatable {
    /// Which end starts the handshake.
    public enum Role: Sendable, Equatable {
        /// We send the ClientHello.
        case client
        /// We wait for it.
        case server
        /// We offered `actpass`: flights that come are kept until the answer decides.
        case undecided
    }
    public var role: Role
    /// The daemon's certificate; its fingerprint stands in our SDP.
    public var certificate: DTLSCertificate
    /// The peer's `a=fingerprint`; `nil` until its SDP is known. No media is accepted before it is verified.
    public var remoteFingerprint: DTLSFingerprint?

    public init(role: Role, certificate: DTLSCertificate, remoteFingerprint: DTLSFingerprint? = nil) {
        self.role = role
        self.certificate = certificate
        self.remoteFingerprint = remoteFingerprint
    }
}
