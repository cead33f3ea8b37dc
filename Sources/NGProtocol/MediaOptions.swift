/// The options of `offer` and `answer` that shape the SDP and the media, sorted by subject.
///
/// `OptionTable` fills it from the keys and flags of a message; negotiation reads it. Words that an
/// option list may hold are kept as enums where the set is closed; unknown ones were warned about and dropped.
public struct MediaOptions: Sendable, Equatable {
    /// `nil` keeps the speaker's.
    public var transport: TransportProtocol?
    /// `transport-protocol=accept` in an answer: the offerer is told the answerer's own.
    public var acceptsTransport = false
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
    public var osrtp = OSRTPOptions()
    public var text = TextOptions()
    public var audio = AudioOptions()
    public var forking = ForkingOptions()
    /// `TOS`: type of service of this call's packets, 0 to 255; negative leaves it, 256 and more is the daemon's option again.
    public var typeOfService: Int?

    public init() {}
}

/// `OSRTP`: encryption where both sides can, over protocols that do not say so (RFC 8643).
public struct OSRTPOptions: Sendable, Equatable {
    /// `offer`: `RTP/AVP` with keys toward the answerer.
    public var offers = false
    public init() {}
}

/// What is done to the finished description beside the media.
public struct TextOptions: Sendable, Equatable {
    /// `sdp-attr`: by section, in the order of the message.
    public var attributes: [AttributeRules] = []
    /// `sdp-media-remove`: kinds of m-lines that are left out, such as `video`; `other` for any that has no name of its own.
    public var removedMedia: [String] = []
    /// `extmap` = `strip`: URIs that are not passed on, or `all`.
    public var strippedExtensions: [String] = []
    /// `extmap` = `mask`: URIs that are hidden and yet accepted of the offerer, or `all`.
    public var maskedExtensions: [String] = []
    /// `loop-protect`: our descriptions are marked, marked ones left alone.
    public var protectsFromLoops = false
    public init() {}

    /// Changes to the attributes of one section.
    public struct AttributeRules: Sendable, Equatable {
        public enum Section: Sendable, Equatable {
            /// Above the first m-line (`global` and `none`), or m-lines of one kind.
            case session, media(String)
        }
        public var section: Section
        /// Attributes as they stand behind `a=`.
        public var add: [String] = []
        public var remove: [String] = []
        public var substitute: [Substitution] = []
        public init(_ section: Section) { self.section = section }
    }

    public struct Substitution: Sendable, Equatable {
        public var from: String
        public var to: String
        public init(from: String, to: String) {
            self.from = from
            self.to = to
        }
    }
}

/// What is done with audio and digits on their way.
public struct AudioOptions: Sendable, Equatable {
    /// `detect-DTMF`: tones in the audio are reported as digits.
    public var detectsDTMF = false
    /// `block-DTMF`: digits are not passed on.
    public var blocksDTMF = false
    /// `force-transcoding`: decode and encode though the codecs are equal.
    public var forcesTranscoding = false
    /// `no-jitter-buffer`.
    public var noJitterBuffer = false
    /// `NAT-wait`: nothing is sent to a peer before it has sent something.
    public var waitsForPeer = false
    /// `pierce-NAT`: empty packets until the peer has sent something.
    public var piercesNAT = false
    public init() {}
}

/// How answers of several branches, and repeated offers, are told apart.
public struct ForkingOptions: Sendable, Equatable {
    /// `new-branch`: a branch of a forked call, which gets ports of its own.
    public var isNewBranch = false
    /// `provisional`, or a `sip-code` of 100 to 199: the answer settles nothing for good.
    public var isProvisional = false
    /// `sip-code`.
    public var sipCode: Int?
    /// `no-port-latching`: new ports toward the other side when the speaker's address changes; `port-latching` keeps them.
    public var renewsPorts = false
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
        /// `force-relay`: ICE with relay candidates of ours only.
        case forceRelay
        /// `optional`: as the speaker has it, and ICE of ours beside a speaker without.
        case optional
    }
    public var mode = Mode.asOffered
    /// `ICE-reject`: treat the offer as if it had no ICE.
    public var rejects = false
    /// `trickle-ICE`: our descriptions say `trickle` (RFC 8840).
    public var trickles = false
    /// `ice2`: our descriptions say `ice2` (RFC 8445 section 10).
    public var saysICE2 = false
    /// `ICE-lite`: toward whom we are lite; `nil` leaves it as it is.
    public var lite: Lite?
    public enum Lite: Sendable, Equatable { case none, forward, backward, both }
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
    /// `pad`: keys are written with their base64 padding.
    public var pads = false
    /// `static`: the answerer's suite is kept in re-offers.
    public var isStatic = false
    /// Session parameters that are offered (RFC 4568 section 6.3); `nil` leaves each as the offerer has it.
    public var unencryptedSRTP: Bool?
    public var unencryptedSRTCP: Bool?
    public var unauthenticatedSRTP: Bool?
    public init() {}
}

/// The words of `rtcp-mux` that change anything; `require` comes with `offer`.
public enum RTCPMuxOption: String, Sendable, Equatable, CaseIterable { case offer, require, demux, accept, reject }

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
    /// `reuse-codecs`: no other codecs in a re-offer.
    public var reuses = false
    /// `static-codecs`: the codecs toward the answerer stay as they were.
    public var areStatic = false
    /// `allow-transcoding`: a subscriber need not take every codec.
    public var allowsTranscoding = false
    public init() {}
}

/// `endpoint-learning`: when the peer's address may be taken from its packets; the cases are those of `EndpointLearning`.
public enum LearningMode: String, Sendable, Equatable, CaseIterable { case off, immediate, delayed, heuristic }

/// Where media goes, comes from, and what addresses we write.
public struct AddressingOptions: Sendable, Equatable {
    /// `address-family`.
    public enum Family: String, Sendable, Equatable { case v4 = "IP4", v6 = "IP6" }
    /// `interface`: for commands with one party.
    public var interface: String?
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
