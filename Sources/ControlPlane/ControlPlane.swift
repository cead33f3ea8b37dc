public import Logging

/// The daemon without its command line: ng listeners, the registry of calls and the media engine beneath.
///
/// It makes the engine itself, because the engine's events end here.
public final class ControlPlane: Sendable {
    private let configuration: ControlPlaneConfiguration
    private let logger: Logger

    public init(configuration: ControlPlaneConfiguration, logger: Logger) {
        self.configuration = configuration
        self.logger = logger
    }

    /// Starts the engine, then listens.
    public func start() async throws {}

    /// Stops listening, ends every call, closes their ports and joins the engine's threads.
    public func shutdown() async {}
}
