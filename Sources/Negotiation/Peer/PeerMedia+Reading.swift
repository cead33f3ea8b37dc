import ICE
import MediaCore
import NGProtocol
import SDP
import SRTP
import Wire

extension PeerMedia {
    /// Reads one m-line with what the session level says for it.
    ///
    /// - Throws: `.incompleteSDP` without an address; `.malformedSDP` where the address is none, such as a host name, which
    ///   rtpengine does not look up either.
    init(_ description: SessionDescription, at place: Int, addressing: AddressingOptions, sipSource: Bool) throws(NegotiationError) {
        let media = description.media[place]
        guard let connection = description.connection(of: media) else {
            throw .incompleteSDP(detail: "no usable c= line for the \(media.kind)")
        }
        guard let ip = connection.ip else { throw .malformedSDP(detail: "c=\(connection)") }
        let transport = TransportProtocol(rawValue: media.transport) ?? .rtpAVP
        relay = media.relay
        self.transport = transport
        otherProtocol = media.relay == .datagrams ? media.transport : nil
        isRejected = media.port == 0
        mid = media.mid
        isBundled = media.mid.map(description.bundles) ?? false
        family = ip.family
        direction = description.direction(of: media)
        rtcpMux = media.offersRTCPMux && media.relay != .datagrams
        codecs = media.relay == .datagrams ? [] : Codec.list(of: media)
        packetTime = media.packetTime
        maximumPacketTime = media.maximumPacketTime
        ice = media.relay == .datagrams ? nil : PeerICE(description, media)
        // What is no RTP is secured from end to end, if at all.
        fingerprint = media.relay == .datagrams ? nil : Self.fingerprint(description, media)
        setup = description.attribute("setup", of: media).flatMap(DTLSSetup.init(rawValue:))
        crypto = media.attributes("crypto").compactMap { SDESAttribute(parsing: Substring($0)) }
        isHeldByAddress = ip.isUnspecified && ice == nil
        looksLikeMeta = description.looksLikeMeta(media)

        let received = addressing.receivedFrom.flatMap { IPAddress($0) }
        if sipSource, received == nil { throw .incompleteSDP(detail: "SIP-source-address without received-from") }
        let source = sipSource && !ip.isUnspecified ? received : nil
        rtp = Self.address(source ?? ip, media.port)
        rtcp = relay == .datagrams ? nil : Self.rtcpAddress(media, ip: ip, source: source)
    }

    private static func address(_ ip: IPAddress, _ port: UInt16) -> TransportAddress? {
        ip.isUnspecified || port == 0 || port == discardPort ? nil : TransportAddress(ip: ip, port: port)
    }

    /// `a=rtcp` (RFC 3605), else the port above that of RTP.
    private static func rtcpAddress(_ media: MediaDescription, ip: IPAddress, source: IPAddress?) -> TransportAddress? {
        guard let attribute = media.rtcp else {
            return media.port == 0 || media.port == discardPort ? nil : address(source ?? ip, media.port &+ 1)
        }
        return address(source ?? attribute.address?.ip ?? ip, attribute.port)
    }

    /// Port 9 says "not known yet" (RFC 8839 section 4.3.2, RFC 8840).
    private static let discardPort: UInt16 = 9

    /// SHA-256 where it is among them, else the first that we can compute.
    private static func fingerprint(_ description: SessionDescription, _ media: MediaDescription) -> DTLSFingerprint? {
        var lines = media.attributes("fingerprint")
        if lines.isEmpty { lines = description.attributes("fingerprint") }
        let known = lines.compactMap { DTLSFingerprint(parsing: Substring($0)) }
        return known.first { $0.hash == .sha256 } ?? known.first
    }
}

extension PeerICE {
    /// More candidates than any peer has; the rest is passed over.
    static let maximumCandidates = 32

    /// `nil` unless there is a user name fragment and a password of the lengths of RFC 8839 section 5.4.
    init?(_ description: SessionDescription, _ media: MediaDescription) {
        guard let ufrag = description.attribute("ice-ufrag", of: media), let password = description.attribute("ice-pwd", of: media),
              (4...256).contains(ufrag.utf8.count), (22...256).contains(password.utf8.count) else { return nil }
        credentials = ICECredentials(ufrag: ufrag, password: password)
        isLite = description.isICELite(media)
        options = Set((description.attribute("ice-options", of: media)?.words ?? []).compactMap { Option(rawValue: String($0)) })
        candidates = Array(media.candidates.lazy.compactMap(ICECandidate.init).prefix(Self.maximumCandidates))
    }
}

extension ICECandidate {
    /// A candidate that one UDP component can use; `nil` for TCP, for RTCP's own component and for unknown types.
    init?(_ candidate: SDPCandidate) {
        guard candidate.transport == "udp", candidate.component == 1,
              !candidate.address.ip.isUnspecified, candidate.address.port != 0 else { return nil }
        let kind: Kind
        switch candidate.type {
        case "host": kind = .host
        case "srflx": kind = .serverReflexive
        case "prflx": kind = .peerReflexive
        case "relay": kind = .relayed
        default: return nil
        }
        self.init(
            foundation: candidate.foundation, component: candidate.component, priority: candidate.priority,
            address: candidate.address, kind: kind)
    }
}
