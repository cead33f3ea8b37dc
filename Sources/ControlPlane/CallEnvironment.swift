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
    let negotiationDefaults: NegotiationDefaults

    init(
        configuration: ControlPlaneConfiguration, engine: MediaEngine, interfaces: InterfaceTable, certificate: DTLSCertificate,
        recordings: RecordingLibrary, events: EventPublisher, logger: Logger
    ) {
        self.configuration = configuration
        self.engine = engine
        self.interfaces = interfaces
        self.certificate = certificate
        self.recordings = recordings
        self.events = events
        self.logger = logger
        negotiationDefaults = Self.negotiationDefaults(configuration)
    }

    private static func negotiationDefaults(_ configuration: ControlPlaneConfiguration) -> NegotiationDefaults {
        var defaults = NegotiationDefaults()
        defaults.learning = configuration.learning
        defaults.dtlsPassive = configuration.dtlsPassive
        defaults.usesSIPSource = configuration.usesSIPSource
        defaults.mediaTimeout = configuration.timeouts.media
        defaults.silentTimeout = configuration.timeouts.silent
        defaults.profiles = configuration.profiles
        defaults.sourceSets = configuration.sourceSets.networks
        let offerTimeout = configuration.timeouts.offer
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
