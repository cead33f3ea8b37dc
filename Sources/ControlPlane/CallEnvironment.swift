import Logging
import MediaIO
import Negotiation
import SRTP
import Wire

/// What all calls share.
final class CallEnvironment: Sendable {
    let configuration: ControlPlaneConfiguration
    let engine: MediaEngine
    let interfaces: InterfaceTable
    let certificate: DTLSCertificate
    let recordings: RecordingLibrary
    let events: EventPublisher
    let logger: Logger
    let statistics: Statistics
    /// Where digits are reported beside the events.
    let digits: DigitLog
    /// What may change while the daemon runs.
    @ControlActor var settings: RuntimeSettings {
        didSet { negotiationDefaults = Self.negotiationDefaults(configuration, settings) }
    }
    @ControlActor private(set) var negotiationDefaults: NegotiationDefaults

    init(
        configuration: ControlPlaneConfiguration, engine: MediaEngine, interfaces: InterfaceTable, certificate: DTLSCertificate,
        recordings: RecordingLibrary, events: EventPublisher, digits: DigitLog = DigitLog(), logger: Logger
    ) {
        self.configuration = configuration
        self.engine = engine
        self.interfaces = interfaces
        self.certificate = certificate
        self.recordings = recordings
        self.events = events
        self.digits = digits
        self.logger = logger
        statistics = Statistics(at: engine.now)
        let settings = RuntimeSettings(configuration)
        self.settings = settings
        negotiationDefaults = Self.negotiationDefaults(configuration, settings)
    }

    private static func negotiationDefaults(_ configuration: ControlPlaneConfiguration, _ settings: RuntimeSettings) -> NegotiationDefaults {
        var defaults = NegotiationDefaults()
        defaults.learning = settings.learning
        defaults.dtlsPassive = settings.dtlsPassive
        defaults.usesSIPSource = settings.usesSIPSource
        defaults.mediaTimeout = settings.timeouts.media
        defaults.silentTimeout = settings.timeouts.silent
        defaults.profiles = configuration.profiles
        defaults.sourceSets = settings.sourceSets.networks
        let offerTimeout = settings.timeouts.offer
        defaults.offerTimeout = offerTimeout > .zero ? offerTimeout : .seconds(1 << 31)
        return defaults
    }

    /// Unix time [us].
    var unixMicroseconds: Int64 { configuration.wallClock() / 1_000 }

    /// An instant of the engine's clock as Unix time [s].
    func unixSeconds(_ instant: MonotonicInstant) -> Int64 {
        (configuration.wallClock() &- (engine.now - instant).count) / 1_000_000_000
    }
}
