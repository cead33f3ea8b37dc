public import NGProtocol
public import Wire

/// What can be changed while the daemon runs, by the operator's commands or because the configuration was read again.
///
/// Calls read it when they need it, so a change holds for the next call, offer or answer; a timer that runs keeps its end.
public struct RuntimeSettings: Sendable, Equatable {
    public var timeouts = ControlPlaneConfiguration.Timeouts()
    /// `--delete-delay`.
    public var deleteDelay = Nanoseconds.seconds(30)
    public var limits = AdmissionLimits()
    /// `--control-tos`, 0 to 255.
    public var controlTrafficClass: UInt8 = 0
    /// `--templates`.
    public var templates = SignallingTemplates()
    /// `--sip-source`.
    public var usesSIPSource = false
    /// `--dtls-passive`.
    public var dtlsPassive = false
    /// `--endpoint-learning`.
    public var learning = LearningMode.heuristic
    public var ssrcReporting = ControlPlaneConfiguration.SSRCReporting.full
    /// `--source-sets`.
    public var sourceSets = SourceSets.builtIn

    public init(_ configuration: ControlPlaneConfiguration) {
        timeouts = configuration.timeouts
        deleteDelay = configuration.deleteDelay
        limits = configuration.limits
        controlTrafficClass = configuration.controlTrafficClass
        templates = configuration.templates
        usesSIPSource = configuration.usesSIPSource
        dtlsPassive = configuration.dtlsPassive
        learning = configuration.learning
        ssrcReporting = configuration.ssrcReporting
        sourceSets = configuration.sourceSets
    }
}
