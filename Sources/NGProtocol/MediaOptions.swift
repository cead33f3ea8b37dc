/// The options of `offer` and `answer` that shape the SDP and the media, sorted by subject.
///
/// `OptionTable` fills it from the keys and flags of a message; negotiation reads it. Words that an
/// option list may hold are kept as enums where the set is closed; unknown ones were warned about and dropped.
public struct MediaOptions: Sendable, Equatable {
    /// `nil` keeps the speaker's.
    public var transport: TransportProtocol?
    public var ice = ICEOptions()
    public var dtls = DTLSOptions()
    public var sdes = SDESOptions()
    public var rtcpMux: Set<RTCPMuxOption> = []
    public var codecs = CodecOptions()
    public var replace: Set<ReplaceOption> = []
    public var addressing = AddressingOptions()
    public var whatsApp = WhatsAppOptions()
    /// `ptime`: packet length toward the answerer [ms]; offers only.
    public var packetTime: Int?
    /// `ptime-reverse`: packet length toward the offerer [ms].
    public var packetTimeReverse: Int?
    /// `generate-mid`: an `a=mid` toward the answerer even if the offerer has none (RFC 5888).
    public var generateMID = false
    /// `bundle` = `offer`, `require` or `strict`: `a=group:BUNDLE` toward the answerer (RFC 9143).
    public var offersBundle = false
    /// `bundle` = `reject`: the offerer's bundle counts as not offered.
    public var rejectsBundle = false
    /// `original-sendrecv`: direction attributes pass as they are.
    public var originalDirection = false
    /// `no-rtcp-attribute`: no `a=rtcp`.
    public var noRTCPAttribute = false
    /// `full-rtcp-attribute`: `a=rtcp` with the address (RFC 3605).
    public var fullRTCPAttribute = false
    /// `reset`: nothing that the answerer's side agreed on so far binds the new offer.
    public var resetsNegotiation = false

    public init() {}
}

/// `transport-protocol`.
public enum TransportProtocol: String, Sendable, Equatable, CaseIterable {
    case rtpAVP = "RTP/AVP", rtpAVPF = "RTP/AVPF"
    case rtpSAVP = "RTP/SAVP", rtpSAVPF = "RTP/SAVPF"
    case dtlsSAVP = "UDP/TLS/RTP/SAVP", dtlsSAVPF = "UDP/TLS/RTP/SAVPF"

    /// SRTP, keyed by SDES or DTLS.
    public var isSecure: Bool { self != .rtpAVP && self != .rtpAVPF }
    public var isDTLS: Bool { self == .dtlsSAVP || self == .dtlsSAVPF }
    /// RFC 4585 feedback.
    public var hasFeedback: Bool { self == .rtpAVPF || self == .rtpSAVPF || self == .dtlsSAVPF }
}

/// `ICE` and its flags.
public struct ICEOptions: Sendable, Equatable {
    /// Whether the other side's description has ICE.
    public enum Mode: Sendable, Equatable {
        /// As the speaker has it.
        case asOffered
        case remove, force
    }
    public var mode = Mode.asOffered
    /// `ICE-reject`: treat the offer as if it had no ICE.
    public var rejects = false
    public init() {}
}

/// `DTLS` and `DTLS-fingerprint`.
public struct DTLSOptions: Sendable, Equatable {
    /// No DTLS toward the answerer, or our role toward the offerer (RFC 5763 section 5).
    public enum Mode: Sendable, Equatable { case unspecified, off, passive, active }
    public var mode = Mode.unspecified
    /// `SHA-1`, `SHA-224`, `SHA-256`, `SHA-384` or `SHA-512`.
    public var fingerprintHash: String?
    public init() {}
}

/// `SDES`. Suite names are those of RFC 4568 and RFC 7714, upper case.
public struct SDESOptions: Sendable, Equatable {
    /// No `a=crypto` toward the answerer, and DTLS for an offerer that has both.
    public var isOff = false
    /// `only-`: the suites that may be used; empty for all.
    public var only: [String] = []
    /// `no-`: the suites that may not.
    public var except: [String] = []
    /// `order:`: what an offer of ours names first.
    public var order: [String] = []
    /// `offerer_pref:`: what we take of the offerer's lines, before its own order.
    public var offererPreference: [String] = []
    /// Prefer SDES over DTLS when both are offered.
    public var isPreferred = false
    /// `nonew`: no suite that the offerer does not have, if it has any.
    public var noNew = false
    /// Write a lifetime of 2^31 packets behind each key (RFC 4568 section 6.1).
    public var lifetime = false
    public init() {}
}

/// The words of `rtcp-mux` that change anything; `require` comes with `offer`.
public enum RTCPMuxOption: String, Sendable, Equatable, CaseIterable { case offer, require, demux, reject }

/// The words of `replace`: what of `o=`, `s=` and held `c=` lines becomes ours or is kept steady.
public enum ReplaceOption: String, Sendable, Equatable, CaseIterable {
    case origin, originFull = "origin-full", sdpVersion = "SDP-version", forceIncrementSDPVersion = "force-increment-sdp-ver"
    case username, sessionName = "session-name", zeroAddress = "zero-address"
}

/// Codec specifications as written: `name[/clock[/channels[/bitrate[/ptime[/fmtp[/options]]]]]]`, `all` or `full`.
public struct CodecOptions: Sendable, Equatable {
    /// Not to be offered or answered.
    public var strip: [String] = []
    /// Spared by `strip` and `mask` of all.
    public var except: [String] = []
    /// As `except`, and in this order.
    public var offer: [String] = []
    /// To be added toward the answerer and converted.
    public var transcode: [String] = []
    /// Hidden from the answerer, usable for the offerer.
    public var mask: [String] = []
    /// Kept for the offerer though the answerer refuses it.
    public var accept: [String] = []
    /// As `mask`.
    public var consume: [String] = []
    /// Parameters of codecs that we convert for the offerer.
    public var set: [String] = []
    /// Counts as never offered.
    public var ignore: [String] = []
    /// `single-codec`: the answer keeps one audio codec.
    public var single = false
    /// `always-transcode`: as `accept` = `all`.
    public var alwaysTranscode = false
    public init() {}
}

/// `endpoint-learning`: when the peer's address may be taken from its packets; the cases are those of `EndpointLearning`.
public enum LearningMode: String, Sendable, Equatable, CaseIterable { case off, immediate, delayed, heuristic }

/// Where media goes, comes from, and what addresses we write.
public struct AddressingOptions: Sendable, Equatable {
    /// `address-family`.
    public enum Family: String, Sendable, Equatable { case v4 = "IP4", v6 = "IP6" }
    /// `direction`, `from-interface`, `to-interface`: interface names.
    public var fromInterface: String?
    public var toInterface: String?
    public var family: Family?
    /// `media-address`: the address to write into the SDP, whatever the interface says.
    public var mediaAddress: String?
    /// `received-from`: where the SIP message came from.
    public var receivedFrom: String?
    /// `SIP-source-address`: send media to `receivedFrom`, not to the SDP's address; `nil` leaves it to the daemon's option.
    public var usesSIPSource: Bool?
    /// `nil` leaves it to the daemon's option.
    public var learning: LearningMode?
    /// `asymmetric`: the peer sends from elsewhere than it listens.
    public var isAsymmetric = false
    /// `strict-source`: no packet from anywhere but the peer's address, even if it is asymmetric.
    public var strictSource = false
    /// `allowed-sources`: networks in CIDR notation and names of sets; never empty, `nil` changes nothing.
    public var allowedSources: [String]?
    /// `media-handover`: follow a peer whose address changes.
    public var mediaHandover = false
    public init() {}
}
