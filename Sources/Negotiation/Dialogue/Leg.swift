import ICE
import MediaCore
import NGProtocol
import SRTP
import Wire

/// Our end of one participant's m-line, and what its other end said last.
///
/// Ports, SSRC, keys and ICE credentials are made once and stay for the life of the call, whoever
/// offers; only a change on the peer's side (an ICE restart, another suite) renews what belongs to it.
struct Leg: Sendable {
    /// Its index in `CallPlan.media`: given once, and never to another one.
    let media: Int
    /// Where it stands in the party's description.
    var place = 0
    /// `audio`, `video` and so on; empty until an offer has it.
    var kind = ""
    var relay = RelayKind.audio
    /// For a participant that only listens (`Participant.Role.subscriber`): the number of the m-line that it hears.
    var subscription: Int?
    /// It is what the peer of that m-line hears, and not what it says.
    var takesEgress = false

    /// The interface by name; `nil` is the first one.
    var interface: String?
    /// One socket, or one of each family for ICE; the first is the one of `m=` and `c=`.
    var sockets: [LocalSocket] = []
    var rtcpSocket: LocalSocket?
    let ssrc: UInt32
    let cname: String
    /// `nil` for a party of which nothing is known but what it says.
    var profile: LegProfile?
    /// The other party is Meta: this one is a PBX, whatever its description looks like.
    var facesMeta = false
    var parts = LegParts()
    /// What the other side does, even if it goes away, is not told to this peer: it has its final answer.
    var standsAlone = false

    var transport = TransportProtocol.rtpAVP
    /// What `media-address` asks us to write instead of the socket's address.
    var mediaAddress: IPAddress?
    var mux = RTCPMux.none
    var ice: LegICE?
    var keying = Keying.none
    /// The keys of an offer of ours that is plain to whoever does not know them (RFC 8643); `nil` for any other.
    var opportunistic: LegSDES?
    var mid: String?
    /// The codecs of our last description to the peer, with the payload types that it may send.
    var announced: [Codec] = []
    /// Those of earlier descriptions, whose payload types keep their meaning (RFC 3264 section 8.3.2).
    var formerlyAnnounced: [Codec] = []
    /// What we may send to the peer, with its payload types, its preferred audio first.
    var accepted: [Codec] = []
    /// `ptime` or `ptime-reverse` [ms].
    var packetTime: Int?
    /// The most that our Opus for this peer may take, by a `codec` entry [bit/s].
    var bitrate: Int?
    var learning = LearningMode.heuristic
    var strictSource = true
    var allowsHandover = false
    /// The flags `asymmetric` and `strict-source`, as they were given.
    var isAsymmetric = false
    var demandsStrictSource = false
    /// `NAT-wait` and `pierce-NAT`.
    var waitsForPeer = false
    var piercesNAT = false
    /// Networks that the peer's packets may come from; empty for any.
    var allowedSources: [IPNetwork] = []
    /// What the machine was told last of the ICE on our sockets.
    var settledUse: ICESocketUse?

    /// What the peer's last description said; `nil` before it.
    var peer: PeerMedia?
    /// Either side gave the m-line port 0.
    var isRejected = false

    init(media: Int, interface: String?, ssrc: UInt32, cname: String) {
        self.media = media
        self.interface = interface
        self.ssrc = ssrc
        self.cname = cname
    }

    /// Another m-line toward the same party, or toward a branch beside it.
    init(beside leg: Leg, media: Int, ssrc: UInt32, cname: String) {
        self.init(media: media, interface: leg.interface, ssrc: ssrc, cname: cname)
        profile = leg.profile
        facesMeta = leg.facesMeta
        parts = leg.parts
    }

    /// RFC 5761, as far as the two sides have got.
    enum RTCPMux: Sendable, Equatable {
        case none
        /// Our offer has it, and a port for RTCP in case that the peer refuses.
        case offered
        case agreed
    }

    enum Keying: Sendable {
        case none
        case sdes(LegSDES)
        case dtls(DTLSPlan.Role)

        var isDTLS: Bool { if case .dtls = self { true } else { false } }
        var sdes: LegSDES? { if case .sdes(let sdes) = self { sdes } else { nil } }
    }

