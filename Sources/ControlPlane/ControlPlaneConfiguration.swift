public import MediaCore
public import MediaIO
public import Negotiation
public import NGProtocol
public import Wire

/// Everything the control plane takes from the command line, as plain values; the executable fills it.
public struct ControlPlaneConfiguration: Sendable {
    /// `--listen-ng`, at least one.
    public var listenAddresses: [ListenAddress] = []
    /// `--interface`, at least one; the first one's name is the default.
    public var interfaces: [InterfaceAddress] = []
    /// `--port-min` to `--port-max`: the UDP ports of each interface.
    public var portRange: ClosedRange<UInt16> = 30000...39999
    public var engine: EngineConfiguration
    public var timeouts = Timeouts()
    /// `--delete-delay`: how long a deleted call goes on; `delete-delay` in the message overrides it.
    public var deleteDelay = Nanoseconds.seconds(30)
    /// From when on new calls are refused.
    public var limits = AdmissionLimits()
    /// `--sip-source`: send media to the SIP message's source rather than to the SDP's address.
    public var usesSIPSource = false
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
