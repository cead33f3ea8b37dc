/// The options of `offer` and `answer` that shape the SDP and the media, sorted by subject.
///
/// `OptionTable` fills it from the keys and flags of a message; negotiation reads it. Words that an
/// option list may hold are kept as enums where the set is closed; unknown ones were warned about and dropped.
public struct MediaOptions: Sendable, Equatable {
    public var transport: TransportProtocol?
    public var ice = ICEOptions()
    public var dtls = DTLSOptions()
    public var sdes = SDESOptions()
    public var rtcpMux: Set<RTCPMuxOption> = []
    public var codecs = CodecOptions()
    public var replace: Set<ReplaceOption> = []
    public var addressing = AddressingOptions()
    /// `ptime`: packet length toward the answerer [ms]; offers only.
    public var packetTime: Int?
    /// `ptime-reverse`: packet length toward the offerer [ms].
    public var packetTimeReverse: Int?
    public var generateMID = false
    public var originalDirection = false
    public var noRTCPAttribute = false
    public var fullRTCPAttribute = false
    public var resetsNegotiation = false
    public var acceptsBundle = false
    public var stripsExtmap = false
    public var generateRTCP: Bool?

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

public struct ICEOptions: Sendable, Equatable {
    public enum Mode: Sendable, Equatable { case unspecified, remove, force, `default`, optional, forceRelay }
    public enum Lite: Sendable, Equatable { case unspecified, forward, backward, both, off }
    public var mode = Mode.unspecified
    public var lite = Lite.unspecified
    /// `ICE-reject`: treat the offer as if it had no ICE.
    public var rejects = false
    public init() {}
}

public struct DTLSOptions: Sendable, Equatable {
    public enum Mode: Sendable, Equatable { case unspecified, off, passive, active }
    public var mode = Mode.unspecified
    /// `SHA-1`, `SHA-224`, `SHA-256`, `SHA-384` or `SHA-512`.
    public var fingerprintHash: String?
    public init() {}
}

/// Suite names are those of RFC 4568 and RFC 7714, upper case.
public struct SDESOptions: Sendable, Equatable {
    public var isOff = false
    public var only: [String] = []
    public var except: [String] = []
    public var order: [String] = []
    public var offererPreference: [String] = []
    /// Prefer SDES over DTLS when both are offered.
    public var isPreferred = false
    public var noNew = false
    public var pad = false
    public var lifetime = false
    public var isStatic = false
    public init() {}
}

public enum RTCPMuxOption: String, Sendable, Equatable, CaseIterable { case offer, require, demux, accept, reject }

public enum ReplaceOption: String, Sendable, Equatable, CaseIterable {
    case origin, originFull = "origin-full", sdpVersion = "SDP-version", forceIncrementSDPVersion = "force-increment-sdp-ver"
    case username, sessionName = "session-name", zeroAddress = "zero-address"
}

/// Codec specifications as written: `name[/clock[/channels[/bitrate[/ptime[/fmtp[/options]]]]]]`, `all` or `full`.
public struct CodecOptions: Sendable, Equatable {
    public var strip: [String] = []
    public var except: [String] = []
    public var offer: [String] = []
    public var transcode: [String] = []
    public var mask: [String] = []
    public var accept: [String] = []
    public var consume: [String] = []
    public var set: [String] = []
    public var ignore: [String] = []
    /// `single-codec`: the answer keeps one audio codec.
    public var single = false
    /// `always-transcode`: as `accept` = `all`.
    public var alwaysTranscode = false
    public var allowsAsymmetric = false
    public init() {}
}

public enum LearningMode: String, Sendable, Equatable, CaseIterable { case off, immediate, delayed, heuristic }

public struct AddressingOptions: Sendable, Equatable {
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
    public var learning: LearningMode?
    public var isAsymmetric = false
    public var strictSource = false
    public var mediaHandover = false
    public init() {}
}
