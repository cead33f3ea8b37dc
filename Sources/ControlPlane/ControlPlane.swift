import Dispatch
public import Logging
import MediaCore
import MediaIO
import NIOCore
import NIOPosix
import SRTP
public import Wire

/// The daemon without its command line: ng listeners, the registry of calls and the media engine beneath.
///
/// It makes the engine itself, because the engine's events end here.
public actor ControlPlane {
    private let configuration: ControlPlaneConfiguration
    private let logger: Logger
    private var running: Running?

    /// What is there between `start` and `shutdown`.
    private struct Running {
        var engine: MediaEngine
        var events: EventPublisher
        var registry: CallRegistry
        var server: NGServer
        var group: MultiThreadedEventLoopGroup
        var listeners: [NGListener] = []
        var transports = StreamTransports()
    }

    public init(configuration: ControlPlaneConfiguration, logger: Logger) {
        self.configuration = configuration
        self.logger = logger
    }

    /// Starts the engine, then listens.
    public func start() async throws(ControlPlaneError) {
        guard running == nil else { return }
        try checkConfiguration()
        if let errno = ControlThread.shared.failure { throw .engine(.cannotStartThread(errno: errno)) }
        let certificate: DTLSCertificate
        do throws(DTLSError) { certificate = try DTLSCertificate.generate(configuration.certificateKey) } catch {
            throw .cannotMakeCertificate(error)
        }
        let inlet = EventInlet()
        let engine = MediaEngine(configuration.engine) { id, event in ControlThread.post { inlet.registry?.handle(event, ofCall: id) } }
        let interfaces = try openInterfaces()
        do throws(EngineError) { try engine.start(sharing: interfaces.sharedPools) } catch { throw .engine(error) }
        logPacketIO(engine.packetIO)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let publisher: EventPublisher
        do throws(EventTargetError) {
            publisher = try await EventPublisher.start(
                configuration.events, on: group, logger: logger, unixNanoseconds: configuration.wallClock)
        } catch {
            await Self.stop(engine, group)
            throw .events(error)
        }
        let environment = CallEnvironment(
            configuration: configuration, engine: engine, interfaces: interfaces, certificate: certificate,
            recordings: RecordingLibrary(), events: publisher,
            digits: DigitLog(
                destination: configuration.dtmfLogDestination, lines: configuration.digitLog, logger: logger), logger: logger)
        let registry = await CallRegistry(environment)
        let server = await NGServer(registry: registry, logger: logger)
        await inlet.open(registry)
        running = Running(engine: engine, events: publisher, registry: registry, server: server, group: group)
        do throws(ControlPlaneError) { try await listen(server) } catch {
            await shutdown()
            throw error
        }
    }

    /// Stops listening, ends every call, closes their ports and joins the engine's threads.
    public func shutdown() async {
        guard let running else { return }
        self.running = nil
        for listener in running.listeners { await listener.close() }
        await running.transports.stopListening()
        await running.registry.shutdown()
        await running.server.close()
        await running.registry.environment.digits.close()
        await running.transports.close()
        // The calls' last events are on their way now.
        await running.events.close()
        await Self.stop(running.engine, running.group)
    }

    private static func stop(_ engine: MediaEngine, _ group: MultiThreadedEventLoopGroup) async {
        // Joining threads blocks, which the tasks' own threads must not.
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                engine.shutdown()
                continuation.resume()
            }
        }
        try? await group.shutdownGracefully()
    }

    /// The port pools of all addresses, with the shared ports bound.
    private func openInterfaces() throws(ControlPlaneError) -> InterfaceTable {
        do throws(SharedPortError) {
            let interfaces = try InterfaceTable(
                configuration.interfaces, portRange: configuration.portRange, excluding: configuration.excludedPorts,
                engine: configuration.engine)
            for port in interfaces.sharedPools.flatMap(\.ports) { logger.info("ICE legs share \(port.address)") }
            return interfaces
        } catch { throw .sharedPorts(error) }
    }

    /// The addresses that are listened on, with the ports that the system chose where the configuration says 0.
    public var listeningAddresses: [TransportAddress] { running?.listeners.flatMap(\.sockets).map(\.address) ?? [] }

    /// The same of the other transports.
    public var streamAddresses: StreamAddresses { running?.transports.addresses ?? StreamAddresses() }

    /// What may change while the daemon runs.
    public var settings: RuntimeSettings {
        get async { await running?.registry.environment.settings ?? RuntimeSettings(configuration) }
    }

    /// Changes it; holds from now on.
    public func change(_ settings: RuntimeSettings) async { await running?.registry.change(settings) }

    /// Carries out one of the operator's commands and returns its text.
    public func command(_ line: String) async -> String {
        guard let server = running?.server else { return "" }
        return await withCheckedContinuation { continuation in
            ControlThread.post { server.commands.run(line) { continuation.resume(returning: $0) } }
        }
    }

    var registry: CallRegistry? { running?.registry }

    /// Calls that there are, those in their `delete-delay` included.
    public var callCount: Int {
        get async { await running?.registry.count ?? 0 }
    }

    private func checkConfiguration() throws(ControlPlaneError) {
        guard configuration.hasControl else { throw .noListener }
        guard !configuration.interfaces.isEmpty else { throw .noInterface }
        for interface in configuration.interfaces where !LocalAddress.isLocal(interface.local) { throw .addressNotLocal(interface.local) }
    }

    private func logPacketIO(_ status: PacketIOStatus) {
        if let refusal = status.refusal {
            logger.warning("media goes through \(status.interface.rawValue): the system refuses what was asked for, errno \(refusal)")
        } else {
            logger.info("media goes through \(status.interface.rawValue)")
        }
    }

    private func listen(_ server: NGServer) async throws(ControlPlaneError) {
        for address in configuration.listenAddresses {
            do throws(NGSocket.Failure) {
                running?.listeners.append(try await NGListener.open(address, server: server, logger: logger))
            } catch { throw .cannotListen(address, reason: "\(error)") }
            logger.info("listening for ng on \(address)")
        }
        guard let running else { return }
        let inlet = ControlInlet(server: server, registry: running.registry, commands: server.commands)
        var transports = StreamTransports()
        do throws(ControlPlaneError) {
            try await transports.open(configuration, inlet: inlet, on: running.group.next(), logger: logger)
        } catch {
            await transports.stopListening()
            await transports.close()
            throw error
        }
        self.running?.transports = transports
        guard configuration.reportsDigitsOverTCP, !transports.isWithoutTCP else { return }
        let opened = transports
        await running.registry.environment.digits.open { opened.push($0) }
    }
}

/// Where the engine's events enter the registry, which is made after the engine.
@ControlActor
private final class EventInlet {
    private(set) var registry: CallRegistry?

    nonisolated init() {}

    func open(_ registry: CallRegistry) { self.registry = registry }
}
