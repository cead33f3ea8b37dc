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
        var group: MultiThreadedEventLoopGroup
        var listeners: [NGListener]
        /// The tasks that carry messages and events to the actors.
        var pumps: [Task<Void, Never>]
    }

    /// Messages that may wait for the one task that takes them; the client sends again what is dropped.
    private static let maximumPending = 4_096

    public init(configuration: ControlPlaneConfiguration, logger: Logger) {
        self.configuration = configuration
        self.logger = logger
    }

    /// Starts the engine, then listens.
    public func start() async throws(ControlPlaneError) {
        guard running == nil else { return }
        try checkConfiguration()
        let certificate: DTLSCertificate
        do throws(DTLSError) { certificate = try DTLSCertificate.generate() } catch { throw .cannotMakeCertificate(error) }
        let (events, eventSink) = AsyncStream.makeStream(of: (UInt64, CallEvent).self)
        let engine = MediaEngine(configuration.engine) { eventSink.yield(($0, $1)) }
        let interfaces = try openInterfaces()
        do throws(EngineError) { try engine.start(sharing: interfaces.sharedPools) } catch { throw .engine(error) }
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
            recordings: RecordingLibrary(), events: publisher, logger: logger)
        let registry = CallRegistry(environment)
        let server = NGServer(registry: registry, logger: logger)
        let (messages, messageSink) = AsyncStream.makeStream(
            of: InboundMessage.self, bufferingPolicy: .bufferingOldest(Self.maximumPending))
        running = Running(
            engine: engine, events: publisher, registry: registry, group: group, listeners: [],
            pumps: [
                Task { for await (id, event) in events { await registry.handle(event, ofCall: id) } },
                Task { for await message in messages { await server.receive(message) } },
            ])
        do throws(ControlPlaneError) { try await listen { messageSink.yield($0) } } catch {
            await shutdown()
            throw error
        }
    }

    /// Stops listening, ends every call, closes their ports and joins the engine's threads.
    public func shutdown() async {
        guard let running else { return }
        self.running = nil
        for listener in running.listeners { await listener.close() }
        await running.registry.shutdown()
        for pump in running.pumps { pump.cancel() }
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
                configuration.interfaces, portRange: configuration.portRange, engine: configuration.engine)
            for port in interfaces.sharedPools.flatMap(\.ports) { logger.info("ICE legs share \(port.address)") }
            return interfaces
        } catch { throw .sharedPorts(error) }
    }

    /// The addresses that are listened on, with the ports that the system chose where the configuration says 0.
    public var listeningAddresses: [TransportAddress] {
        let channels = running?.listeners.flatMap(\.channels) ?? []
        return channels.compactMap { channel in
            guard let address = channel.localAddress, let ip = address.ipAddress, let port = address.port else { return nil }
            return TransportAddress(ip, port: UInt16(truncatingIfNeeded: port))
        }
    }

    /// Calls that there are, those in their `delete-delay` included.
    public var callCount: Int {
        get async { await running?.registry.count ?? 0 }
    }

    private func checkConfiguration() throws(ControlPlaneError) {
        guard !configuration.listenAddresses.isEmpty else { throw .noListener }
        guard !configuration.interfaces.isEmpty else { throw .noInterface }
        for interface in configuration.interfaces where !LocalAddress.isLocal(interface.local) { throw .addressNotLocal(interface.local) }
    }

    private func listen(_ onMessage: @escaping @Sendable (InboundMessage) -> Void) async throws(ControlPlaneError) {
        for address in configuration.listenAddresses {
            guard let group = running?.group else { return }
            let listener: NGListener
            do { listener = try await NGListener.bind(address, on: group, logger: logger, onMessage: onMessage) } catch {
                throw .cannotListen(address, reason: "\(error)")
            }
            running?.listeners.append(listener)
            logger.info("listening for ng on \(address)")
        }
    }
}
