import ICE
import MediaCore
import NGProtocol
import SRTP
import Wire

/// Our end of one participant's audio m-line, and what its other end said last.
///
/// Ports, SSRC, keys and ICE credentials are made once and stay for the life of the call, whoever
/// offers; only a change on the peer's side (an ICE restart, another suite) renews what belongs to it.
struct Leg: Sendable {
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
    /// Networks that the peer's packets may come from; empty for any.
    var allowedSources: [IPNetwork] = []
    /// What the machine was told last of the ICE on our sockets.
    var settledUse: ICESocketUse?

    /// What the peer's last description said; `nil` before it.
    var peer: PeerMedia?
    /// Either side gave the m-line port 0.
    var isRejected = false

    init(interface: String?, ssrc: UInt32, cname: String) {
        self.interface = interface
        self.ssrc = ssrc
        self.cname = cname
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
    }

    /// Meta's relay, or one that works as it does; where Meta is known, no other party is taken for it.
    var isLikeWhatsApp: Bool { profile == .whatsApp || (!facesMeta && peer?.isLikeWhatsApp == true) }

    /// The family of `m=` and `c=`.
    var family: IPAddress.Family { sockets.first?.advertised.ip.family ?? .v4 }
    /// The address of `m=` and `c=`.
    var address: IPAddress { mediaAddress ?? sockets.first?.advertised.ip ?? IPAddress(v4: 0) }

    /// Makes the codecs of a new description the current ones.
    mutating func announce(_ codecs: [Codec]) {
        for codec in announced where !formerlyAnnounced.contains(where: { $0.payloadType == codec.payloadType }) {
            formerlyAnnounced.append(codec)
        }
        announced = codecs
    }

    /// Where the peer's packets may come from. An asymmetric peer sends from an address that nobody has named, so
    /// that only `strict-source` can hold it to the one in its description.
    mutating func applySource(_ options: AddressingOptions, defaults: NegotiationDefaults) {
        learning = options.isAsymmetric ? .off : options.learning ?? defaults.learning
        strictSource = options.strictSource || !options.isAsymmetric
        allowsHandover = options.mediaHandover
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
}

/// Our side of ICE toward one peer.
struct LegICE: Sendable, Equatable {
    var credentials: ICECredentials
    var tieBreaker: UInt64
    var isControlling: Bool
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