    /// Meta's relay, or one that works as it does; where Meta is known, no other party is taken for it.
    var isLikeWhatsApp: Bool { profile == .whatsApp || (!facesMeta && peer?.isLikeWhatsApp == true) }

    /// The family of `m=` and `c=`.
    var family: IPAddress.Family { sockets.first?.advertised.ip.family ?? .v4 }
    /// The address of `m=` and `c=`.
    var address: IPAddress { mediaAddress ?? sockets.first?.advertised.ip ?? IPAddress(v4: 0) }

    /// As `m=` has it: such as `RTP/SAVP`.
    var protocolName: String { peer?.otherProtocol ?? transport.rawValue }
    /// The encoding name of what we send first of all.
    var codecName: String? { (accepted.first { $0.format.isAudio } ?? accepted.first)?.encodingName }

    /// Makes the codecs of a new description the current ones.
    mutating func announce(_ codecs: [Codec]) {
        for codec in announced where !formerlyAnnounced.contains(where: { $0.payloadType == codec.payloadType }) {
            formerlyAnnounced.append(codec)
        }
        announced = codecs
    }

    /// Where the peer's packets may come from. An asymmetric peer sends from an address that nobody has named, so
    /// that only `strict-source` can hold it to the one in its description.
    mutating func applySource(_ options: MediaOptions, defaults: NegotiationDefaults) {
        let addressing = options.addressing
        learning = addressing.isAsymmetric ? .off : addressing.learning ?? defaults.learning
        strictSource = addressing.strictSource || !addressing.isAsymmetric
        (isAsymmetric, demandsStrictSource) = (addressing.isAsymmetric, addressing.strictSource)
        allowsHandover = addressing.mediaHandover
        waitsForPeer = options.audio.waitsForPeer
        piercesNAT = options.audio.piercesNAT
    }

    /// What of the options for its peer does not hold for this one.
    func remarks(on options: MediaOptions) -> [String] {
        options.audio.waitsForPeer && isLikeWhatsApp ? ["NAT-wait does nothing toward Meta, which waits for our first packet"] : []
    }

    /// Another party takes this end over: our side of it stays.
    mutating func forgetPeer() {
        peer = nil
        accepted = announced
        isRejected = false
        if case .dtls = keying { keying = .dtls(.undecided) }
        if case .sdes(var sdes) = keying {
            sdes.remote = nil
            keying = .sdes(sdes)
        }
    }

    var withoutPeer: Leg {
        var leg = self
        leg.forgetPeer()
        return leg
    }

    /// The ports, and what was decided of them while another party had this end.
    mutating func takeEnd(of other: Leg) {
        interface = other.interface
        sockets = other.sockets
        rtcpSocket = other.rtcpSocket
        settledUse = other.settledUse
        mediaAddress = other.mediaAddress
        parts = other.parts
        profile = other.profile
        facesMeta = other.facesMeta
        if other.ice == nil { ice = nil }
        if rtcpSocket == nil, mux == .offered { mux = .agreed }
    }

    /// - Returns: the slots that are no longer used.
    mutating func giveUpSockets() -> [Int] {
        defer {
            sockets = []
            rtcpSocket = nil
            settledUse = nil
        }
        return slots
    }
}

/// Our side of ICE toward one peer.
struct LegICE: Sendable, Equatable {
    var credentials: ICECredentials
    var tieBreaker: UInt64
    var isControlling: Bool
    /// Our description says `ice-lite`: we answer checks and send none.
    var isLite = false
    /// Our candidates are of type `relay`, the last that a peer tries.
    var isRelayed = false
}

/// Our side of SDES toward one peer.
struct LegSDES: Sendable, Equatable {
    /// The keys that our offers propose, by tag; or the one of our answer.
    var proposals: [Proposal]
    /// The proposal in use; before an answer, the first.
    var chosen: Int
    /// The peer's key; `nil` before its description.
    var remote: SRTPKey?

    struct Proposal: Sendable, Equatable {
        var tag: Int
        var key: SRTPKey
    }

    var local: SRTPKey? { proposals.indices.contains(chosen) ? proposals[chosen].key : proposals.first?.key }
}
