public import MediaCore
public import MediaIO
public import Negotiation
public import NGProtocol
public import SRTP
public import Wire

/// Everything the control plane takes from the command line, as plain values; the executable fills it.
public struct ControlPlaneConfiguration: Sendable {
    /// `--listen-ng`: UDP; there must be one of these or of `listenTCP`, `listenHTTP` and `listenHTTPS`.
    public var listenAddresses: [ListenAddress] = []
    /// `--listen-tcp-ng`.
    public var listenTCP: [ListenAddress] = []
    /// `--listen-http`: ng, commands and metrics by HTTP and WebSocket.
    public var listenHTTP: [ListenAddress] = []
    /// `--listen-https`: the same under TLS, which takes `tls`.
    public var listenHTTPS: [ListenAddress] = []
    /// `--listen-cli`: the operator's commands, a line for each connection.
    public var listenCLI: [ListenAddress] = []
    /// `--https-cert` and `--https-key`.
    public var tls: TLSFiles?
    /// `--http-idle-timeout`: a connection that is silent for so long is closed; zero is never.
    public var httpIdleTimeout = Nanoseconds.seconds(120)
    /// `--control-tos`: the traffic class of ng and of the command line, 0 to 255; may be changed at run time.
    public var controlTrafficClass: UInt8 = 0
    /// `--control-pmtu`: whether the system may learn the path's packet size for ng by UDP; `nil` leaves it to the system.
    public var controlPathMTU: PathMTUDiscovery?
    /// `--dtmf-log-dest`: digits go there as JSON datagrams.
    public var dtmfLogDestination: TransportAddress?
    /// `--log-facility-dtmf`: takes each digit as JSON.
    public var digitLog: (@Sendable (String) -> Void)?
    /// `--dtmf-log-ng-tcp`: digits go to every client of `listenTCP`.
    public var reportsDigitsOverTCP = false
    /// How the operator's commands read and set the log's levels.
    public var logLevels = LogLevelAccess()
    /// `--interface`, at least one; the first one's name is the default.
    public var interfaces: [InterfaceAddress] = []
    /// `--port-min` to `--port-max`: the UDP ports of each interface.
    public var portRange: ClosedRange<UInt16> = 30000...39999
    /// `--exclude-ports`: ports of the range that are left alone.
    public var excludedPorts: Set<UInt16> = []
    public var engine: EngineConfiguration
    public var timeouts = Timeouts()
    /// `--delete-delay`: how long a deleted call goes on; `delete-delay` in the message overrides it.
    public var deleteDelay = Nanoseconds.seconds(30)
    /// From when on new calls are refused.
    public var limits = AdmissionLimits()
    /// `--sip-source`: send media to the SIP message's source rather than to the SDP's address.
    public var usesSIPSource = false
    /// `--templates`: what `template` in a request may name.
    public var templates = SignallingTemplates()
    /// `--dtls-cert-cipher`.
    public var certificateKey = DTLSCertificate.KeyType.ecdsaP256
    /// `--recording-dir` and what belongs to it; `nil`: nothing is recorded.
    public var recording: RecordingConfiguration?
    /// `--dtls-passive`: wait for the peer's ClientHello where the choice is ours.
    public var dtlsPassive = false
    /// `--endpoint-learning`.
    public var learning = LearningMode.heuristic
    public var ssrcReporting = SSRCReporting.full
    /// `--profile`, by the interface's name; `""` is the interface that is taken where a request names none.
    public var profiles: [String: LegProfile] = [:]
    /// The names that `allowed-sources` may use.
    public var sourceSets = SourceSets.builtIn
    /// Where events go.
    public var events = EventConfiguration()
    /// From when on silence and bad quality are worth an event.
    public var observation = ObservationPlan(silenceAfter: .seconds(10), lowQuality: 3)
    /// Unix time [ns]; the tests put their own.
    public var wallClock: @Sendable () -> Int64 = { SystemClock.now.nanoseconds &+ SystemClock.wallClockOffset }
    /// The clock of the calls' timers; the tests put their own.
    public var clock: @Sendable () -> MonotonicInstant = { SystemClock.now }

    public init(engine: EngineConfiguration) { self.engine = engine }

    /// Whether anybody can give it orders.
    var hasControl: Bool { !(listenAddresses + listenTCP + listenHTTP + listenHTTPS).isEmpty }

    /// PEM files.
    public struct TLSFiles: Sendable, Equatable {
        /// The certificate, and those that lead to its root.
        public var certificate: String
        /// Its key; `nil` if it stands in the same file.
        public var key: String?

        public init(certificate: String, key: String? = nil) {
            self.certificate = certificate
            self.key = key
        }
    }

    /// The words of `--control-pmtu`.
    public enum PathMTUDiscovery: String, Sendable, CaseIterable {
        /// Datagrams go out unfragmented, and what is too long is fragmented here.
        case want
        /// Routers may fragment.
        case dont
    }

    /// The log belongs to the executable; this is the way to its levels (syslog's, 0 to 7).
    public struct LogLevelAccess: Sendable {
        /// The subsystems that have a level of their own, in the order of `list loglevels`.
        public var subsystems: [String] = []
        /// `nil` for a subsystem that there is not; without a name the level of the whole log.
        public var read: @Sendable (_ subsystem: String?) -> Int? = { _ in nil }
        /// Without a name every level is set.
        public var write: @Sendable (_ subsystem: String?, _ level: Int) -> Void = { _, _ in }

        public init() {}
    }

    /// When a call ends by itself.
    public struct Timeouts: Sendable, Equatable {
        /// `--timeout`: no packet of any stream.
        public var media = Nanoseconds.seconds(60)
        /// `--silent-timeout`: the same for a call on hold.
        public var silent = Nanoseconds.seconds(3600)
        /// `--offer-timeout`: an offer without an answer; zero is never.
        public var offer = Nanoseconds.seconds(3600)
        /// `--final-timeout`: the age of a call; zero is never.
        public var final = Nanoseconds.zero
        public init() {}
    }

    /// `--ssrc-reporting`: where `query` and `delete` put the streams' statistics.
    public enum SSRCReporting: String, Sendable, CaseIterable {
        /// `inline` and `global` both.
        case full
        /// With each media only.
        case inline
        /// In the reply's `SSRC` dictionary only.
        case global
        case none
    }
}
